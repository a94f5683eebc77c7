"""Requests for permanent accounts at the desk: shown with their reasons, decided once, told in words."""

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.models import AuditEntry, Message, Operation, PermanentRequest
from tests.factories import make_account, make_hr_row, make_verified
from tests.reconcile.worlds import code
from tests.views.conftest import ClientAs, DeskClient


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"policy": {"mode": "act", "auto_approve": False}}


@pytest.fixture
def desk(app: Flask, client_as: ClientAs) -> DeskClient:
    return client_as("it_operator")


def make(number: int = 1, state: str = "needs_review", **values: object) -> int:
    make_hr_row(number)
    account_id = make_account(number)
    make_verified(number, state="temporary", account_id=account_id)
    usual = {"waits_for": "it", "reasons": ["switched_off"], "username": f"m.karimi{number}"}
    with writing() as session:
        request = PermanentRequest(
            tracking_code=f"7KQ2-000{number}", account_id=account_id, state=state, created_at=clock.now(),
            **{**usual, **values},
        )  # fmt: skip
        session.add(request)
        session.flush()
        return request.id


def the_request(request_id: int) -> PermanentRequest:
    db.session.rollback()
    return db.session.get_one(PermanentRequest, request_id)


def decide(desk: DeskClient, request_id: int, act: str, reason: str = "") -> int:
    return desk.post_form(f"/admin/permanent/{request_id}/decide", {"act": act, "reason": reason}).status_code


def test_the_list_says_who_waits_and_why(desk: DeskClient) -> None:
    make(1, reasons=["name_taken", "open_case"])
    make(2, "waiting_source", waits_for="hr", reasons=["not_active"])
    page = desk.get("/admin/permanent/").text
    assert "این نام کاربری از آن حساب دیگری است" in page
    assert "m.karimi2" not in page
    waiting = desk.get("/admin/permanent/?tab=waiting").text
    assert "این شخص در جدیدترین فایل کارگزینی فعال نیست." in waiting
    assert code(2) not in waiting


def test_the_first_page_leads_to_what_waits(desk: DeskClient) -> None:
    assert "/admin/permanent/" in desk.get("/admin/").text
    make(1)
    assert "خودکار تایید نشده‌اند" in desk.get("/admin/").text


def test_an_approval_queues_the_change_once(desk: DeskClient) -> None:
    request_id = make()
    assert decide(desk, request_id, "approve") == 303
    assert (the_request(request_id).state, the_request(request_id).rule) == ("provisioning", "manual")
    assert decide(desk, request_id, "approve") == 422
    assert db.session.scalar(sa.select(sa.func.count()).where(Operation.kind == "promote")) == 1
    assert "تصمیم کارشناس" in desk.get(f"/admin/permanent/{request_id}/").text


def test_what_has_to_be_repaired_first_cannot_be_approved(desk: DeskClient) -> None:
    request_id = make()
    with writing() as session:
        session.execute(sa.text("DELETE FROM hr_row"))
    assert decide(desk, request_id, "approve", "never mind") == 422
    assert the_request(request_id).state == "needs_review"


def test_a_refusal_needs_a_reason_that_the_person_reads(desk: DeskClient) -> None:
    request_id = make()
    assert decide(desk, request_id, "reject") == 422
    assert decide(desk, request_id, "reject", "another name please") == 303
    assert the_request(request_id).state == "rejected"
    told = db.session.scalars(sa.select(Message).where(Message.template == "permanent_refused")).all()
    assert {message.params["reason"] for message in told} == {"another name please"}


def test_a_refusal_is_shown_as_the_person_reads_it_before_it_is_sent(desk: DeskClient) -> None:
    request_id = make()
    path = f"/admin/permanent/{request_id}/preview"
    assert desk.post_form(path, {"act": "reject", "reason": " "}).status_code == 422
    assert desk.post_form(path, {"act": "approve", "reason": "x"}).status_code == 422
    answer = desk.post_form(path, {"act": "reject", "reason": " <b>another</b> name please"})
    assert answer.status_code == 200
    assert answer.text.count("&lt;b&gt;another&lt;/b&gt; name please") == 3
    assert 'name="act" value="reject"' in answer.text
    assert (the_request(request_id).state, db.session.scalars(sa.select(Message)).all()) == ("needs_review", [])


def test_what_failed_is_tried_again(desk: DeskClient) -> None:
    request_id = make(state="failed", note="The entry is no longer in the directory.", reasons=[])
    assert decide(desk, request_id, "again") == 303
    assert the_request(request_id).state == "provisioning"


def test_a_mailbox_that_was_made_by_hand_ends_the_request(desk: DeskClient) -> None:
    request_id = make(state="provisioning", reasons=[], steps={"entry": clock.now().isoformat()})
    assert "صندوق ساخته شد" in desk.get(f"/admin/permanent/{request_id}/").text
    assert "/admin/permanent/?tab=provisioning" in desk.get("/admin/").text
    assert decide(desk, request_id, "mailbox") == 303
    assert the_request(request_id).state == "done"
    assert decide(desk, request_id, "mailbox") == 422


@pytest.mark.parametrize("act", ["", "state=permanent", "approve "])
def test_an_unknown_act_does_nothing(desk: DeskClient, act: str) -> None:
    request_id = make()
    assert decide(desk, request_id, act) == 422
    assert the_request(request_id).state == "needs_review"


def test_the_code_is_shown_after_asking_and_that_is_recorded(desk: DeskClient) -> None:
    request_id = make()
    path = f"/admin/permanent/{request_id}/"
    assert code(1) not in desk.get(path).text
    desk.post_form(f"{path}unmask")
    assert code(1) in desk.get(path).text
    acts = sa.select(AuditEntry.subject).where(AuditEntry.action.contains("unmask"))
    assert db.session.scalars(acts).all() == [f"request:{request_id}"]
