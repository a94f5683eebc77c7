"""Applying and undoing plans on a real server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.demo import ldif
from backoffice.demo.slapd import LocalSlapd
from backoffice.extensions import db, settings_of
from backoffice.models import AuditEntry, Operation, Run
from backoffice.ports.directory import open_directory
from backoffice.rules.errors import RefusedError
from backoffice.services import apply, audit, queue, reconciliation, trust
from tests.directories import BASE, account, content
from tests.reconcile.exports import as_csv, people

COUNT = 24
CLASSES = ["inetOrgPerson", "schacLinkageIdentifiers", "schacEntryMetadata", "schacUserEntitlements"]
APPROVE = {"update": "approve", "enable": "approve", "disable": "approve"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LocalSlapd]:
    entries = [
        account(row, objectClass=CLASSES, entryCSN="", userPassword="secret-word-1") for row in people(COUNT)[1:]
    ]
    with LocalSlapd.create(tmp_path / "ldap", BASE, ldif.document([*ldif.tree(BASE), *entries])) as running:
        yield running


@pytest.fixture
def overrides(server: LocalSlapd) -> dict[str, object]:
    return {
        "ldap_uri": server.uri, "ldap_base_dn": BASE, "ldap_bind_dn": server.service_dn,
        "ldap_bind_password": server.service_password, "policy": {"mode": "act"}, "trust": APPROVE,
    }  # fmt: skip


def plan(app: Flask, grid: list[list[str]]) -> Run:
    path = settings_of(app).instance / "hr.csv"
    path.write_text(as_csv(grid), "utf-8")
    return reconciliation.plan_file(path, actor="tester", settings=settings_of(app))


def changed_grid() -> list[list[str]]:
    """Five have moved, one of them has a new spelling too, two died."""
    grid = people(COUNT)
    for number in range(1, 6):
        grid[number][5] = "واحد تازه"
    for number in (10, 11):
        grid[number][4] = "متوفی"
    return grid


def planned(app: Flask) -> Run:
    """A plan that is not the first: nothing is held."""
    plan(app, people(COUNT))
    run = plan(app, changed_grid())
    assert run.actions == {"update": 5, "disable": 2}
    assert run.held == []
    return run


def work_off(app: Flask) -> None:
    queue.work_off(app)
    db.session.rollback()


def carried_out(app: Flask, run: Run, *, undoing: bool = False) -> dict[str, int]:
    work_off(app)
    return apply.progress(run.id, settings=settings_of(app), undoing=undoing).to_json()


def test_a_plan_is_applied_once_and_planned_no_more(app: Flask) -> None:
    run = planned(app)
    assert apply.apply(run.id, actor="boss", settings=settings_of(app)) == 7
    done = carried_out(app, run)
    assert (done["done"], done["stale"], done["failed"], done["parked"]) == (7, 0, 0, 0)
    assert apply.apply(run.id, actor="boss", settings=settings_of(app)) == 0
    after = reconciliation.plan(actor="tester", settings=settings_of(app))
    assert after.actions == {}


def test_each_change_is_audited_once_and_the_trail_is_intact(app: Flask) -> None:
    run = planned(app)
    apply.apply(run.id, actor="boss", settings=settings_of(app))
    carried_out(app, run)
    acts = db.session.scalars(sa.select(AuditEntry.action).where(AuditEntry.subject.startswith("entry:"))).all()
    assert sorted(acts) == ["directory:entry:disabled"] * 2 + ["directory:entry:updated"] * 5
    audit.verify()


def test_who_is_disabled_cannot_log_in_and_an_undo_gives_the_password_back(app: Flask) -> None:
    run = planned(app)
    settings = settings_of(app)
    dn = f"uid=u{people(COUNT)[10][1]},ou=people,{BASE}"
    with open_directory(settings) as directory:
        assert directory.bind_as(dn, b"secret-word-1")
        apply.apply(run.id, actor="boss", settings=settings)
        carried_out(app, run)
        assert not directory.bind_as(dn, b"secret-word-1")
        apply.undo(run.id, actor="boss", settings=settings)
        carried_out(app, run, undoing=True)
        assert directory.bind_as(dn, b"secret-word-1")


def test_an_undo_gives_back_the_directory_as_it_was(app: Flask, server: LocalSlapd) -> None:
    run = planned(app)
    before = content(server)
    apply.apply(run.id, actor="boss", settings=settings_of(app))
    carried_out(app, run)
    assert content(server) != before
    assert apply.undo(run.id, actor="boss", settings=settings_of(app)) == 7
    assert carried_out(app, run, undoing=True)["done"] == 7
    assert content(server) == before
    assert apply.undo(run.id, actor="boss", settings=settings_of(app)) == 0


def test_an_entry_that_moved_since_the_plan_falls_out_as_stale(app: Flask, server: LocalSlapd) -> None:
    run = planned(app)
    dn = f"uid=u{people(COUNT)[1][1]},ou=people,{BASE}"
    server.change(f"dn: {dn}\nchangetype: modify\nreplace: title\ntitle: else\n")
    apply.apply(run.id, actor="boss", settings=settings_of(app))
    done = carried_out(app, run)
    assert (done["done"], done["stale"]) == (6, 1)


def test_what_somebody_changed_after_us_is_not_taken_back(app: Flask, server: LocalSlapd) -> None:
    run = planned(app)
    apply.apply(run.id, actor="boss", settings=settings_of(app))
    carried_out(app, run)
    dn = f"uid=u{people(COUNT)[1][1]},ou=people,{BASE}"
    server.change(f"dn: {dn}\nchangetype: modify\nreplace: ou\nou: mine\n")
    apply.undo(run.id, actor="boss", settings=settings_of(app))
    undone = carried_out(app, run, undoing=True)
    assert (undone["done"], undone["stale"]) == (6, 1)


def test_chosen_rows_only(app: Flask) -> None:
    run = planned(app)
    row = next(finding.row for finding in run.findings if finding.actions == ["update"])
    assert apply.apply(run.id, actor="boss", settings=settings_of(app), rows=[row]) == 1
    assert carried_out(app, run)["done"] == 1


def test_an_undo_shakes_trust_by_one_step(app: Flask) -> None:
    run = planned(app)
    apply.apply(run.id, actor="boss", settings=settings_of(app))
    carried_out(app, run)
    apply.undo(run.id, actor="boss", settings=settings_of(app))
    assert trust.levels(settings_of(app)).of("update", "hr") == "report"


def test_only_the_newest_plan_is_applied(app: Flask) -> None:
    run = planned(app)
    reconciliation.plan(actor="tester", settings=settings_of(app))
    with pytest.raises(RefusedError, match="newest"):
        apply.apply(run.id, actor="boss", settings=settings_of(app))


def test_a_first_run_is_held_and_nothing_of_it_is_applied(app: Flask) -> None:
    run = plan(app, changed_grid())
    assert apply.apply(run.id, actor="boss", settings=settings_of(app)) == 0
    assert carried_out(app, run)["held"] == 7


class TestReportOnly:
    @pytest.fixture
    def overrides(self, overrides: dict[str, object]) -> dict[str, object]:
        return {**overrides, "trust": {**APPROVE, "update": "report"}}

    def test_what_may_only_be_reported_is_left_out(self, app: Flask) -> None:
        run = planned(app)
        assert apply.apply(run.id, actor="boss", settings=settings_of(app)) == 2
        assert carried_out(app, run)["held"] == 5


class TestObserving:
    @pytest.fixture
    def overrides(self, overrides: dict[str, object]) -> dict[str, object]:
        return {**overrides, "policy": {"mode": "observe"}}

    def test_in_observe_mode_nothing_is_applied(self, app: Flask) -> None:
        run = planned(app)
        with pytest.raises(RefusedError, match="observe"):
            apply.apply(run.id, actor="boss", settings=settings_of(app))
        assert db.session.scalar(sa.select(sa.func.count(Operation.id))) == 0
