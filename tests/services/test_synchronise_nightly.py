"""Staff synchronised by night, once for each file; who was admitted presses; and «HR is right» on a case of it."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.extensions import db, settings_of, writing
from backoffice.models import Account, AuditEntry, Case, HrRow, Message, Override, Person, Snapshot
from backoffice.rules.errors import RefusedError
from backoffice.rules.primary_row import choices
from backoffice.services import (
    hr_index,
    jobs,
    mismatch_holder,
    mismatch_primary,
    mismatch_undo,
    synchronise_nightly,
)
from backoffice.services.mismatch_work import Choice
from tests.factories import make_account, make_hr_row
from tests.reconcile.worlds import code, name_of


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest) -> str:
    sqlite, folder = request.getfixturevalue("sqlite_template"), request.getfixturevalue("tmp_path")
    (folder / "backoffice.sqlite").write_bytes(sqlite.read_bytes())
    return ""


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"policy": {"mode": "act", "nightly_sync": True}}


def holder(number: int = 1, **changed: Any) -> int:
    """An account of a person whose row of HR has these other values."""
    account = make_account(number)
    with writing() as session:
        person = session.get_one(Person, session.get_one(Account, account).person_id)
        person.father_name, person.birth_date = "حسن", "1980-05-21"
    make_hr_row(number, **changed)
    return account


def newer_file() -> None:
    with writing() as session:
        session.execute(sa.update(Snapshot).values(as_of=clock.now()))


def night(app: Flask) -> dict[str, int]:
    found = dict(synchronise_nightly.run(settings_of(app)))
    db.session.rollback()
    return found


def the_person() -> Person:
    return db.session.query(Person).one()


def test_staff_are_brought_up_once_for_each_file(app: Flask) -> None:
    account = holder(status="شاغل")
    assert night(app) == {"updated": 1}
    assert night(app) == {"skipped": 1}
    newer_file()
    assert night(app) == {"updated": 1}
    assert db.session.get_one(Account, account).synced["answer"] == "updated"
    assert {act.actor for act in db.session.query(AuditEntry)} == {"job:synchronise"}


def test_who_was_admitted_presses_in_person(app: Flask) -> None:
    holder(person_kind="admitted")
    assert night(app) == {"skipped": 1}


def test_a_case_that_was_closed_does_not_open_every_night(app: Flask) -> None:
    holder(last_name="دیگری")
    assert night(app) == {"mismatch": 1}
    with writing() as session:
        session.execute(sa.update(Case).values(state="refused"))
    assert night(app) == {"skipped": 1}
    assert db.session.query(Case).one().state == "refused"


@pytest.mark.parametrize("overrides", [{"policy": {"mode": "act"}}])
def test_nothing_happens_where_the_setting_is_off(app: Flask) -> None:
    holder()
    jobs.run_now("synchronise", actor="tester", settings=settings_of(app))
    assert db.session.query(Account).one().synced == {}


def mismatch(app: Flask) -> int:
    holder(last_name="دیگری", birth_date="1980-05-22")
    night(app)
    return db.session.query(Case).one().id


def test_hr_is_right_takes_over_what_hr_says_and_closes_the_case(app: Flask) -> None:
    case_id = mismatch(app)
    mismatch_holder.hr_is_right(case_id, Choice(note="new name"), actor="amiri", settings=settings_of(app))
    person = the_person()
    assert (person.last_name, person.birth_date, person.father_name) == ("دیگری", "1980-05-22", "حسن")
    case = db.session.query(Case).one()
    assert (case.state, case.verdict, case.decided_by) == ("resolved", "hr_right", "amiri")
    assert night(app) == {"updated": 1}
    assert db.session.query(Message).count() == 0


def test_it_can_be_taken_back(app: Flask) -> None:
    case_id = mismatch(app)
    mismatch_holder.hr_is_right(case_id, Choice(), actor="amiri", settings=settings_of(app))
    mismatch_undo.reopen(case_id, note="HR was wrong", actor="sara")
    assert the_person().last_name == name_of(1)


def test_without_a_row_nothing_is_decided(app: Flask) -> None:
    case_id = mismatch(app)
    with writing() as session:
        session.execute(sa.delete(HrRow))
    with pytest.raises(RefusedError):
        mismatch_holder.hr_is_right(case_id, Choice(), actor="amiri", settings=settings_of(app))
    assert db.session.query(Case).one().state == "new"


def test_of_a_holders_rows_that_disagree_the_chosen_one_counts_and_the_case_closes(app: Flask) -> None:
    holder()
    make_hr_row(1, last_name="دیگری", personnel_number="9001")
    night(app)
    case, settings = db.session.query(Case).one(), settings_of(app)
    assert case.cause == "DUPLICATE_IN_HR"
    rows = choices(hr_index.rows_with_code(code(1), settings))
    mark = next(mark for mark, row in rows.items() if row.value("last_name") == "دیگری")
    mismatch_primary.choose(case.id, mark, 30, Choice("documents"), actor="amiri", settings=settings)
    assert (the_person().last_name, db.session.query(Case).one().state) == ("دیگری", "resolved")
    assert night(app) == {"updated": 1}
    assert db.session.query(Message).count() == 0
    mismatch_undo.reopen(case.id, note="HR was wrong", actor="sara")
    assert (the_person().last_name, db.session.query(Override).one().ended_at is None) == (name_of(1), False)
