"""Refused registrations: one open case for each person, and links by which people go on."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask

from backoffice.extensions import db, settings_of, writing
from backoffice.models import AuditEntry, Case, Continuation, Message, Registration
from backoffice.rules.case_states import REFUSED, WAITING_PERSON
from backoffice.services import continuation, mismatch_work, mismatches
from backoffice.services.mismatch_work import Choice
from tests.factories import make_hr_row, make_registration
from tests.reconcile.worlds import code
from tests.services.mismatch_rows import make_refusal


@dataclass(frozen=True)
class Judged:
    causes: tuple[str, ...] = ("BIRTHDATE_DIFFERS",)
    source: str = "hr"
    evidence: dict[str, Any] = field(default_factory=dict)
    person_id: int | None = None


def refused(app: Flask, number: int = 1, causes: tuple[str, ...] = ("BIRTHDATE_DIFFERS",)) -> int:
    """A refused attempt of person ``number``; give the id of its case."""
    registration_id = make_registration(number)
    with writing() as session:
        registration = session.get_one(Registration, registration_id)
        return mismatches.refuse(session, registration, Judged(causes), settings_of(app)).id


def test_every_attempt_of_a_person_is_added_to_one_case(app: Flask) -> None:
    first = refused(app)
    assert refused(app, causes=("NAME_SPELLING", "NAME_DIFFERS")) == first
    assert refused(app, number=2) != first
    case = db.session.get_one(Case, first)
    assert (case.kind, case.state, case.cause, case.national_code) == ("MISMATCH", "new", "NAME_DIFFERS", code(1))
    attempts = db.session.query(Registration).filter_by(case_id=first).all()
    assert [attempt.state for attempt in attempts] == ["rejected", "rejected"]
    assert db.session.query(AuditEntry).filter_by(subject=f"case:{first}").count() == 2


@pytest.mark.parametrize("state", ["resolved", REFUSED, "auto_closed"])
def test_a_closed_case_opens_again_with_the_next_refusal(app: Flask, state: str) -> None:
    number = refused(app)
    with writing() as session:
        case = session.get_one(Case, number)
        case.state, case.verdict, case.decided_by = state, "accept", "amiri"
    assert refused(app) == number
    db.session.expire_all()
    case = db.session.get_one(Case, number)
    assert (case.state, case.reopened, case.verdict, case.decided_by) == ("new", 1, "", "")


def test_a_person_who_was_asked_and_tries_again_is_new_to_the_desk(app: Flask) -> None:
    number = refused(app)
    with writing() as session:
        session.get_one(Case, number).state = WAITING_PERSON
    refused(app)
    assert db.session.get_one(Case, number).state == "new"


def test_a_case_closes_when_a_later_attempt_passes_by_itself(app: Flask) -> None:
    number, passing = refused(app), make_registration(1)
    with writing() as session:
        mismatches.settle(session, session.get_one(Registration, passing))
    assert db.session.get_one(Case, number).state == "auto_closed"
    assert db.session.get_one(Registration, passing).case_id == number


@pytest.fixture
def link(app: Flask) -> str:
    """The token of a link of a registration that may go on."""
    return make_link(app, make_registration(1, state="identity_ok"))


def make_link(app: Flask, registration_id: int) -> str:
    with writing() as session:
        address = continuation.make_link(session, session.get_one(Registration, registration_id), settings_of(app))
    return address.removeprefix("http://127.0.0.1:8000/request/continue/")


def test_a_link_leads_to_its_registration_and_only_its_hash_is_stored(link: str) -> None:
    found = continuation.open_link(link)
    assert found is not None
    assert (found.national_code, continuation.open_link(link[:-1])) == (code(1), None)
    assert link not in {row.token_hash for row in db.session.query(Continuation)}


def test_a_link_is_good_for_seven_days(link: str, later: Any) -> None:
    later(7 * 86_400 - 60)
    assert continuation.open_link(link) is not None
    later(120)
    assert continuation.open_link(link) is None


def test_a_new_link_ends_the_one_before(app: Flask, link: str) -> None:
    found = continuation.open_link(link)
    assert found is not None
    newer = make_link(app, found.id)
    assert (continuation.open_link(link), continuation.open_link(newer) is not None) == (None, True)


def test_no_link_brings_back_what_was_abandoned(app: Flask) -> None:
    assert continuation.open_link(make_link(app, make_registration(1, state="abandoned"))) is None


def test_a_question_that_has_not_left_is_taken_back_when_the_case_closes_by_itself(app: Flask) -> None:
    make_hr_row(1)
    case_id = make_refusal(1, birth_date="1980-05-22")
    mismatch_work.ask_person(case_id, Choice(note="چه روزی؟"), actor="amiri", settings=settings_of(app))
    assert db.session.query(Message).one().state == "queued"
    with writing() as session:
        mismatches.settle(session, session.get_one(Registration, make_registration(1)))
    db.session.expire_all()
    assert db.session.query(Message).one().state == "withdrawn"
