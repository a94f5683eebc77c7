"""What follows from an account of another registration site: the link with its holder, and the holder's open case."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.extensions import db, settings_of, writing
from backoffice.models import Account, AuditEntry, Case, Discrepancy, Link, Person, Registration
from backoffice.services import intake, mismatches, persons, threeway
from tests.factories import make_hr_row
from tests.reconcile.worlds import code
from tests.services.intake_rows import attempt, directory, entry, results, take, temporary, uuid

OTHER_FATHER = {"reference": "A-1", "father_name": "ناشناس"}


@pytest.fixture
def overrides(tmp_path: Path) -> dict[str, object]:
    return directory(tmp_path, entry(3))


@pytest.fixture(autouse=True)
def _a_file_of_hr(app: Flask) -> None:
    make_hr_row(9)


def links() -> list[tuple[str, str, str]]:
    rows = sa.select(Person.national_code, Link.entry_uuid, Link.origin).join(Link).where(Link.ended_at.is_(None))
    return [(code, entry_uuid, origin) for code, entry_uuid, origin in db.session.execute(rows.order_by(Link.id))]


def make_link(number: int, entry_uuid: str) -> None:
    with writing() as session:
        person = persons.enter(session, {"national_code": code(number)})
        session.add(Link(
            person_id=person.id, source="hr", directory="main", entry_uuid=entry_uuid, dn="x", rule="T1",
            origin="reconciliation", created_at=clock.now(),
        ))  # fmt: skip


@pytest.mark.parametrize("has_row", [True, False])
def test_the_holder_is_linked_with_the_account_once(app: Flask, has_row: bool) -> None:
    if has_row:
        make_hr_row(3)
    assert results(app, temporary(), temporary()) == ["taken", "already"]
    assert links() == [(code(3), uuid(3), "intake")]
    link, account = db.session.query(Link).one(), db.session.query(Account).one()
    assert (link.dn, link.username, link.source) == (account.dn, code(3), "hr" if has_row else "")


def test_a_link_that_a_run_made_before_stays_the_only_one(app: Flask) -> None:
    make_link(3, uuid(3))
    assert results(app, temporary()) == ["taken"]
    assert links() == [(code(3), uuid(3), "reconciliation")]


def test_another_account_of_the_holder_keeps_its_link(app: Flask) -> None:
    make_link(3, "uuid-of-another")
    assert results(app, temporary()) == ["taken"]
    assert links() == [(code(3), "uuid-of-another", "reconciliation"), (code(3), uuid(3), "intake")]


def test_an_account_that_is_somebody_elses_here_is_not_taken_in(app: Flask) -> None:
    make_link(4, uuid(3))
    (one,) = take(app, temporary())
    assert (one.result, one.message) == ("invalid", intake.LINKED)
    assert links() == [(code(4), uuid(3), "reconciliation")]
    assert db.session.query(Account).count() == db.session.query(Registration).count() == 0


def test_the_three_way_check_misses_the_account_when_it_vanishes(app: Flask, tmp_path: Path) -> None:
    take(app, temporary())
    directory(tmp_path, entry(4))
    threeway.check(actor="tester", settings=settings_of(app))
    found = db.session.query(Discrepancy).one()
    assert (found.kind, found.person_id) == ("gone", db.session.query(Person).one().id)


def test_the_account_closes_the_open_case_and_the_other_site_is_named(app: Flask) -> None:
    make_hr_row(3)
    assert results(app, attempt(3, "refused", **OTHER_FATHER), temporary()) == ["taken", "taken"]
    case = db.session.query(Case).one()
    assert (case.state, case.verdict, case.decided_by) == ("auto_closed", mismatches.TAKEN_IN, "intake")
    assert case.cause == "FATHER_DIFFERS"
    acts = db.session.query(AuditEntry).filter_by(subject=f"case:{case.id}").order_by(AuditEntry.id)
    assert [(act.action, act.actor) for act in acts] == [
        ("cases:mismatch:refused", "intake"), ("cases:mismatch:taken_in", "intake"),
    ]  # fmt: skip


@pytest.mark.parametrize("at_once", [True, False])
def test_a_refusal_that_is_told_of_after_the_account_leaves_no_open_case(app: Flask, *, at_once: bool) -> None:
    refused = attempt(3, "refused", **OTHER_FATHER, at="2026-01-01T08:00:00Z")
    rows = [temporary(at="2026-01-01T09:00:00Z"), refused]
    assert (results(app, *rows) if at_once else [results(app, row)[0] for row in rows]) == ["taken", "taken"]
    case = db.session.query(Case).one()
    assert (case.state, case.verdict, case.reopened) == ("auto_closed", mismatches.TAKEN_IN, 0)
    states = [row.state for row in db.session.query(Registration).order_by(Registration.id)]
    assert states == (["rejected", "temporary"] if at_once else ["temporary", "rejected"])


def test_a_refusal_after_the_account_is_a_case_of_its_own(app: Flask) -> None:
    take(app, temporary(at="2026-01-01T09:00:00Z"), attempt(3, "refused", **OTHER_FATHER))
    assert db.session.query(Case).one().state == "new"


def test_the_account_itself_does_not_speak_against_its_holder(app: Flask) -> None:
    make_hr_row(3)
    take(app, temporary())
    assert db.session.query(Registration).one().causes == []


def test_what_else_speaks_against_the_holder_is_kept(app: Flask, tmp_path: Path) -> None:
    make_hr_row(3)
    directory(tmp_path, entry(3), entry(3, "people", "m.karimi"))
    take(app, temporary(father_name="ناشناس"))
    assert db.session.query(Registration).one().causes == ["FATHER_DIFFERS", "EXISTS_STAFF"]
