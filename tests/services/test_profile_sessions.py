"""Sessions of holders: whose they are, how long they live, and what ends them."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask import Flask

from backoffice import clock
from backoffice.extensions import db, settings_of, writing
from backoffice.models import Account, AuditEntry, Operation, WebSession
from backoffice.services import holders, profile_sessions, sessions
from backoffice.services.profile_sessions import Visitor
from tests.factories import make_account, make_person
from tests.reconcile.worlds import code

HOUR = 3600


def found(app: Flask, account_id: int) -> Visitor | None:
    db.session.rollback()
    return profile_sessions.find(account_id, settings_of(app))


def enter(app: Flask, account_id: int) -> str:
    return profile_sessions.enter(account_id, profile_sessions.PASSWORD, "127.0.0.1", settings_of(app))


def make_operation(kind: str, **values: object) -> int:
    now = clock.now()
    usual = {
        "subject": "entry:uuid-1", "directory": "main", "desired": {"entry_uuid": "uuid-1"}, "state": "done",
        "outcome": "done", "not_before": now, "created_at": now,
    }  # fmt: skip
    with writing() as session:
        row = Operation(kind=kind, **{**usual, **values})
        session.add(row)
        session.flush()
        return row.id


def test_a_session_belongs_to_the_account_and_is_in_the_trail(app: Flask) -> None:
    account = make_account(1)
    token = enter(app, account)
    assert sessions.find(token).account_id == account
    assert sessions.find(token).actor is None
    entry = db.session.query(AuditEntry).one()
    assert (entry.action, entry.actor) == ("profile:login:accepted", f"account:{account}")


def test_a_session_ends_after_half_an_hour_without_use(app: Flask, later: Callable[[float], None]) -> None:
    token = enter(app, make_account(1))
    later(HOUR / 2 + 1)
    assert sessions.find(token).account_id is None
    assert sessions.purge() == 1


def test_nobody_enters_by_an_account_that_is_not_open(app: Flask) -> None:
    over = clock.now() - dt.timedelta(days=15)
    closed: list[dict[str, Any]] = [{"state": "locked"}, {"state": "creating"}, {"expires_at": over}]
    for number, values in enumerate(closed, start=1):
        account = make_account(number, **values)
        assert (found(app, account), enter(app, account)) == (None, "")
    assert db.session.query(WebSession).count() == 0


def test_whoever_reconciliation_disabled_is_out_until_enabled_or_undone(app: Flask) -> None:
    account = make_account(1, state="permanent", expires_at=None, username="m.karimi")
    first = make_operation("disable")
    assert found(app, account) is None
    undo = make_operation("disable", undo_of=first)
    assert found(app, account) is not None
    make_operation("disable", state="pending", outcome="")
    make_operation("disable", outcome="stale")
    assert found(app, account) is not None
    make_operation("enable", undo_of=undo)
    assert found(app, account) is None
    make_operation("enable", outcome="already")
    assert found(app, account) is not None


def test_ending_the_sessions_of_an_account_leaves_the_one_that_is_named(app: Flask) -> None:
    account, other = make_account(1), make_account(2)
    here, elsewhere, others = enter(app, account), enter(app, account), enter(app, other)
    sessions.end_all_of_account(account, but=here)
    living = [sessions.find(token).account_id for token in (here, elsewhere, others)]
    assert living == [account, None, other]


def test_a_name_is_read_in_any_writing(app: Flask) -> None:
    settings = settings_of(app)
    persian = code(1).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    assert holders.named(f" {persian[:3]} {persian[3:]} ", settings) == code(1)
    assert holders.named("M.Karimi@example.ac.ir", settings) == "m.karimi"
    assert [holders.named(text, settings) for text in ("m.karimi@gmail.com", "*", "", "a)(uid=*")] == ["", "", "", ""]


def test_the_national_code_finds_the_person_after_the_change_too(app: Flask) -> None:
    person = make_person(1, linked=False)
    old = make_account(1, person_id=person, state="purged")
    new = make_account(1, person_id=person, username="m.karimi", state="permanent", expires_at=None)
    assert (holders.account_named("m.karimi"), holders.account_named(code(1))) == (new, new)
    with writing() as session:
        session.get_one(Account, old).state = "temporary"
    assert holders.account_named(code(1)) == old
    assert holders.account_named("nobody") is None
