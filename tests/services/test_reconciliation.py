"""A whole run on files: what is stored, what holds it, what makes it fail."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.extensions import db, settings_of, writing
from backoffice.models import AuditEntry, DirectoryAcceptance, Finding, Link, Person, PersonCode, PlannedAction, Run
from backoffice.models.run import RUNNING
from backoffice.reconcile.read_directory import DirectoryFrame
from backoffice.rules.errors import RefusedError
from backoffice.services import reconciliation, snapshots
from backoffice.services.exclusive import alone
from backoffice.settings import Settings
from tests.directories import BASE, account, write_dump
from tests.reconcile.exports import as_csv, people

COUNT = 20
Plan = Callable[..., Run]


def write_directory(app: Flask, entries: list[str]) -> None:
    write_dump(settings_of(app).instance / "dump.ldif", entries)


def write_hr(app: Flask, grid: list[list[str]]) -> Path:
    path = settings_of(app).instance / "hr.csv"
    path.write_text(as_csv(grid), "utf-8")
    return path


@pytest.fixture
def overrides(tmp_path: Path) -> dict[str, object]:
    return {"ldap_uri": (tmp_path / "dump.ldif").as_uri(), "ldap_base_dn": BASE}


@pytest.fixture
def plan(app: Flask) -> Plan:
    """Write the HR file and the directory, then plan; without arguments everybody agrees."""

    def run(grid: list[list[str]] | None = None, entries: list[str] | None = None, **options: Any) -> Run:
        grid = grid or people(COUNT)
        write_directory(app, entries if entries is not None else [account(row) for row in people(COUNT)[1:]])
        return reconciliation.plan_file(write_hr(app, grid), actor="tester", settings=settings_of(app), **options)

    return run


def again(app: Flask, **options: Any) -> Run:
    return reconciliation.plan(actor="tester", settings=settings_of(app), **options)


def count(model: type[Any]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def moved(row: list[str]) -> list[str]:
    return [*row[:5], "واحد تازه", row[6]]


def test_a_first_run_links_reports_and_holds_every_action(plan: Plan) -> None:
    grid = people(COUNT)
    grid[1] = moved(grid[1])
    run = plan(grid)
    assert (run.status, run.situations, run.actions) == ("planned", {"FOUND": COUNT}, {"update": 1})
    assert [(h["kind"], h["planned"], h["why"]) for h in run.held] == [("update", 1, "first run")]
    assert (count(Link), count(Person), count(PersonCode)) == (COUNT, COUNT, COUNT)
    (finding,) = run.findings
    assert (finding.situation, finding.actions, finding.held) == ("FOUND", ["update"], True)
    assert finding.person_name == f"{grid[1][2]} {grid[1][3]}"
    action = db.session.query(PlannedAction).one()
    assert (action.old, action.new, action.csn, action.held) == (
        {"unit": "دانشکده 0"}, {"unit": "واحد تازه"}, "1", True,
    )  # fmt: skip


def test_the_second_run_confirms_the_links_and_holds_nothing(plan: Plan, app: Flask) -> None:
    grid = people(COUNT)
    grid[1] = moved(grid[1])
    first = plan(grid)
    run = again(app)
    assert (run.situations, run.held) == ({"CONFIRMED": COUNT - 1, "DRIFT": 1}, [])
    assert (run.plan_hash, count(Link)) == (first.plan_hash, COUNT)


def test_what_is_linked_while_a_run_reads_is_not_linked_again(
    plan: Plan, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan()
    with writing() as session:
        columns = sa.select(Link.__table__).order_by(Link.id).limit(1)
        values = {**session.execute(columns).mappings().one(), "id": None, "run_id": None}
        session.execute(sa.delete(Link))
    read = reconciliation._read_directory

    def meanwhile(settings: Settings) -> DirectoryFrame:
        with writing() as session:
            session.add(Link(**values | {"created_at": clock.now()}))
        return read(settings)

    monkeypatch.setattr(reconciliation, "_read_directory", meanwhile)
    again(app)
    assert (count(Link), db.session.query(Link).filter_by(run_id=None).count()) == (COUNT, 1)
    assert again(app).situations == {"CONFIRMED": COUNT}


def test_the_order_of_rows_does_not_change_the_plan(plan: Plan, app: Flask) -> None:
    grid = people(COUNT)
    grid[1], grid[5] = moved(grid[1]), moved(grid[5])
    first = plan(grid)
    write_hr(app, [grid[0], *reversed(grid[1:])])
    second = plan([grid[0], *reversed(grid[1:])], [account(row) for row in reversed(people(COUNT)[1:])])
    assert second.plan_hash == first.plan_hash


def test_a_planned_run_is_audited_once(plan: Plan) -> None:
    run = plan()
    acts = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.subject == f"run:{run.id}")).all()
    assert [(act.action, act.actor) for act in acts] == [("reconcile:run:planned", "tester")]


def test_without_an_accepted_file_a_run_fails_with_a_sentence(app: Flask) -> None:
    write_directory(app, [])
    run = again(app)
    assert (run.status, run.plan_hash) == ("failed", None)
    assert run.error == "No HR file has been accepted yet; import one first."


def test_a_directory_that_cannot_be_read_fails_the_run_and_plans_nothing(plan: Plan, app: Flask) -> None:
    plan()
    (settings_of(app).instance / "dump.ldif").unlink()
    run = again(app)
    assert (run.status, run.plan_hash, run.situations) == ("failed", None, {})
    assert run.error
    assert run.fault["message"]


def test_an_empty_directory_is_a_failed_read_not_missing_people(plan: Plan) -> None:
    plan()
    run = plan(entries=[])
    assert run.status == "failed"
    assert count(Finding) == 0


def test_a_held_file_holds_the_run(plan: Plan) -> None:
    plan()
    links = count(Link)
    run = plan(people(10))
    assert (run.status, run.plan_hash, run.situations) == ("held", None, {})
    assert [gate["gate"] for gate in run.gates] == ["rows"]
    assert count(Link) == links


def test_a_smaller_directory_holds_the_run_until_somebody_accepts_it(plan: Plan, app: Flask) -> None:
    entries = [account(row) for row in people(COUNT)[1:]]
    plan()
    held = plan(entries=entries[:-2])
    assert (held.status, held.directory_entries, held.gates[0]["gate"]) == ("held", COUNT - 2, "directory")
    reconciliation.accept_directory(held.id, actor="boss", reason="two left")
    accepted = again(app)
    assert (accepted.status, accepted.situations["TARGET_GONE"]) == ("planned", 2)
    assert db.session.query(DirectoryAcceptance).one().run_id == accepted.id


def test_a_smaller_directory_can_be_accepted_with_the_run_itself(plan: Plan) -> None:
    entries = [account(row) for row in people(COUNT)[1:]]
    plan()
    run = plan(entries=entries[:-2], accept_directory="cleaned up")
    assert run.status == "planned"
    assert db.session.query(DirectoryAcceptance).one().reason == "cleaned up"


def test_an_acceptance_needs_a_reason_and_a_run_that_was_held_for_size(plan: Plan) -> None:
    run = plan()
    with pytest.raises(RefusedError):
        reconciliation.accept_directory(run.id, actor="boss", reason=" ")
    with pytest.raises(RefusedError):
        reconciliation.accept_directory(run.id, actor="boss", reason="because")


def test_only_one_run_at_a_time(plan: Plan, app: Flask) -> None:
    with alone(reconciliation.LOCK, settings_of(app)), pytest.raises(RefusedError, match="under way"):
        plan()
    assert count(Run) == 0


def test_a_run_that_was_cut_off_is_failed_by_the_next(plan: Plan) -> None:
    plan()
    with writing() as session:
        dead = session.query(Run).one()
        dead.status = RUNNING
        dead_id = dead.id
    plan()
    assert db.session.get_one(Run, dead_id).status == "failed"


def test_what_hr_says_of_a_known_person_is_kept_up_to_date(plan: Plan) -> None:
    plan()
    grid = people(COUNT)
    grid[1][3] = "رضائی"
    plan(grid)
    assert "رضائی" in db.session.scalars(sa.select(Person.last_name)).all()


def test_who_vanishes_is_missing_since_the_file_without_the_row(plan: Plan, app: Flask) -> None:
    plan()
    run = plan(people(COUNT - 1))
    assert run.situations["MISSING"] == 1
    link = db.session.scalar(sa.select(Link).where(Link.missing_since.is_not(None)))
    newest = snapshots.newest_accepted("hr")
    assert link
    assert newest
    assert link.missing_since == newest.accepted_at
    back = plan(people(COUNT))
    assert "MISSING" not in back.situations
    assert db.session.scalar(sa.select(sa.func.count(Link.missing_since))) == 0


def test_findings_hold_what_the_desk_needs_to_show(plan: Plan) -> None:
    grid = people(COUNT)
    grid[3] = moved(grid[3])
    finding = plan(grid).findings[0]
    assert finding.evidence["hr"]["line"] == 4
    assert finding.evidence["entries"][0]["dn"] == finding.dns[0]
    assert json.loads(json.dumps(finding.differences)) == [
        {"field": "unit", "hr": "واحد تازه", "directory": "دانشکده 2", "kind": "other"}
    ]
