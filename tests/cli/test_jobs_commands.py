"""``flask jobs``: one JSON object, sentences, exit status."""

import json

import pytest
from flask import Flask

from backoffice.rules.errors import RefusedError
from backoffice.services.job_kinds import Outcome, Work
from tests.jobs.room import SmallJob


def test_the_list_names_what_is_built_in_a_fixed_order(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["jobs", "list", "--json"])
    listed = json.loads(result.stdout)["jobs"]
    assert [job["name"] for job in listed] == [
        "import", "reconcile", "outbox", "mail", "inquiries", "approve", "remind", "expire", "threeway",
        "synchronise", "housekeeping",
    ]  # fmt: skip
    assert all(job["last"] is None and not job["requested"] for job in listed)


def test_a_run_prints_its_counts_and_its_sentence(app: Flask) -> None:
    SmallJob(does=lambda _work: Outcome({"seen": 3}, "Nice: %(n)s.", {"n": 3})).into(app)
    result = app.test_cli_runner().invoke(args=["jobs", "run", "import"])
    assert (result.exit_code, result.stdout, result.stderr) == (0, "done: seen 3\nNice: 3.\n", "")
    result = app.test_cli_runner().invoke(args=["jobs", "run", "import", "--dry-run", "--json"])
    document = json.loads(result.stdout)
    assert (document["job"], document["run"], document["dry_run"]) == ("import", 2, True)
    assert (document["status"], document["counts"], document["detail"]) == ("done", {"seen": 3}, "Nice: 3.")


def test_a_failed_run_is_status_one_with_the_reason(app: Flask) -> None:
    def refuse(_work: Work) -> Outcome:
        raise RefusedError("There is no disk.")

    SmallJob(does=refuse).into(app)
    result = app.test_cli_runner().invoke(args=["jobs", "run", "import"])
    assert (result.exit_code, result.stdout, result.stderr) == (1, "failed\n", "There is no disk.\n")


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [("statistics", 1, "The job statistics is built with a later part.\n"), ("coffee", 2, "'coffee' is not one of")],
)
def test_a_job_that_is_not_there(app: Flask, name: str, status: int, words: str) -> None:
    result = app.test_cli_runner().invoke(args=["jobs", "run", name])
    assert (result.exit_code, result.stdout) == (status, "")
    assert words in result.stderr
