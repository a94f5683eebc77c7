"""The history of reminders: filtered by result and stage, and on the page of an account; proposals of deletions."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.extensions import db, settings_of, writing
from backoffice.models import Account, AccountBatch, Message, PermanentRequest, PurgeProposal, Reminder
from backoffice.services import purges, reminder_history, reminders
from tests.factories import make_account
from tests.reconcile.worlds import name_of
from tests.views.conftest import ClientAs, DeskClient


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"policy": {"mode": "act", "quiet_from": 0, "quiet_to": 0}, "limits": {"disable_min": 1}}


@pytest.fixture
def desk(app: Flask, client_as: ClientAs) -> DeskClient:
    del app
    return client_as("it_operator")


def reminded(app: Flask, number: int, state: str = "") -> int:
    """An account that ends in 14 days; its messages have this state, "" for an account that asked already."""
    account_id = make_account(number, expires_at=clock.now() + dt.timedelta(days=14))
    if not state:
        request = {"state": "waiting_source", "username": f"p{number}", "created_at": clock.now()}
        with writing() as session:
            session.add(PermanentRequest(tracking_code=f"7KQ2-00{number}", account_id=account_id, **request))
    reminders.remind(account_id, settings_of(app))
    mine = Message.person_id == sa.select(Account.person_id).where(Account.id == account_id).scalar_subquery()
    with writing() as session:
        session.execute(sa.update(Message).where(mine).values(state=state))
    return account_id


def test_the_list_is_filtered_by_what_became_of_them(app: Flask, desk: DeskClient) -> None:
    for number, state in enumerate(("delivered", "queued", "failed", ""), start=1):
        reminded(app, number, state)
    for number, result in enumerate(("arrived", "under_way", "not_delivered", "suppressed"), start=1):
        page = desk.get(f"/admin/reminders/?result={result}&stage=14").text
        assert [name_of(n) in page for n in range(1, 5)] == [n == number for n in range(1, 5)]
    assert "حساب دائم درخواست شده است." in desk.get("/admin/reminders/?result=suppressed").text
    assert name_of(1) in desk.get("/admin/reminders/?stage=14").text


def test_the_page_of_an_account_has_its_own(app: Flask, desk: DeskClient) -> None:
    account_id = reminded(app, 1, "delivered")
    page = desk.get(f"/admin/temporary/{account_id}/").text
    assert "۱۴ روز پیش از پایان" in page
    assert "ایمیل: تحویل شد" in page
    assert "پیامک: تحویل شد" in page


def test_what_was_suppressed_is_sent_once_the_reason_is_gone(app: Flask) -> None:
    account_id = reminded(app, 1)
    assert results(account_id) == ["suppressed"]
    with writing() as session:
        session.execute(sa.update(PermanentRequest).values(state="rejected"))
    assert reminders.remind(account_id, settings_of(app))
    assert not reminders.remind(account_id, settings_of(app))
    assert [(row.sent, row.why) for row in db.session.query(Reminder).filter_by(stage=14)] == [(True, "")]
    assert results(account_id) == ["under_way"]


def test_a_reminder_of_which_no_message_is_known_is_not_on_its_way(app: Flask) -> None:
    account_id = make_account(1)
    with writing() as session:
        session.add(Reminder(account_id=account_id, expires_at=clock.now(), stage=14, at=clock.now(), sent=True))
    assert results(account_id) == ["sent"]
    assert reminder_history.page("sent", None, 0, 20).total == 1
    assert reminder_history.page("under_way", None, 0, 20).total == 0


def results(account_id: int) -> list[str]:
    return [line.result for line in reminder_history.of_account(account_id) if line.reminder.stage == 14]


def over(number: int) -> int:
    account_id = make_account(number, state="expired", expires_at=clock.now() - dt.timedelta(days=100))
    purges.propose_due()
    return account_id


def test_a_deletion_takes_a_second_look_and_a_fresh_login(desk: DeskClient, client_as: ClientAs) -> None:
    account_id = over(1)
    assert "/admin/temporary/?state=proposed" in desk.get("/admin/").text
    assert name_of(1) in desk.get("/admin/temporary/?state=proposed").text
    form = {"act": "purge", "account": str(account_id)}
    preview = desk.post_form("/admin/temporary/preview", form)
    assert (preview.status_code, "برای همیشه" in preview.text) == (200, True)
    assert f"/admin/temporary/{account_id}/" in preview.text
    stale = client_as("it_operator", fresh=False)
    again = stale.post_form("/admin/temporary/carry-out", {**form, "reason": "x"})
    assert again.location.startswith("/admin/login/again")
    assert desk.post_form("/admin/temporary/carry-out", {**form, "reason": " "}).status_code == 422
    assert db.session.get_one(Account, account_id).state == "expired"
    assert desk.post_form("/admin/temporary/carry-out", {**form, "reason": "nobody came"}).status_code == 303
    assert db.session.get_one(Account, account_id).state == "purging"


def test_many_deletions_take_two_people(desk: DeskClient, client_as: ClientAs) -> None:
    ids = [over(number) for number in (1, 2)]
    form = {"act": "purge", "account": [str(number) for number in ids], "reason": "nobody came"}
    assert desk.post_form("/admin/temporary/carry-out", form).status_code == 303
    assert {account.state for account in db.session.query(Account)} == {"expired"}
    batch = db.session.query(AccountBatch).one().id
    assert desk.post_form(f"/admin/temporary/batches/{batch}/release", {"reason": "mine"}).status_code == 422
    other = client_as("it_admin")
    assert other.post_form(f"/admin/temporary/batches/{batch}/release", {"reason": "I looked"}).status_code == 303
    assert {account.state for account in db.session.query(Account)} == {"purging"}


def test_what_is_valid_or_permanent_is_never_deleted(desk: DeskClient) -> None:
    ids = [make_account(1), make_account(2, state="permanent", expires_at=None, username="m.karimi"), over(3)]
    with writing() as session:
        session.execute(sa.update(PurgeProposal).values(state="kept"))
    form = {"act": "purge", "account": [str(number) for number in ids], "reason": "try"}
    assert desk.post_form("/admin/temporary/carry-out", form).status_code == 422
    assert [account.state for account in db.session.query(Account).order_by(Account.id)] == [
        "temporary", "permanent", "expired",
    ]  # fmt: skip
