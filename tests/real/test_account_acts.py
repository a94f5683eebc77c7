"""What the desk does to temporary accounts, on a real server."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.demo import ldif
from backoffice.demo.slapd import LocalSlapd
from backoffice.extensions import db, settings_of, writing
from backoffice.models import Account, AuditEntry, Registration
from backoffice.rules.account_entry import generalised_time
from backoffice.rules.errors import RefusedError
from backoffice.services import account_acts, account_list, account_stuck, audit
from backoffice.services.account_list import Wanted
from tests.directories import content
from tests.real.account_rooms import ask, dn_of, last_operation, opens, overrides_of, the_account, work_off
from tests.reconcile.worlds import code

REASON = "asked by telephone"


pytestmark = pytest.mark.usefixtures("emptied")


@pytest.fixture(scope="module")
def server(empty_server: LocalSlapd) -> LocalSlapd:
    return empty_server


@pytest.fixture
def overrides(server: LocalSlapd) -> dict[str, object]:
    return overrides_of(server)


@pytest.fixture
def account_id(app: Flask) -> int:
    number = ask(app, 1)
    work_off(app)
    return number


def test_who_is_locked_cannot_log_in_until_unlocked(app: Flask, account_id: int) -> None:
    settings = settings_of(app)
    account_acts.lock(account_id, reason=REASON, actor="sara", settings=settings)
    work_off(app)
    assert the_account(account_id).state == "locked"
    assert not opens(app, dn_of(code(1)))
    account_acts.unlock(account_id, reason=REASON, actor="sara", settings=settings)
    work_off(app)
    assert the_account(account_id).state == "temporary"
    assert opens(app, dn_of(code(1)))


def test_an_extension_moves_the_end_that_the_server_enforces(app: Flask, account_id: int, server: LocalSlapd) -> None:
    before = the_account(account_id).expires_at
    assert before
    account_acts.extend(account_id, days=10, reason=REASON, actor="sara", settings=settings_of(app))
    work_off(app)
    end = generalised_time(before + dt.timedelta(days=10))
    lines = content(server, "pwdEndTime")[f"dn: {dn_of(code(1))}"]
    assert {f"schacExpiryDate: {end}", f"pwdEndTime: {end}"} <= set(lines)


def test_an_expired_account_opens_again_once_extended(app: Flask) -> None:
    with clock.begun_at(clock.now() - dt.timedelta(days=40)):
        account_id = ask(app, 1)
        work_off(app)
    with writing() as session:
        session.execute(sa.update(Account).values(state="expired"))
    assert not opens(app, dn_of(code(1)))
    account_acts.extend(account_id, days=5, reason=REASON, actor="sara", settings=settings_of(app))
    work_off(app)
    assert opens(app, dn_of(code(1)))
    assert the_account(account_id).state == "temporary"


def test_an_act_that_a_later_one_overtook_does_nothing(app: Flask, account_id: int) -> None:
    settings = settings_of(app)
    account_acts.lock(account_id, reason=REASON, actor="sara", settings=settings)
    account_acts.unlock(account_id, reason=REASON, actor="sara", settings=settings)
    work_off(app)
    assert last_operation().outcome == "already"
    assert opens(app, dn_of(code(1)))


def test_each_act_and_each_change_of_the_entry_is_audited_once(app: Flask, account_id: int) -> None:
    account_acts.lock(account_id, reason=REASON, actor="sara", settings=settings_of(app))
    work_off(app)
    mine = (
        sa.select(AuditEntry.action, AuditEntry.actor)
        .where(AuditEntry.subject == f"account:{account_id}")
        .order_by(AuditEntry.id)
    )
    acts = [tuple(row) for row in db.session.execute(mine.order_by(AuditEntry.id))]
    assert acts[2:] == [("account:temporary:locked", "sara"), ("directory:entry:disabled", "sara")]
    audit.verify()


def test_an_account_is_extended_twice_at_most_and_by_thirty_days(app: Flask, account_id: int) -> None:
    settings = settings_of(app)
    for days in (0, 31):
        with pytest.raises(RefusedError, match="1 to 30"):
            account_acts.extend(account_id, days=days, reason=REASON, actor="sara", settings=settings)
    for _ in range(2):
        account_acts.extend(account_id, days=30, reason=REASON, actor="sara", settings=settings)
    with pytest.raises(RefusedError, match="2 times"):
        account_acts.extend(account_id, days=1, reason=REASON, actor="sara", settings=settings)


def test_no_act_without_a_reason(app: Flask, account_id: int) -> None:
    with pytest.raises(RefusedError, match="reason"):
        account_acts.lock(account_id, reason="  ", actor="sara", settings=settings_of(app))


@pytest.fixture
def stuck(app: Flask, server: LocalSlapd) -> int:
    """An account that could not be made: an entry of somebody else had its name, which is gone by now."""
    theirs = {"objectClass": "inetOrgPerson", "uid": code(1), "cn": "other", "sn": "other"}
    server.change(ldif.entry(dn_of(code(1)), theirs).replace("\n", "\nchangetype: add\n", 1) + "\n")
    number = ask(app, 1)
    work_off(app)
    server.change(f"dn: {dn_of(code(1))}\nchangetype: delete\n")
    return number


def test_what_could_not_be_made_waits_for_the_desk(app: Flask, stuck: int) -> None:
    ask(app, 2)
    work_off(app)
    assert account_list.stuck()[0] == 1
    lines, total = account_list.page(Wanted(state=account_list.STUCK), 0, 20, settings_of(app))
    assert ([line.account.id for line in lines], total) == ([stuck], 1)


def test_who_is_given_up_may_register_again(app: Flask, stuck: int) -> None:
    account_stuck.give_up(stuck, reason=REASON, actor="sara", settings=settings_of(app))
    assert (the_account(stuck).state, last_operation().secret, account_list.stuck()[0]) == ("purged", "", 0)
    assert db.session.scalars(sa.select(Registration.state)).all() == ["abandoned"]
    assert ask(app, 1) == stuck
    work_off(app)
    assert (the_account(stuck).state, opens(app, dn_of(code(1)))) == ("temporary", True)
    with pytest.raises(RefusedError, match="not given up"):
        account_stuck.give_up(stuck, reason=REASON, actor="sara", settings=settings_of(app))


def test_no_sealed_password_is_kept_longer_than_a_week(app: Flask, stuck: int, later: Callable[[float], None]) -> None:
    assert account_stuck.give_up_old() == 0
    later(7 * 24 * 3600 + 60)
    assert account_stuck.give_up_old() == 1
    assert (the_account(stuck).state, last_operation().secret) == ("purged", "")
    assert account_stuck.give_up_old() == 0


def test_what_was_given_up_is_made_once_the_desk_has_it_tried_again(app: Flask, stuck: int) -> None:
    number = stuck
    account_stuck.try_again(number, actor="sara", settings=settings_of(app))
    work_off(app)
    assert the_account(number).state == "temporary"
    assert opens(app, dn_of(code(1)))
