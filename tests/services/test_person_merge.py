"""A new national code that the register has as another person: the two become one, once, with everything."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.models import Account, AuditEntry, Case, Link, Override, Person, PersonCode, Registration
from backoffice.rules import situations as s
from backoffice.rules.errors import RefusedError
from backoffice.services import case_offers, case_work, cases
from backoffice.services import people as people_of
from tests.factories import make_account, make_registration
from tests.reconcile.exports import code, people
from tests.services.test_cases import changed, decide, entries, one_case
from tests.services.test_reconciliation import COUNT, Plan, overrides, plan

__all__ = ["overrides", "plan"]

OLD, NEW = people(1)[1][0], code(4321)


@pytest.fixture
def other() -> int:
    """Another person of the register, who has the code that HR gives to the first one."""
    with writing() as session:
        person = Person(national_code=NEW, first_name="علی", last_name="رضایی", created_at=clock.now())
        person.codes.append(PersonCode(id_type="national", value=code(99), since=clock.now(), until=clock.now()))
        person.codes.append(PersonCode(id_type="national", value=NEW, since=clock.now()))
        session.add(person)
        session.flush()
        return person.id


@pytest.fixture
def case(plan: Plan, other: int) -> Case:
    plan(None, entries())
    run = plan(changed(0, NEW), entries())
    assert run.actions == {}
    return one_case(s.ID_CHANGED)


def offers(case: Case) -> tuple[str, ...]:
    return case_offers.verdicts_for(db.session(), case, cases.finding_of(case))


def of(person: int, model: type[Link | Registration | Account | Case]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).where(model.person_id == person)) or 0


def test_everything_of_the_other_person_follows(app: Flask, case: Case, other: int) -> None:
    registration = make_registration(1, national_code=NEW, person_id=other)
    with writing() as session:
        until = clock.now() + dt.timedelta(days=9)
        mine = Override(
            national_code=OLD, id_type="national", kind="entitled", owner="a", reason="r", created_at=clock.now(),
            until=until,
        )  # fmt: skip
        ended = Link(
            person_id=other, source="hr", directory="main", entry_uuid="old", dn="uid=old", rule="T1", origin="x",
            created_at=clock.now(), ended_at=clock.now(),
        )  # fmt: skip
        session.add_all([mine, ended])
    assert offers(case) == ("merge", "different")
    decide(app, case, "merge")
    db.session.expire_all()
    person = db.session.execute(sa.select(Person).where(Person.national_code == NEW)).scalar_one()
    assert db.session.get(Person, other) is None
    assert people_of.survivor_of(other) == person.id
    assert db.session.get_one(Registration, registration).person_id == person.id
    assert of(person.id, Link) == 2
    assert db.session.scalars(sa.select(Override.national_code)).all() == [NEW]
    history = sa.select(PersonCode.value, PersonCode.until.is_(None)).where(PersonCode.person_id == person.id)
    assert set(map(tuple, db.session.execute(history))) == {(OLD, False), (code(99), False), (NEW, True)}


def test_the_directory_follows_as_with_a_free_code(app: Flask, plan: Plan, case: Case) -> None:
    decide(app, case, "merge")
    run = plan(changed(0, NEW), entries())
    assert (run.situations, run.actions) == ({"CONFIRMED": COUNT - 1, "DRIFT": 1}, {"key_change": 1})


def test_what_was_moved_stands_in_the_trail_and_is_not_taken_back(app: Flask, case: Case, other: int) -> None:
    registration = make_registration(1, national_code=NEW, person_id=other)
    decide(app, case, "merge")
    act = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "cases:case:decided")).one()
    assert (act.after["merged"]["was"], act.after["merged"]["moved"]["registration"]) == (other, [registration])
    assert NEW not in str(act.after)
    merged = case.effects["merged"]
    assert (merged["was"]["national_code"], merged["code_before"]) == (NEW, OLD)
    assert case_offers.is_final(case)
    with pytest.raises(RefusedError, match="not taken back"):
        case_work.reopen(case.id, note="a mistake", actor="amiri")


def test_approving_alone_says_that_there_are_two(app: Flask, case: Case, other: int) -> None:
    with pytest.raises(RefusedError, match="the case page shows both"):
        decide(app, case, "approve")
    assert db.session.get(Person, other) is not None


def test_two_people_with_an_account_each_are_not_made_one(app: Flask, case: Case, other: int) -> None:
    make_account(7, person_id=other, username="second")
    with pytest.raises(RefusedError, match=r"second.*Two accounts"):
        decide(app, case, "merge")
    db.session.expire_all()
    assert db.session.get_one(Person, other).national_code == NEW
    assert one_case(s.ID_CHANGED).state == "new"


def test_a_code_nobody_else_has_is_no_merge(app: Flask, plan: Plan) -> None:
    plan(None, entries())
    plan(changed(0, NEW), entries())
    assert offers(one_case(s.ID_CHANGED)) == ("approve", "different")
    with pytest.raises(RefusedError, match="choose a decision"):
        decide(app, one_case(s.ID_CHANGED), "merge")


def test_a_link_that_ended_meanwhile_is_no_ground_for_a_merge(app: Flask, case: Case) -> None:
    with writing() as session:
        session.execute(sa.update(Link).values(ended_at=clock.now()))
    with pytest.raises(RefusedError, match="choose a decision"):
        decide(app, case, "merge")
