"""Ending the case of a person who has an account already: extended, or told how to come in."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.extensions import db, settings_of, writing
from backoffice.models import Account, AuditEntry, Message, Operation
from backoffice.rules.errors import RefusedError
from backoffice.rules.profile_access import Access
from backoffice.services import (
    account_acts,
    mismatch_account,
    mismatch_undo,
    mismatch_work,
    profile_sessions,
    tracking,
)
from backoffice.services.mismatch_work import Choice
from backoffice.settings import Settings
from tests.factories import make_account, make_hr_row
from tests.services.mismatch_rows import CONTACT, make_refusal, the_attempt, the_case

POLICY = {"mode": "act", "quiet_from": 0, "quiet_to": 0}
DAY = dt.timedelta(days=1)
OWN_NUMBER = "09120000001"
ASKED = Choice("asked_again")


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"policy": POLICY}


@pytest.fixture(params=["sqlite"])
def database_url(tmp_path: Path, sqlite_template: Path) -> str:
    (tmp_path / "backoffice.sqlite").write_bytes(sqlite_template.read_bytes())
    return ""


@pytest.fixture
def settings(app: Flask) -> Settings:
    make_hr_row(1)
    return settings_of(app)


def over(days: int = 20, **values: Any) -> int:
    return make_account(1, state="expired", expires_at=clock.now() - days * DAY, **values)


def the_account(number: int) -> Account:
    db.session.expire_all()
    return db.session.get_one(Account, number)


def told() -> list[tuple[str, str, str]]:
    found = db.session.query(Message).order_by(Message.id)
    return [(one.channel, one.address, one.template) for one in found if one.state != "withdrawn"]


def acts() -> list[str]:
    return [
        one for one in db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)) if "refused" not in one
    ]


def test_an_expired_account_is_extended_from_its_case_and_the_person_is_told(settings: Settings) -> None:
    number = over()
    case_id = make_refusal(1, contact=OWN_NUMBER)
    assert the_case(case_id).cause == "EXISTS_EXPIRED"
    mismatch_account.extend(case_id, 14, Choice("other", "در مرخصی بود"), actor="amiri", settings=settings)
    case, account = the_case(case_id), the_account(number)
    assert (case.state, case.verdict, case.reason, case.decided_by) == ("resolved", "extend", "other", "amiri")
    assert (account.state, account.extensions) == ("temporary", 1)
    assert account.expires_at is not None
    assert 13 * DAY < account.expires_at - clock.now() < 15 * DAY
    assert told() == [("sms", OWN_NUMBER, "account_extended"), ("mail", "p1@example.com", "account_extended")]
    assert acts() == ["account:temporary:extended", "cases:mismatch:extended"]
    assert db.session.scalars(sa.select(Operation.kind).where(Operation.subject == f"account:{number}")).all() == [
        "extend_account"
    ]
    visitor = profile_sessions.find(number, settings)
    assert visitor is not None
    assert visitor.access is Access.FULL


def test_a_valid_account_needs_no_more_than_the_way_in(settings: Settings) -> None:
    number = make_account(1)
    case_id = make_refusal(1, contact=OWN_NUMBER)
    found = mismatch_account.standing_of(db.session(), the_attempt(case_id), settings)
    assert found is not None
    assert (found.may_log_in, found.may_extend) == (True, False)
    mismatch_account.tell_to_log_in(case_id, Choice(), actor="amiri", settings=settings)
    assert (the_case(case_id).state, the_case(case_id).verdict) == ("resolved", "log_in")
    assert told() == [("sms", OWN_NUMBER, "account_exists"), ("mail", "p1@example.com", "account_exists")]
    params = db.session.scalars(sa.select(Message.params)).first()
    assert params is not None
    assert params["recover"].endswith("/profile/recover")
    assert the_account(number).extensions == 0


def test_another_number_hears_only_that_the_check_has_ended(settings: Settings) -> None:
    make_account(1)
    case_id = make_refusal(1)
    mismatch_account.tell_to_log_in(case_id, Choice(), actor="amiri", settings=settings)
    assert told()[-1] == ("sms", CONTACT, "mismatch_ended")
    assert len(told()) == 3


def test_in_the_days_of_grace_the_way_in_is_the_code(settings: Settings) -> None:
    over(days=3, extensions=2)
    case_id = make_refusal(1, contact=OWN_NUMBER)
    with pytest.raises(RefusedError, match="extended 2 times already"):
        mismatch_account.extend(case_id, 14, ASKED, actor="amiri", settings=settings)
    assert (the_case(case_id).state, told()) == ("new", [])
    mismatch_account.tell_to_log_in(case_id, Choice(), actor="amiri", settings=settings)
    assert told()[0][2] == "account_over"


@pytest.mark.parametrize(
    ("values", "days", "why"),
    [
        ({"extensions": 2}, 20, "extended 2 times already"),
        ({"state": "locked"}, 20, "account in this state"),
        ({"state": "purging"}, 100, "account in this state"),
        ({"state": "purged"}, 100, "no account of this person"),
    ],
)
def test_what_cannot_be_extended_changes_nothing(
    settings: Settings, values: dict[str, Any], days: int, why: str
) -> None:
    number = over(days)
    case_id = make_refusal(1)
    with writing() as session:
        for name, value in values.items():
            setattr(session.get_one(Account, number), name, value)
    with pytest.raises(RefusedError, match=why):
        mismatch_account.extend(case_id, 14, ASKED, actor="amiri", settings=settings)
    with pytest.raises(RefusedError):
        mismatch_account.tell_to_log_in(case_id, Choice(), actor="amiri", settings=settings)
    assert (the_case(case_id).state, told(), acts()) == ("new", [], [])


@pytest.mark.parametrize(("days", "reason"), [(0, "asked_again"), (31, "asked_again"), (14, ""), (14, "other")])
def test_an_extension_needs_days_within_the_limit_and_a_reason(settings: Settings, days: int, reason: str) -> None:
    over()
    case_id = make_refusal(1)
    with pytest.raises(RefusedError):
        mismatch_account.extend(case_id, days, Choice(reason), actor="amiri", settings=settings)
    assert the_case(case_id).state == "new"


def test_a_valid_account_is_not_extended_by_its_case(settings: Settings) -> None:
    make_account(1)
    case_id = make_refusal(1)
    with pytest.raises(RefusedError, match="need not be extended"):
        mismatch_account.extend(case_id, 14, ASKED, actor="amiri", settings=settings)


def test_of_two_people_one_extends_and_it_counts_once(settings: Settings) -> None:
    number, case_id = over(), make_refusal(1)
    mismatch_account.extend(case_id, 14, ASKED, actor="amiri", settings=settings)
    with pytest.raises(RefusedError, match="amiri has already decided"):
        mismatch_account.extend(case_id, 14, ASKED, actor="rezaei", settings=settings)
    assert the_account(number).extensions == 1


def test_an_account_extended_on_its_own_page_leaves_the_case_its_ending(settings: Settings) -> None:
    number, case_id = over(), make_refusal(1)
    account_acts.extend(number, days=7, reason="تلفن", actor="amiri", settings=settings)
    assert not mismatch_work.recheck(case_id, actor="amiri", settings=settings)
    assert the_case(case_id).cause == "EXISTS_TEMPORARY"
    mismatch_account.tell_to_log_in(case_id, Choice(), actor="amiri", settings=settings)
    assert the_case(case_id).state == "resolved"


def test_taken_back_the_account_ends_as_before_and_nothing_goes_out(settings: Settings) -> None:
    number = over()
    end = the_account(number).expires_at
    case_id = make_refusal(1)
    mismatch_account.extend(case_id, 14, ASKED, actor="amiri", settings=settings)
    mismatch_undo.reopen(case_id, note="اشتباه", actor="rezaei")
    account = the_account(number)
    assert (account.state, account.expires_at, account.extensions) == ("expired", end, 0)
    assert (the_case(case_id).state, told()) == ("new", [])
    assert "account:temporary:extension_taken_back" in acts()


def test_what_went_on_since_is_not_taken_back(settings: Settings) -> None:
    number, case_id = over(), make_refusal(1)
    mismatch_account.extend(case_id, 14, ASKED, actor="amiri", settings=settings)
    account_acts.lock(number, reason="x", actor="amiri", settings=settings)
    with pytest.raises(RefusedError, match="changed since"):
        mismatch_undo.reopen(case_id, note="اشتباه", actor="rezaei")
    assert (the_account(number).state, the_case(case_id).state) == ("locked", "resolved")


def test_the_person_who_follows_the_case_reads_that_the_account_is_there(settings: Settings) -> None:
    make_account(1)
    case_id = make_refusal(1)
    mismatch_account.tell_to_log_in(case_id, Choice(), actor="amiri", settings=settings)
    standing = tracking.standing(the_attempt(case_id).id, settings)
    assert standing is not None
    assert standing.what == tracking.EXISTS


def test_somebody_whose_data_differ_does_not_read_that_an_account_is_there(settings: Settings) -> None:
    make_account(1)
    case_id = make_refusal(1, father_name="ناشناس")
    assert the_case(case_id).cause == "FATHER_DIFFERS"
    mismatch_account.tell_to_log_in(case_id, Choice(), actor="amiri", settings=settings)
    standing = tracking.standing(the_attempt(case_id).id, settings)
    assert standing is not None
    assert standing.what == tracking.REFUSED
