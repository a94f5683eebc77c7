"""The process that promotes accounts is killed at every write; the end is one permanent account, whatever happened."""

import os
import random
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.demo import ldif
from backoffice.demo.dovecot import LocalDovecot
from backoffice.demo.dovecot_config import People
from backoffice.demo.slapd import LocalSlapd
from backoffice.extensions import db, settings_of
from backoffice.models import Account, AuditEntry, Link, Message, Operation, PermanentRequest, UserName
from backoffice.services import approval, audit
from tests.directories import content
from tests.forks import FORKS
from tests.real import mortals
from tests.real.account_rooms import BASE, opens, overrides_of, work_off
from tests.real.permanent_rooms import file, made, permanent_dn
from tests.real.test_accounts_killed import LONGEST_LIFE, START_SECONDS

SOAK = bool(os.environ.get("BACKOFFICE_SOAK"))
COUNT, KILLS = (200, 200) if SOAK else (8, 3)
# Groups and mailboxes make more places to be killed at, which takes its time.
GROUPS = ("staff", "wifi") if SOAK else ()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LocalSlapd]:
    service = f"cn=backoffice,ou=services,{BASE}"
    groups = (
        ldif.entry(group_dn(name), {"objectClass": "groupOfNames", "cn": name, "member": service}) for name in GROUPS
    )
    with LocalSlapd.create(tmp_path / "ldap", BASE, ldif.document([*ldif.tree(BASE), *groups])) as running:
        yield running


def group_dn(name: str) -> str:
    return f"cn={name},ou=groups,{BASE}"


@pytest.fixture
def overrides(server: LocalSlapd, tmp_path: Path) -> Iterator[dict[str, object]]:
    if not SOAK:
        yield overrides_of(server)
        return
    mail = LocalDovecot.create(tmp_path / "mail")
    mail.people = People(server.uri, f"ou=people,{BASE}", server.service_dn, server.service_password)
    mail.start()
    yield {
        **overrides_of(server), "ldap": {"groups": {"personnel": GROUPS}}, "new_imap_url": mail.url,
        "new_imap_master_user": mail.master_user, "new_imap_master_password": mail.master_password,
        "mailbox_provider": "doveadm", "mailbox_doveadm": mail.doveadm,
    }  # fmt: skip
    mail.kill()


def approved(app: Flask, count: int) -> list[str]:
    """Let so many people have temporary accounts whose promotion is approved; give their entryUUIDs."""
    for number in range(1, count + 1):
        approval.judge(file(app, made(app, number), f"person{number}.k"), settings_of(app))
    return list(db.session.scalars(sa.select(Account.entry_uuid).order_by(Account.id)))


def check(app: Flask, uuids: list[str], server: LocalSlapd) -> None:
    """Everybody has the one entry of before, at its new place, whole; nothing waits."""
    db.session.rollback()
    accounts = db.session.scalars(sa.select(Account).order_by(Account.id)).all()
    count = len(uuids)
    assert [(account.state, account.entry_uuid) for account in accounts] == [("permanent", uuid) for uuid in uuids]
    entries = {dn: set(lines) for dn, lines in content(server, "entryUUID").items() if dn.startswith("dn: uid=")}
    assert set(entries) == {f"dn: {permanent_dn(f'person{number}.k')}" for number in range(1, count + 1)}
    for account in accounts:
        lines = entries[f"dn: {account.dn}"]
        assert {f"entryUUID: {account.entry_uuid}", f"mail: {account.username}@example.ac.ir"} <= lines
        assert not [line for line in lines if line.startswith("schacExpiryDate")]
    assert {link.username for link in db.session.scalars(sa.select(Link))} == {one.username for one in accounts}
    assert set(db.session.scalars(sa.select(UserName.state))) == {"used"}
    assert db.session.scalars(sa.select(PermanentRequest.state)).all() == ["done" if SOAK else "provisioning"] * count
    told = sa.select(sa.func.count()).select_from(Message).where(Message.template == "permanent_ready")
    assert db.session.scalar(told) == 2 * count
    everybody = sorted(f"member: {account.dn}" for account in accounts)
    whole = content(server)
    for name in GROUPS:
        found = [line for line in whole[f"dn: {group_dn(name)}"] if line.startswith("member: uid")]
        assert sorted(found) == everybody
    done = sa.select(sa.func.count()).where(AuditEntry.action == "account:permanent:made")
    assert db.session.scalar(done) == count
    left = sa.select(sa.func.count()).where(Operation.state != "done", Operation.kind == "promote")
    assert db.session.scalar(left) == 0
    assert opens(app, accounts[-1].dn)
    audit.verify()


def test_killed_at_every_write_an_account_is_promoted_once(app: Flask, server: LocalSlapd) -> None:
    uuids = approved(app, 1)
    number, ended = 0, -signal.SIGKILL
    while ended == -signal.SIGKILL:
        worker = FORKS.Process(target=mortals.work_and_die, args=(settings_of(app), number, ("rename", "modify")))
        worker.start()
        worker.join(START_SECONDS)
        assert worker.exitcode is not None
        number, ended = number + 1, worker.exitcode
    assert ended == 0
    work_off(app)
    check(app, uuids, server)


def test_killed_at_random_moments_everybody_is_promoted_once(app: Flask, server: LocalSlapd) -> None:
    random_ = random.Random(11)  # noqa: S311 - moments, not secrets
    uuids = approved(app, COUNT)
    for _ in range(KILLS):
        is_ready = FORKS.Event()
        worker = FORKS.Process(target=mortals.work, args=(settings_of(app), is_ready))
        worker.start()
        assert is_ready.wait(START_SECONDS)
        worker.join(random_.uniform(0.02, LONGEST_LIFE))
        worker.kill()
        worker.join()
    work_off(app)
    check(app, uuids, server)
