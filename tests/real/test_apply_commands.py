"""``flask reconcile apply`` and ``undo`` on a real server; no worker runs, so the commands work on the queue."""

import json
from typing import Any

import pytest
from flask import Flask

from backoffice.demo.slapd import LocalSlapd
from backoffice.models import Run
from backoffice.services import waiting
from tests.directories import content
from tests.real import test_apply
from tests.real.test_apply import plan, planned
from tests.reconcile.exports import people
from tests.views.conftest import make_staff

server, overrides = test_apply.server, test_apply.overrides
NOTHING = {"done": 0, "stale": 0, "failed": 0, "parked": 0, "held": 0, "already": 0}


def run_command(app: Flask, *words: object) -> tuple[int, Any]:
    result = app.test_cli_runner().invoke(args=["reconcile", *(str(word) for word in words), "--json"])
    return result.exit_code, json.loads(result.stdout) if result.stdout else result.stderr


@pytest.fixture
def run(app: Flask) -> Run:
    make_staff("boss", "it_operator")
    make_staff("reader", "auditor")
    return planned(app)


def test_apply_says_what_this_call_did_and_what_was_done_before(app: Flask, run: Run) -> None:
    assert run_command(app, "apply", run.id, "--by", "boss") == (0, {"run": run.id, **NOTHING, "done": 7})
    assert run_command(app, "apply", run.id, "--by", "boss") == (0, {"run": run.id, **NOTHING, "already": 7})


def test_undo_gives_back_the_directory(app: Flask, run: Run, server: LocalSlapd) -> None:
    before = content(server)
    run_command(app, "apply", run.id, "--by", "boss")
    assert run_command(app, "undo", run.id, "--by", "boss") == (0, {"run": run.id, **NOTHING, "done": 7})
    assert content(server) == before


def test_no_wait_only_fills_the_queue(app: Flask, run: Run, server: LocalSlapd) -> None:
    before = content(server)
    assert run_command(app, "apply", run.id, "--by", "boss", "--no-wait") == (0, {"run": run.id, **NOTHING})
    assert content(server) == before


def test_where_nothing_moves_the_command_says_why_and_gives_up(
    app: Flask, run: Run, server: LocalSlapd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "STUCK_SECONDS", 0.5)
    server.read_only(on=True)
    code, said = run_command(app, "apply", run.id, "--by", "boss")
    assert (code, said.count("7 to go - Waits: The directory does not take changes")) == (1, 1)
    assert "7 changes still wait in the queue and go on by themselves. Waits: The directory does not" in said
    server.read_only(on=False)


def test_rows_are_chosen_by_number(app: Flask, run: Run) -> None:
    rows = [finding.row for finding in run.findings if finding.actions][:3]
    chosen = f"{rows[0]},{rows[1]}-{rows[1]},{rows[2]}"
    code, document = run_command(app, "apply", run.id, "--by", "boss", "--rows", chosen)
    assert (code, document["done"]) == (0, 3)


def test_who_may_not_apply_is_refused_by_name(app: Flask, run: Run) -> None:
    for name in ("reader", "nobody"):
        code, sentence = run_command(app, "apply", run.id, "--by", name)
        assert code == 1
        assert name in sentence


def test_a_first_run_is_all_held(app: Flask) -> None:
    make_staff("boss", "it_operator")
    grid = people(test_apply.COUNT)
    grid[1][5] = "واحد تازه"
    run = plan(app, grid)
    assert run_command(app, "apply", run.id, "--by", "boss") == (0, {"run": run.id, **NOTHING, "held": 1})


def test_what_is_no_row_is_wrong_usage(app: Flask, run: Run) -> None:
    assert run_command(app, "apply", run.id, "--by", "boss", "--rows", "x-")[0] == 2
