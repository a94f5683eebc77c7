"""Deleting temporary accounts for good, on a real server: proposed by a job, confirmed by a person."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.demo.slapd import LocalSlapd
from backoffice.extensions import db, settings_of, writing
from backoffice.models import Account, AuditEntry, Link, Operation, PermanentRequest, PurgeProposal
from backoffice.models.operation import MADE, PENDING
from backoffice.ports.directory_write import open_writer
from backoffice.rules.account_entry import END, generalised_time
from backoffice.rules.entry_changes import Change
from backoffice.rules.errors import RefusedError
from backoffice.services import account_acts, account_bulk, account_expiry, purges
from backoffice.services.account_bulk import KEEP, PURGE, Act
from tests.directories import content
from tests.real.account_rooms import ask, dn_of, last_operation, overrides_of, the_account, work_off
from tests.reconcile.worlds import code

pytestmark = [
    pytest.mark.usefixtures("emptied"), pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]  # fmt: skip
REASON = "nobody came"


@pytest.fixture(scope="module")
def server(empty_server: LocalSlapd) -> LocalSlapd:
    return empty_server


@pytest.fixture
def overrides(server: LocalSlapd) -> dict[str, object]:
    return overrides_of(server)


@pytest.fixture
def account_id(app: Flask) -> int:
    """A temporary account that ended 91 days ago, in the register and in the directory."""
    number = ask(app, 1)
    work_off(app)
    end_long_ago(app, number, 91)
    return number


def end_long_ago(app: Flask, account_id: int, days: float) -> None:
    account = the_account(account_id)
    assert account.expires_at
    end = clock.now() - dt.timedelta(days=days)
    with open_writer(settings_of(app)) as writer:
        entry = writer.read([account.entry_uuid], [END, "schacExpiryDate"])[account.entry_uuid]
        new = (generalised_time(end),)
        writer.modify(entry, [Change(name, entry.values[name], new) for name in (END, "schacExpiryDate")])
    with writing() as session:
        session.get_one(Account, account_id).expires_at = end
    account_expiry.expire_due()


def decide(app: Flask, act: str, *ids: int) -> int:
    return account_bulk.carry_out(ids, Act(act), reason=REASON, actor="sara", settings=settings_of(app))


def is_there(server: LocalSlapd, dn: str = "") -> bool:
    return f"dn: {dn or dn_of(code(1))}" in content(server)


def proposal() -> PurgeProposal:
    db.session.rollback()
    return db.session.scalars(sa.select(PurgeProposal)).one()


def test_what_ended_90_days_ago_is_proposed_once_and_nothing_is_deleted(
    app: Flask, account_id: int, server: LocalSlapd
) -> None:
    early = ask(app, 2)
    work_off(app)
    end_long_ago(app, early, 89)
    assert (purges.count_due(), purges.propose_due(), purges.propose_due()) == (1, 1, 0)
    work_off(app)
    assert is_there(server)
    assert (proposal().account_id, the_account(account_id).state) == (account_id, "expired")


def test_a_person_confirms_and_the_entry_goes_the_name_stays(app: Flask, account_id: int, server: LocalSlapd) -> None:
    purges.propose_due()
    decide(app, PURGE, account_id)
    assert the_account(account_id).state == "purging"
    assert is_there(server)
    work_off(app)
    account = the_account(account_id)
    assert (account.state, account.username, proposal().state) == ("purged", code(1), "done")
    assert not is_there(server)
    assert db.session.scalars(sa.select(Link.ended_at)).one() is not None
    acts = [(act.actor, act.reason) for act in db.session.query(AuditEntry).filter_by(
        action="account:temporary:purge_confirmed"
    )]  # fmt: skip
    assert acts == [("sara", REASON)]
    assert db.session.query(AuditEntry).filter_by(action="directory:entry:deleted").count() == 1


def test_the_same_person_may_register_again_afterwards(app: Flask, account_id: int, server: LocalSlapd) -> None:
    purges.propose_due()
    decide(app, PURGE, account_id)
    work_off(app)
    assert ask(app, 1) == account_id
    work_off(app)
    assert (the_account(account_id).state, is_there(server)) == ("temporary", True)


def test_a_lost_answer_is_no_second_deletion(app: Flask, account_id: int) -> None:
    purges.propose_due()
    decide(app, PURGE, account_id)
    work_off(app)
    number = last_operation().id
    with writing() as session:
        operation = session.get_one(Operation, number)
        operation.state, operation.outcome, operation.finished_at = PENDING, "", None
        session.get_one(Account, account_id).state = "purging"
    work_off(app)
    assert (last_operation().outcome, the_account(account_id).state) == (MADE, "purged")


@pytest.mark.parametrize("change", ["extended", "mail", "elsewhere"])
def test_an_entry_that_is_no_longer_that_of_a_temporary_account_is_left_alone(
    app: Flask, account_id: int, server: LocalSlapd, change: str
) -> None:
    purges.propose_due()
    decide(app, PURGE, account_id)
    uuid, dn = the_account(account_id).entry_uuid, dn_of(code(1))
    with open_writer(settings_of(app)) as writer:
        entry = writer.read([uuid], [END])[uuid]
        if change == "elsewhere":
            dn = "uid=m.karimi,ou=people,dc=example,dc=ac,dc=ir"
            writer.rename(entry.dn, dn)
        else:
            later = (generalised_time(clock.now() + dt.timedelta(days=9)),)
            wanted = {"extended": Change(END, entry.values[END], later), "mail": Change("mail", (), ("m@x.ir",))}
            writer.modify(entry, [wanted[change]])
    work_off(app)
    assert is_there(server, dn)
    assert (last_operation().outcome, the_account(account_id).state, proposal().state) == (
        "failed", "expired", "proposed",
    )  # fmt: skip


def test_what_is_being_deleted_is_not_extended_and_the_other_way_round(app: Flask, account_id: int) -> None:
    settings = settings_of(app)
    purges.propose_due()
    decide(app, PURGE, account_id)
    with pytest.raises(RefusedError):
        account_acts.extend(account_id, days=5, reason=REASON, actor="sara", settings=settings)
    with writing() as session:
        session.get_one(Account, account_id).state = "expired"
        session.execute(sa.update(PurgeProposal).values(state="proposed"))
    account_acts.extend(account_id, days=5, reason=REASON, actor="sara", settings=settings)
    with pytest.raises(RefusedError):
        decide(app, PURGE, account_id)


def test_what_is_kept_is_not_proposed_again(app: Flask, account_id: int) -> None:
    purges.propose_due()
    decide(app, KEEP, account_id)
    assert (proposal().state, purges.propose_due(), purges.waiting()[0]) == ("kept", 0, 0)
    with pytest.raises(RefusedError):
        decide(app, PURGE, account_id)


def test_who_asked_for_the_permanent_account_is_not_proposed(app: Flask, account_id: int) -> None:
    with writing() as session:
        session.add(PermanentRequest(
            tracking_code="7KQ2-M9XD", account_id=account_id, state="waiting_source", username="m.karimi",
            created_at=clock.now(),
        ))  # fmt: skip
    assert purges.propose_due() == 0
