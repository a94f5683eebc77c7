"""``flask reconcile release``: the JSON of contract.md, the second person, exit status."""

import json
from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask

from tests.services.test_release import plan
from tests.views.conftest import make_staff

Command = Callable[..., Result]
KEYS = {"run", "done", "stale", "failed", "parked", "held", "already"}


@pytest.fixture
def flask(app: Flask) -> Command:
    """Run ``flask reconcile release …`` as somebody, with a reason."""
    for name in ("first", "second"):
        make_staff(name, "it_operator")
    make_staff("auditor", "auditor")

    def run(*words: object, by: str = "first", reason: str = "looked at") -> Result:
        args = ["reconcile", "release", *map(str, words), "--by", by, "--reason", reason]
        return app.test_cli_runner().invoke(args=args)

    return run


def test_the_first_of_two_is_told_to_wait_and_the_second_releases(flask: Command) -> None:
    run = plan("disable")
    first = flask(run, "--all")
    assert (first.exit_code, "1 rows: waiting for a second person" in first.stdout) == (0, True)
    second = flask(run, "--kind", "disable", "--json", by="second")
    assert second.exit_code == 0
    assert json.loads(second.stdout) == {**dict.fromkeys(KEYS, 0), "run": run, "done": 1}


def test_with_json_the_waiting_is_said_on_standard_error(flask: Command) -> None:
    run = plan("disable", "update")
    first = flask(run, 1, 2, "--json")
    assert json.loads(first.stdout) == {**dict.fromkeys(KEYS, 0), "run": run, "done": 1, "held": 1}
    assert "waiting for a second person" in first.stderr


@pytest.mark.parametrize("words", [[], ["1", "--all"], ["--all", "--kind", "update"], ["x"], ["--kind", "erase"]])
def test_a_wrong_choice_is_wrong_usage(flask: Command, words: list[str]) -> None:
    assert flask(plan("update"), *words).exit_code == 2


def test_a_refusal_is_a_sentence_and_exit_status_1(flask: Command) -> None:
    run = plan("disable")
    flask(run, "--all")
    for result in (flask(run, "--all"), flask(run, "--all", by="auditor"), flask(run, 1, reason=" "), flask(99, 1)):
        assert result.exit_code == 1
        assert result.stderr.strip()
        assert "Traceback" not in result.stderr
