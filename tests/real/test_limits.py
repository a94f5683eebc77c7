"""Mass disabling on a real server: whatever the HR file says, beyond the limits two people are needed.

Source: issue "Plans become changes"; reconciliation.md "Gates on the file", "Actions and limits".
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from backoffice.demo import ldif
from backoffice.demo.slapd import LocalSlapd
from backoffice.extensions import settings_of
from backoffice.models import Run
from backoffice.rules.errors import RefusedError
from backoffice.services import apply, reconciliation, snapshots
from backoffice.services.release import release
from tests.directories import BASE, account, content
from tests.real.test_apply import APPROVE, CLASSES, plan, work_off
from tests.reconcile.exports import HEADER, people
from tests.views.conftest import make_staff

# Two per cent of so many are fewer than five: five may be disabled in one plan, ten in seven days.
COUNT = 120
STATUS, FIRST, LAST = (HEADER.index(name) for name in ("status", "first_name", "last_name"))
FILES = 50 if os.environ.get("BACKOFFICE_SOAK") else 16
DEAD = "متوفی"
Grid = list[list[str]]


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
    }  # fmt: skip


@pytest.fixture(autouse=True)
def _people(app: Flask) -> None:
    for name in ("first", "second"):
        make_staff(name, "it_operator")
    plan(app, people(COUNT))


def with_status(word: str, count: int) -> Grid:
    """Everybody as before, but the first so many with another status."""
    grid = people(COUNT)
    for row in grid[1 : count + 1]:
        row[STATUS] = word
    return grid


def disabled(server: LocalSlapd) -> int:
    return sum("pwdAccountLockedTime: 000001010000Z" in lines for lines in content(server).values())


def apply_all(app: Flask, run: Run) -> None:
    apply.apply(run.id, actor="first", settings=settings_of(app))
    work_off(app)


def test_six_per_cent_at_once_are_disabled_only_by_two_people(app: Flask, server: LocalSlapd) -> None:
    run = plan(app, with_status(DEAD, 8))
    assert [(hold["kind"], hold["planned"], hold["limit"]) for hold in run.held] == [("disable", 8, 5)]
    apply_all(app, run)
    assert disabled(server) == 0
    release(run.id, actor="first", reason="an accident", everything=True)
    apply_all(app, run)
    with pytest.raises(RefusedError, match="second person"):
        release(run.id, actor="first", reason="an accident", everything=True)
    apply_all(app, run)
    assert disabled(server) == 0
    release(run.id, actor="second", reason="I rang HR", everything=True)
    apply_all(app, run)
    assert disabled(server) == 8


def test_a_status_that_flips_for_everybody_is_stopped_twice(app: Flask, server: LocalSlapd) -> None:
    run = plan(app, with_status(DEAD, COUNT))
    assert (run.status, [gate["gate"] for gate in run.gates]) == ("held", ["cells"])
    snapshots.accept(run.snapshots["hr"], actor="first", reason="I believe it", settings=settings_of(app))
    run = reconciliation.plan(actor="tester", settings=settings_of(app))
    assert [(hold["kind"], hold["planned"]) for hold in run.held] == [("disable", COUNT)]
    release(run.id, actor="first", reason="I still believe it", everything=True)
    apply_all(app, run)
    assert disabled(server) == 0


def test_swapped_columns_are_stopped_twice(app: Flask, server: LocalSlapd) -> None:
    grid = people(COUNT)
    for row in grid[1:]:
        row[FIRST], row[LAST] = row[LAST], row[FIRST]
    before = content(server)
    run = plan(app, grid)
    assert (run.status, {gate["gate"] for gate in run.gates}) == ("held", {"cells"})
    snapshots.accept(run.snapshots["hr"], actor="first", reason="looks right", settings=settings_of(app))
    run = reconciliation.plan(actor="tester", settings=settings_of(app))
    apply_all(app, run)
    assert content(server) == before


def test_many_small_files_in_one_day_disable_no_more_than_twice_the_limit(app: Flask, server: LocalSlapd) -> None:
    """Each file alone is far under the limit."""
    for count in range(1, FILES + 1):
        run = plan(app, with_status(DEAD, count))
        apply_all(app, run)
        assert disabled(server) <= 10
    assert [(hold["kind"], hold["planned"]) for hold in run.held] == [("disable", FILES - 10)]
    release(run.id, actor="first", reason="they all died", everything=True)
    apply_all(app, run)
    assert disabled(server) == 10
