"""Wishes for corrections: what is accepted, what is kept how, and how they end."""

from collections.abc import Callable

import pytest
from flask import Flask

from backoffice.extensions import db, settings_of
from backoffice.models import AuditEntry, CorrectionRequest, Message
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import InvalidFieldsError
from backoffice.rules.proofs import LARGEST
from backoffice.services import correction_lines, correction_requests, profile_sessions
from backoffice.services.correction_requests import Proof
from backoffice.services.profile_sessions import Visitor
from backoffice.services.rates import TooManyError
from tests.factories import make_account
from tests.reconcile.worlds import code

PDF = Proof("id.pdf", b"%PDF-1.7 canary of a proof")


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    found = profile_sessions.find(make_account(1), settings_of(app))
    assert found
    return found


def ask(app: Flask, visitor: Visitor, proof: Proof | None = None, **changed: str) -> int:
    fields = {"field": "last_name", "value": " کریمی ", "words": "شناسنامه تازه", **changed}
    sent = {name: [value] for name, value in fields.items()}
    return correction_requests.ask(visitor, sent, proof, settings_of(app))


def row(number: int) -> CorrectionRequest:
    db.session.rollback()
    return db.session.get_one(CorrectionRequest, number)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"field": "national_code"}, "field"),
        ({"field": ""}, "field"),
        ({"value": " "}, "value"),
        ({"field": "birth_date", "value": "1370/13/01"}, "value"),
        ({"field": "birth_date", "value": "1991-08-12"}, "value"),
    ],
)
def test_what_cannot_be_understood_is_named(app: Flask, visitor: Visitor, changed: dict[str, str], fault: str) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        ask(app, visitor, None, **changed)
    assert list(refused.value.faults) == [fault]
    assert db.session.query(CorrectionRequest).count() == 0


@pytest.mark.parametrize(
    "content", [b"", b"<script>", b"MZ", b"GIF89a", b"PK\x03\x04", b"%PDF-" + b"0" * LARGEST], ids=range(6)
)
def test_a_proof_is_told_by_its_content_and_size(app: Flask, visitor: Visitor, content: bytes) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        ask(app, visitor, Proof("id.pdf", content))
    assert list(refused.value.faults) == ["proof"]


def test_a_wish_is_kept_for_the_source_with_its_proof_sealed(app: Flask, visitor: Visitor) -> None:
    number = ask(app, visitor, PDF)
    found = row(number)
    assert (found.source, found.value, found.proof_kind, found.state) == ("hr", "کریمی", "application/pdf", "waiting")
    assert "canary" not in found.proof
    settings = settings_of(app)
    assert correction_requests.proof_of(number, actor="sara", settings=settings) == PDF.content
    acts = [entry.action for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)]
    assert acts == ["profile:correction:asked", "hr:correction:proof_seen"]


def test_a_date_is_read_in_the_jalali_calendar(app: Flask, visitor: Visitor) -> None:
    assert row(ask(app, visitor, field="birth_date", value="۱۳۵۹/۰۲/۳۱")).value == "1980-05-21"


def test_one_field_is_asked_for_once_and_five_wishes_a_day(app: Flask, visitor: Visitor) -> None:
    ask(app, visitor)
    with pytest.raises(InvalidFieldsError):
        ask(app, visitor)
    for name in ("first_name", "father_name", "unit", "title"):
        ask(app, visitor, field=name)
    with pytest.raises(TooManyError):
        ask(app, visitor, field="employment_type")


def test_an_answer_counts_once_and_deletes_the_proof(app: Flask, visitor: Visitor) -> None:
    number = ask(app, visitor, PDF)
    for decision, note in (("perhaps", "x"), ("refused", " ")):
        with pytest.raises(RefusedError):
            correction_requests.decide(number, decision, note, actor="sara", settings=settings_of(app))
    correction_requests.decide(number, "done", "", actor="sara", settings=settings_of(app))
    with pytest.raises(RefusedError):
        correction_requests.decide(number, "refused", "no", actor="reza", settings=settings_of(app))
    found = row(number)
    assert (found.state, found.decided_by, found.proof) == ("done", "sara", "")
    with pytest.raises(RefusedError):
        correction_requests.proof_of(number, actor="sara", settings=settings_of(app))


def test_the_list_of_corrections_has_what_waits(app: Flask, visitor: Visitor) -> None:
    number = ask(app, visitor)
    with app.test_request_context():
        lines, origins = correction_lines.of_source("hr", settings_of(app))
    assert [(line.national_code, line.about, line.reason) for line in lines] == [
        (code(1), frozenset({"last_name"}), "شناسنامه تازه")
    ]
    assert origins["requests"] == [number]
    correction_requests.decide(number, "refused", "کارت ملی لازم است", actor="sara", settings=settings_of(app))
    with app.test_request_context():
        assert correction_lines.of_source("hr", settings_of(app))[0] == []


def test_a_proof_nobody_looked_into_is_deleted_after_ninety_days(
    app: Flask, visitor: Visitor, later: Callable[[float], None]
) -> None:
    number = ask(app, visitor, PDF)
    assert correction_requests.erase_old_proofs() == 0
    later(91 * 86400)
    assert correction_requests.erase_old_proofs() == 1
    assert (row(number).proof, row(number).state) == ("", "waiting")


def test_the_person_hears_of_the_answer(app: Flask, visitor: Visitor) -> None:
    number = ask(app, visitor)
    correction_requests.decide(number, "refused", "کارت ملی لازم است", actor="sara", settings=settings_of(app))
    told = db.session.query(Message).filter_by(template="correction_decided").all()
    assert {(one.channel, one.params["decision"], one.params["note"]) for one in told} == {
        ("sms", "refused", "کارت ملی لازم است"), ("mail", "refused", "کارت ملی لازم است"),
    }  # fmt: skip
