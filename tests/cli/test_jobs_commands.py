"""``flask jobs``: one JSON object, sentences, exit status."""

import json

from flask import Flask

from backoffice.rules.errors import RefusedError
from backoffice.services.job_kinds import Outcome, Work
from tests.jobs.room import SmallJob


def test_the_list_names_what_is_built_in_a_fixed_order(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["jobs", "list", "--json"])
    listed = json.loads(result.stdout)["jobs"]
    assert [job["name"] for job in listed] == [
        "import", "reconcile", "outbox", "mail", "inquiries", "approve", "remind", "expire", "threeway", "statistics",
        "digest", "synchronise", "housekeeping",
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


def test_a_job_that_is_not_there(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["jobs", "run", "coffee"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "'coffee' is not one of" in result.stderr


def test_the_figures_for_managers_are_counted(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["jobs", "run", "statistics", "--json"])
    assert (result.exit_code, json.loads(result.stdout)["counts"]) == (0, {"figures": 0, "day": 4})
