"""The pages of temporary accounts, as an operator uses them."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.extensions import db, settings_of, writing
from backoffice.models import Account, AccountBatch, AccountBatchRow, AuditEntry, Link, Message, Operation
from backoffice.services import account_operations
from tests.factories import make_account, make_person
from tests.reconcile.worlds import code, name_of
from tests.views.conftest import ClientAs, DeskClient

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"policy": {"mode": "act"}}


@pytest.fixture
def desk(client_as: ClientAs) -> DeskClient:
    return client_as("it_operator")


def states() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Account.state).order_by(Account.id)))


def test_the_list_shows_who_ends_first_and_never_a_whole_code(desk: DeskClient) -> None:
    make_account(1, expires_at=clock.now() + dt.timedelta(days=9))
    make_account(2, expires_at=clock.now() + dt.timedelta(days=2))
    page = desk.get("/admin/temporary/").text
    assert page.index(name_of(2)) < page.index(name_of(1))
    assert code(1) not in page
    assert code(2) not in page


def test_filters_choose_by_state_and_end(desk: DeskClient) -> None:
    make_account(1)
    make_account(2, expires_at=clock.now() + dt.timedelta(days=2))
    make_account(3, state="locked")
    soon, locked = desk.get("/admin/temporary/?ends=3").text, desk.get("/admin/temporary/?state=locked").text
    assert (name_of(2) in soon, name_of(1) in soon) == (True, False)
    assert (name_of(3) in locked, name_of(1) in locked) == (True, False)


def test_a_preview_counts_who_takes_part_and_does_nothing(desk: DeskClient) -> None:
    ids = [make_account(1), make_account(2, state="locked"), make_account(3, extensions=2)]
    answer = desk.post_form("/admin/temporary/preview?lang=en", {"act": "extend", "days": "10", "account": ids})
    assert answer.status_code == 200
    assert "This account has been extended" in answer.text
    assert all(name_of(number) in answer.text for number in (1, 2, 3))
    assert code(1) not in answer.text
    assert db.session.scalar(sa.select(sa.func.count(Operation.id))) == 0


def test_a_bulk_act_has_a_result_for_each_row(desk: DeskClient) -> None:
    ids = [make_account(1), make_account(2, state="creating")]
    form = {"act": "lock", "account": ids, "reason": "a leak of passwords"}
    answer = desk.post_form("/admin/temporary/carry-out", form)
    assert answer.status_code == 303
    assert states() == ["locked", "creating"]
    rows = db.session.scalars(sa.select(AccountBatchRow).order_by(AccountBatchRow.id)).all()
    assert [(row.account_id, bool(row.operations), bool(row.detail)) for row in rows] == [
        (ids[0], True, False), (ids[1], False, True),
    ]  # fmt: skip
    page = desk.get(f"{answer.location}?lang=en").text
    assert ("under way" in page, "left out" in page) == (True, True)


@pytest.fixture
def many(app: Flask) -> list[int]:
    """One account more than one person may lock alone in a day."""
    return [make_account(number) for number in range(1, settings_of(app).limits.disable_min + 2)]


def lock(desk: DeskClient, ids: list[int]) -> str:
    """Ask for these accounts to be locked; give the address of the batch."""
    form = {"act": "lock", "account": ids, "reason": "a leak of passwords"}
    answer = desk.post_form("/admin/temporary/carry-out", form)
    assert answer.status_code == 303
    return answer.location


def test_locking_many_waits_for_a_second_person(client_as: ClientAs, many: list[int]) -> None:
    first, second = client_as("it_operator", name="anna"), client_as("it_operator", name="bella")
    form = {"act": "lock", "account": many}
    assert "takes two people" in first.post_form("/admin/temporary/preview?lang=en", form).text
    batch = lock(first, many)
    assert set(states()) == {"temporary"}
    assert "Release as the second person" not in first.get(f"{batch}?lang=en").text
    assert batch not in first.get("/admin/").text
    assert first.post_form(f"{batch}release", {"reason": "mine"}).status_code == 422
    for page in ("/admin/", "/admin/temporary/"):
        assert batch in second.get(page).text
    assert "Release as the second person" in second.get(f"{batch}?lang=en").text
    assert second.post_form(f"{batch}release", {"reason": " "}).status_code == 422
    assert set(states()) == {"temporary"}
    assert second.post_form(f"{batch}release", {"reason": "I saw the leak"}).status_code == 303
    assert set(states()) == {"locked"}
    assert second.post_form(f"{batch}release", {"reason": "again"}).status_code == 422
    acts = (
        sa.select(AuditEntry.action, AuditEntry.actor)
        .where(AuditEntry.action.startswith("account:batch:"))
        .order_by(AuditEntry.id)
    )
    assert [tuple(row) for row in db.session.execute(acts.order_by(AuditEntry.id))] == [
        ("account:batch:released_first", "anna"), ("account:batch:released", "bella"),
    ]  # fmt: skip


def test_a_big_lock_cannot_be_cut_into_small_ones(desk: DeskClient, many: list[int]) -> None:
    lock(desk, many[:-1])
    lock(desk, many[-1:])
    assert states() == ["locked"] * (len(many) - 1) + ["temporary"]


def test_the_first_word_counts_for_a_day_and_who_changed_meanwhile_is_left_out(
    client_as: ClientAs, many: list[int]
) -> None:
    first, second = client_as("it_operator", name="anna"), client_as("it_operator", name="bella")
    old, batch = lock(first, many), lock(first, many)
    with writing() as session:
        session.get_one(Account, many[0]).state = "permanent"
        number = int(old.rstrip("/").rpartition("/")[2])
        session.get_one(AccountBatch, number).waits_until = clock.now()
    assert second.post_form(f"{old}release", {"reason": "late"}).status_code == 422
    assert "nothing was done" in second.get(f"{old}?lang=en").text
    assert second.post_form(f"{batch}release", {"reason": "seen"}).status_code == 303
    assert states() == ["permanent"] + ["locked"] * (len(many) - 1)
    assert "left out" in second.get(f"{batch}?lang=en").text


def test_a_second_word_needs_a_fresh_login(client_as: ClientAs, many: list[int]) -> None:
    batch = lock(client_as("it_operator", name="anna"), many)
    stale = client_as("it_operator", name="bella", fresh=False)
    assert "/admin/login/again" in stale.post_form(f"{batch}release", {"reason": "seen"}).location
    assert set(states()) == {"temporary"}


def test_reminding_queues_an_sms_and_a_mail_and_counts_in_the_list(desk: DeskClient) -> None:
    number = make_account(1)
    form = {"act": "remind", "account": [number], "reason": "a week is left"}
    assert desk.post_form("/admin/temporary/carry-out", form).status_code == 303
    sent = db.session.scalars(sa.select(Message.channel).order_by(Message.id)).all()
    assert sent == ["sms", "mail"]
    acts = sa.select(AuditEntry.action).where(AuditEntry.subject == f"account:{number}").order_by(AuditEntry.id)
    assert db.session.scalars(acts).all() == ["account:temporary:reminded"]


def test_everything_takes_the_accounts_of_the_filter_only(desk: DeskClient) -> None:
    make_account(1)
    make_account(2, expires_at=clock.now() + dt.timedelta(days=2))
    page = desk.post_form("/admin/temporary/preview?ends=3", {"act": "lock", "everything": "1"}).text
    assert page.count('name="account"') == 1


@pytest.mark.parametrize("form", [{}, {"act": "extend", "days": "99"}, {"act": "unknown"}, {"act": "lock"}])
def test_what_cannot_be_done_is_refused_with_a_sentence(desk: DeskClient, form: dict[str, object]) -> None:
    number = make_account(1)
    answer = desk.post_form("/admin/temporary/carry-out", {"account": [number], **form})
    assert answer.status_code == 422
    assert states() == ["temporary"]


def test_one_account_is_locked_and_unlocked_on_its_page(desk: DeskClient) -> None:
    path = f"/admin/temporary/{make_account(1)}/"
    for act, state in (("lock", "locked"), ("unlock", "temporary")):
        assert desk.post_form(f"{path}act", {"act": act, "reason": "asked"}).status_code == 303
        assert states() == [state]
    assert desk.post_form(f"{path}act", {"act": "unlock", "reason": "asked"}).status_code == 422
    assert code(1) not in desk.get(path).text


def test_the_mail_address_is_masked_and_a_permanent_name_is_not(desk: DeskClient) -> None:
    page = desk.get(f"/admin/temporary/{make_account(1, username='m.karimi', state='permanent')}/").text
    assert "p1•••@example.com" in page
    assert "p1@example.com" not in page
    assert "m.karimi" in page


def test_an_auditor_looks_and_does_nothing(app: Flask, client_as: ClientAs) -> None:
    path, auditor = f"/admin/temporary/{make_account(1)}/", client_as("auditor")
    assert 'name="act"' not in auditor.get(path).text
    assert auditor.post_form(f"{path}act", {"act": "lock", "reason": "x"}).status_code == 403


def test_the_story_of_a_person_masks_the_user_name_that_is_the_code(desk: DeskClient) -> None:
    person = make_person(1)
    with writing() as session:
        session.execute(sa.update(Link).values(username=code(1), dn=f"uid={code(1)},ou=temporary,dc=x"))
    assert code(1) not in desk.get(f"/admin/people/{person}/").text


def test_what_could_not_be_made_stands_on_the_first_page_until_it_is_given_up(desk: DeskClient) -> None:
    number = make_account(1, state="creating")
    with writing() as session:
        account_operations.queue(session, "create_temporary", session.get_one(Account, number), {}, "x", secret="s")
        session.execute(sa.update(Operation).values(state="parked", outcome="parked", finished_at=clock.now()))
    assert "/admin/temporary/?state=stuck" in desk.get("/admin/").text
    assert name_of(1) in desk.get("/admin/temporary/?state=stuck").text
    page = f"/admin/temporary/{number}/"
    assert 'value="forget"' in desk.get(page).text
    assert desk.post_form(f"{page}act", {"act": "forget", "reason": ""}).status_code == 422
    assert desk.post_form(f"{page}act", {"act": "forget", "reason": "r"}).status_code == 303
    assert (states(), db.session.scalars(sa.select(Operation.secret)).all()) == (["purged"], [""])
    assert desk.get(page).status_code == 200
    assert "/admin/temporary/?state=stuck" not in desk.get("/admin/").text
