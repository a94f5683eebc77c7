"""The process that makes accounts is killed at every write; the end is one account, whatever happened."""

import os
import random
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.demo import ldif
from backoffice.demo.slapd import LocalSlapd
from backoffice.extensions import db, settings_of
from backoffice.models import Account, AuditEntry, Link, Operation, Registration
from backoffice.services import audit
from tests.directories import content
from tests.forks import FORKS
from tests.real import mortals
from tests.real.account_rooms import BASE, ask, opens, overrides_of, work_off

SOAK = bool(os.environ.get("BACKOFFICE_SOAK"))
COUNT, KILLS = (200, 200) if SOAK else (12, 3)
LONGEST_LIFE, START_SECONDS = 0.3, 60


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LocalSlapd]:
    with LocalSlapd.create(tmp_path / "ldap", BASE, ldif.document(ldif.tree(BASE))) as running:
        yield running


@pytest.fixture
def overrides(server: LocalSlapd) -> dict[str, object]:
    return overrides_of(server)


def check(app: Flask, count: int, server: LocalSlapd) -> None:
    """Everybody has one account that opens, one link and one row of the trail; nothing waits or is kept."""
    db.session.rollback()
    accounts = db.session.scalars(sa.select(Account)).all()
    assert [account.state for account in accounts] == ["temporary"] * count
    assert {f"dn: {account.dn}" for account in accounts} == {dn for dn in content(server) if dn.startswith("dn: uid=")}
    assert db.session.scalars(sa.select(Registration.state)).all() == ["temporary"] * count
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Link)) == count
    made = sa.select(sa.func.count()).where(AuditEntry.action == "account:temporary:created")
    assert db.session.scalar(made) == count
    left = sa.select(sa.func.count()).where((Operation.state != "done") | (Operation.secret != ""))
    assert db.session.scalar(left) == 0
    assert opens(app, accounts[-1].dn)
    audit.verify()


def test_killed_at_every_write_an_account_is_made_once(app: Flask, server: LocalSlapd) -> None:
    ask(app, 1)
    number, ended = 0, -signal.SIGKILL
    while ended == -signal.SIGKILL:
        worker = FORKS.Process(target=mortals.work_and_die, args=(settings_of(app), number, ("add",)))
        worker.start()
        worker.join(START_SECONDS)
        assert worker.exitcode is not None
        # Nothing is left to do once it lived to the end.
        number, ended = number + 1, worker.exitcode
    assert ended == 0
    work_off(app)
    check(app, 1, server)


def test_killed_at_random_moments_everybody_has_one_account(app: Flask, server: LocalSlapd) -> None:
    random_ = random.Random(7)  # noqa: S311 - moments, not secrets
    for number in range(1, COUNT + 1):
        ask(app, number)
    for _ in range(KILLS):
        is_ready = FORKS.Event()
        worker = FORKS.Process(target=mortals.work, args=(settings_of(app), is_ready))
        worker.start()
        assert is_ready.wait(START_SECONDS)
        worker.join(random_.uniform(0.02, LONGEST_LIFE))
        worker.kill()
        worker.join()
    work_off(app)
    check(app, COUNT, server)
