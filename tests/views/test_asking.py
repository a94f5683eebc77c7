"""Asking the person about a request: sent after a preview, answered in the profile, read at the desk; and claims."""

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.extensions import db, settings_of, writing
from backoffice.models import AuditEntry, Message, PermanentRequest
from backoffice.services import approval, request_claims
from tests.profiles import logged_in
from tests.views.conftest import ClientAs, DeskClient
from tests.views.test_permanent import decide, make, the_request

QUESTION = "Which unit do you belong to?"


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"policy": {"mode": "act"}}


@pytest.fixture
def desk(app: Flask, client_as: ClientAs) -> DeskClient:
    del app
    return client_as("it_operator")


def waiting() -> int:
    return make(reasons=["open_case"])


def texts() -> set[str]:
    return set(db.session.scalars(sa.select(Message.template)))


def test_a_question_is_shown_as_it_would_be_sent_before_it_is(desk: DeskClient) -> None:
    request_id = waiting()
    answer = desk.post_form(f"/admin/permanent/{request_id}/preview", {"act": "ask", "reason": f" {QUESTION}\n"})
    assert answer.status_code == 200
    assert answer.text.count(QUESTION) == 3
    assert texts() == set()
    assert desk.post_form(f"/admin/permanent/{request_id}/preview", {"act": "ask", "reason": " "}).status_code == 422


def test_it_goes_out_by_sms_and_mail_and_the_person_is_waited_for(app: Flask, desk: DeskClient) -> None:
    request_id = waiting()
    assert decide(desk, request_id, "ask", QUESTION) == 303
    channels = db.session.execute(sa.select(Message.channel, Message.params["note"].as_string())).all()
    assert {tuple(row) for row in channels} == {("sms", QUESTION), ("mail", QUESTION)}
    assert (the_request(request_id).state, the_request(request_id).waits_for) == ("needs_review", "person")
    assert approval.judge(request_id, settings_of(app)) == "needs_review"
    assert the_request(request_id).waits_for == "person"
    assert "m.karimi1" in desk.get("/admin/permanent/?tab=waiting").text
    assert "m.karimi1" not in desk.get("/admin/permanent/").text
    assert decide(desk, request_id, "ask", "And?") == 422


def test_the_answer_brings_it_back_to_the_desk_with_a_new_deadline(app: Flask, desk: DeskClient) -> None:
    request_id = waiting()
    decide(desk, request_id, "ask", QUESTION)
    holder = logged_in(app, the_request(request_id).account_id)
    assert "/profile/permanent" in holder.get("/profile/").text
    assert QUESTION in holder.get("/profile/permanent").text
    assert holder.post("/profile/answer", {"answer": " "}).status_code == 422
    assert holder.post("/profile/answer", {"answer": "<b>Physics</b>"}).status_code == 303
    request = the_request(request_id)
    assert (request.waits_for, request.reasons, request.due_at is not None) == ("it", ["answered"], True)
    assert "&lt;b&gt;Physics&lt;/b&gt;" in desk.get(f"/admin/permanent/{request_id}/").text
    assert holder.post("/profile/answer", {"answer": "again"}).status_code == 422


def test_what_was_answered_is_not_approved_before_somebody_has_read_it(app: Flask, desk: DeskClient) -> None:
    request_id = waiting()
    decide(desk, request_id, "ask", QUESTION)
    logged_in(app, the_request(request_id).account_id).post("/profile/answer", {"answer": "Physics"})
    assert approval.judge(request_id, settings_of(app)) == "needs_review"
    assert decide(desk, request_id, "read") == 303
    assert decide(desk, request_id, "read") == 422
    assert approval.judge(request_id, settings_of(app)) == "provisioning"


def test_nobody_answers_for_another_person(app: Flask, desk: DeskClient) -> None:
    request_id, other = waiting(), make(2)
    decide(desk, request_id, "ask", QUESTION)
    stranger = logged_in(app, the_request(other).account_id)
    assert stranger.post("/profile/answer", {"answer": "x", "request_id": str(request_id)}).status_code == 422
    assert the_request(request_id).reasons == ["asked"]


def test_who_took_a_request_decides_it_for_half_an_hour(desk: DeskClient, client_as: ClientAs) -> None:
    request_id, other = waiting(), client_as("it_operator", name="second")
    assert decide(desk, request_id, "take") == 303
    assert "test-it_operator" in other.get(f"/admin/permanent/{request_id}/").text
    for act in ("take", "approve", "reject", "ask", "let_go"):
        assert decide(other, request_id, act, "why") == 422
    with writing() as session:
        session.get_one(PermanentRequest, request_id).taken_at = clock.now() - request_claims.HELD_FOR
    assert decide(other, request_id, "reject", "why") == 303
    assert decide(desk, request_id, "reject", "why") == 422
    assert db.session.query(AuditEntry).filter_by(action="request:permanent:rejected").count() == 1


def test_what_was_let_go_is_anybodys(desk: DeskClient, client_as: ClientAs) -> None:
    request_id, other = waiting(), client_as("it_operator", name="second")
    decide(desk, request_id, "take")
    assert decide(desk, request_id, "let_go") == 303
    assert decide(other, request_id, "take") == 303


@pytest.mark.parametrize("act", ["approve", "reject", "ask", "take"])
def test_nobody_decides_about_the_own_request(client_as: ClientAs, act: str) -> None:
    request_id = make(reasons=["open_case"])
    own = client_as("it_operator", name="m.karimi1")
    assert decide(own, request_id, act, "I know me") == 422
    assert the_request(request_id).state == "needs_review"


def test_a_decided_request_asks_nothing_any_more(app: Flask, desk: DeskClient) -> None:
    request_id = waiting()
    decide(desk, request_id, "ask", QUESTION)
    assert decide(desk, request_id, "reject", "no answer came") == 303
    holder = logged_in(app, the_request(request_id).account_id)
    assert holder.post("/profile/answer", {"answer": "late"}).status_code == 422
    assert the_request(request_id).state == "rejected"
