"""Adopting an account that neither HR nor the register knows, after a code to the person."""

from contextlib import nullcontext
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.extensions import db, settings_of
from backoffice.models import AuditEntry, Link, Message, Operation, Person
from backoffice.rules.errors import RefusedError
from backoffice.rules.inquiry import Answer
from backoffice.services import identity, mismatch_link, mismatch_undo, mobile_ownership
from backoffice.services.messages import SEND_URGENT
from backoffice.services.mismatch_work import Choice
from backoffice.settings import Settings
from tests.directories import URN
from tests.factories import make_hr_row
from tests.identity_claims import claim
from tests.reconcile.worlds import code, name_of
from tests.services.mismatch_rows import CONTACT, make_refusal, the_attempt, the_case
from tests.services.test_identity import person_entry, with_directory
from tests.services.test_mismatch_work import POLICY, sent

SEEN = Choice("documents", "کارت ملی")


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"policy": {**POLICY, "unlisted_mobile": "matched"}}


@pytest.fixture
def there(app: Flask) -> Settings:
    """HR has others only; the directory has an account with the code of person 1."""
    make_hr_row(2)
    entry = person_entry("old1", schacPersonalUniqueID=URN + code(1), eduPersonAffiliation="staff")
    return with_directory(entry, policy=settings_of(app).policy.model_dump())


def adopt(case_id: int, there: Settings, typed: str, choice: Choice = SEEN, **changed: Any) -> None:
    (entry,) = the_attempt(case_id).evidence["directory"]["entries"]
    uuid = changed.get("uuid", entry["entry_uuid"])
    source = changed.get("source", "hr")
    mismatch_link.adopt(case_id, uuid, source, typed, choice, actor="amiri", settings=there)


def code_sent(case_id: int, there: Settings) -> str:
    mismatch_link.send_code(case_id, actor="amiri", settings=there)
    (sms,) = sent(there, SEND_URGENT)
    assert sms["to"] == CONTACT
    return str(sms["params"]["code"])


def test_the_account_is_the_persons_from_then_on_and_the_person_is_told(there: Settings) -> None:
    case_id = make_refusal(1, settings=there)
    assert the_attempt(case_id).causes == ["NC_NOT_IN_HR", "EXISTS_ORPHAN"]
    adopt(case_id, there, code_sent(case_id, there))
    (link,) = db.session.query(Link)
    assert (link.username, link.source, link.person.national_code) == ("old1", "hr", code(1))
    assert link.person.last_name == name_of(1)
    assert (the_case(case_id).state, the_case(case_id).verdict) == ("resolved", "adopt")
    assert sent(there)[-1]["template"] == "mismatch_adopted"
    assert db.session.query(Operation).filter_by(kind="update").count() == 0
    assert "cases:mismatch:adopted" in db.session.scalars(sa.select(AuditEntry.action)).all()
    assert "EXISTS_STAFF" in identity.check(claim(1), there).causes


def test_an_adoption_taken_back_leaves_the_account_nobodys(there: Settings) -> None:
    case_id = make_refusal(1, settings=there)
    adopt(case_id, there, code_sent(case_id, there))
    mismatch_undo.reopen(case_id, note="حساب دیگری بود", actor="rezaei")
    assert db.session.query(Link).filter(Link.ended_at.is_(None)).count() == 0
    assert the_case(case_id).state == "new"


def test_nothing_is_adopted_without_reason_code_or_the_right_entry(there: Settings) -> None:
    case_id = make_refusal(1, settings=there)
    typed = code_sent(case_id, there)
    wrong = f"{(int(typed) + 1) % 10**6:06d}"
    for tried in (
        {"typed": typed, "choice": Choice("")}, {"typed": typed, "choice": Choice("other")}, {"typed": wrong},
        {"typed": typed, "uuid": "another"}, {"typed": typed, "source": ""},
    ):  # fmt: skip
        with pytest.raises(RefusedError):
            adopt(case_id, there, **tried)
    assert (the_case(case_id).state, db.session.query(Person).count()) == ("new", 0)


def test_whom_hr_has_by_now_is_not_adopted(there: Settings) -> None:
    case_id = make_refusal(1, settings=there)
    typed = code_sent(case_id, there)
    make_hr_row(1)
    with pytest.raises(RefusedError, match="HR has this person by now"):
        adopt(case_id, there, typed)
    assert db.session.query(Link).count() == 0


def test_a_number_in_another_name_gets_no_code(there: Settings) -> None:
    (there.instance / "mobile-owners.csv").write_text(f"mobile,national_code\n{CONTACT},{code(9)}\n")
    case_id = make_refusal(1, settings=there)
    with pytest.raises(RefusedError, match="not in the name"):
        mismatch_link.send_code(case_id, actor="amiri", settings=there)


@pytest.mark.parametrize(
    ("provider", "answer", "message"),
    [("http", Answer.UNAVAILABLE, "does not answer"), ("http", Answer.INVALID, "not in the name"),
     ("table", Answer.UNAVAILABLE, "")],
)  # fmt: skip
def test_while_the_owner_service_is_silent_no_code_leaves(
    there: Settings, monkeypatch: pytest.MonkeyPatch, provider: str, answer: Answer, message: str
) -> None:
    monkeypatch.setattr(mobile_ownership, "owner_of", lambda *_: answer)
    case_id = make_refusal(1, settings=there)
    asked = there.model_copy(update={"mobile_owner_provider": provider})
    with pytest.raises(RefusedError, match=message) if message else nullcontext():
        mismatch_link.send_code(case_id, actor="amiri", settings=asked)
    assert db.session.query(Message).count() == (0 if message else 1)
