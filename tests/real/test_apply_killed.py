"""The process that works on the queue is killed at random moments; the end is as if nothing had happened."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.demo import ldif
from backoffice.demo.slapd import LocalSlapd
from backoffice.extensions import db, settings_of
from backoffice.models import AuditEntry, Operation
from backoffice.services import apply, audit, queue, reconciliation
from backoffice.settings import Settings
from tests.directories import BASE, account, content
from tests.forks import FORKS
from tests.real import mortals
from tests.real.test_apply import APPROVE, CLASSES, plan
from tests.reconcile.exports import people

SOAK = bool(os.environ.get("BACKOFFICE_SOAK"))
COUNT, KILLS = (3000, 200) if SOAK else (150, 4)
SHARE_CHANGED = 0.9
LONGEST_LIFE, LOOK_SECONDS = 0.3, 0.005


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LocalSlapd]:
    entries = [account(row, objectClass=CLASSES, entryCSN="") for row in people(COUNT)[1:]]
    with LocalSlapd.create(tmp_path / "ldap", BASE, ldif.document([*ldif.tree(BASE), *entries])) as running:
        yield running


@pytest.fixture
def overrides(server: LocalSlapd) -> dict[str, object]:
    return {
        "ldap_uri": server.uri, "ldap_base_dn": BASE, "ldap_bind_dn": server.service_dn,
        "ldap_bind_password": server.service_password, "policy": {"mode": "act"}, "trust": APPROVE,
        "limits": {"update_share": 1.0, "cells_share": 1.0},
    }  # fmt: skip


def live_and_die(settings: Settings, seconds: float) -> None:
    """Let a process work on the queue, and kill it so long after it began to."""
    before = _claims()
    worker = FORKS.Process(target=mortals.work, args=(settings,))
    worker.start()
    while worker.is_alive() and _claims() == before:
        worker.join(LOOK_SECONDS)
    worker.join(seconds)
    worker.kill()
    worker.join()


def _claims() -> int:
    found = db.session.scalar(sa.select(sa.func.sum(Operation.fence))) or 0
    db.session.rollback()
    return found


def test_killed_at_random_moments_every_change_is_made_and_audited_once(app: Flask, server: LocalSlapd) -> None:
    settings, random_ = settings_of(app), random.Random(7)  # noqa: S311 - moments, not secrets
    plan(app, people(COUNT))
    grid = people(COUNT)
    changed = range(1, int(COUNT * SHARE_CHANGED))
    for number in changed:
        grid[number][5] = f"واحد {number % 5}"
    run = plan(app, grid)
    queued = apply.apply(run.id, actor="boss", settings=settings)
    assert queued == len(changed)
    for _ in range(KILLS):
        live_and_die(settings, random_.uniform(0, LONGEST_LIFE))
    queue.work_off(app)
    db.session.rollback()
    done = apply.progress(run.id, settings=settings)
    assert (done.open, done.to_json()["done"]) == (0, queued), done
    made = sa.select(AuditEntry.subject).where(AuditEntry.action == "directory:entry:updated")
    audited = db.session.scalars(made).all()
    assert len(audited) == len(set(audited)) == queued
    audit.verify()
    claims = db.session.scalar(sa.select(sa.func.max(Operation.fence))) or 0
    assert claims > 1, "no operation was ever interrupted"
    found = content(server)
    wrong = [row for row in grid[1:] if not _has_unit(found, row)]
    assert wrong == []
    assert reconciliation.plan(actor="tester", settings=settings).actions == {}


def _has_unit(found: dict[str, list[str]], row: list[str]) -> bool:
    entry = ldif.entry("x", {"ou": row[5]}).splitlines()[-1]
    return entry in found[f"dn: uid=u{row[1]},ou=people,{BASE}"]
