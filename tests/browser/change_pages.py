"""A desk with a plan that is applied in part, held in part and waiting for a second person."""

from typing import Any, NamedTuple

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import settings_of, writing
from backoffice.models import Operation
from backoffice.services import apply
from backoffice.services.release import release
from tests.browser.run_pages import DEAD, DRIFT, HOLDS
from tests.factories import make_run, make_snapshot
from tests.views.conftest import make_staff

LIMITS = [{"kind": "update", "source": "hr", "limit": 519}, {"kind": "disable", "source": "hr", "limit": 104}]
ENDS = ("done",) * 7 + ("stale", "failed", "already")
SENTENCES = {"stale": "The entry has been changed since the plan was made; nothing was done."}


class ChangePages(NamedTuple):
    """Addresses of the filled screens."""

    ready: str
    applied: str
    results: str
    failed: str
    releases: str
    rows: str
    trust: str


def fill(app: Any) -> ChangePages:
    """Store an applied run and a newer plan that is held; give the addresses."""
    updates = [DRIFT, *({"plan": [{"kind": "update", "old": {"unit": "a"}, "new": {"unit": "b"}}]} for _ in range(11))]
    snapshot = {"hr": make_snapshot(file_name="کارکنان-1405-09-01.csv", rows=5210)}
    old = make_run(updates, snapshots=snapshot, actions={"update": 12}, limits=LIMITS)
    apply.apply(old, actor="amiri", settings=settings_of(app), rows=range(1, 12))
    _end()
    dead = [{**DEAD, "plan": [{"kind": "disable", "held": True, "csn": str(number)}]} for number in range(5)]
    new = make_run(
        [*updates, *dead], snapshots=snapshot, held=HOLDS, actions={"update": 12, "disable": 5}, limits=LIMITS,
        plan_hash="b" * 64,
    )  # fmt: skip
    make_staff("karimi", "it_operator")
    release(new, actor="karimi", reason="با کارگزینی تلفنی هماهنگ شد", rows=[13, 14, 15])
    return ChangePages(
        ready=f"/admin/reconciliation/{new}/", applied=f"/admin/reconciliation/{old}/",
        results=f"/admin/changes/{old}/results/", failed=f"/admin/changes/{old}/results/?outcome=failed",
        releases="/admin/releases/", rows=f"/admin/releases/{new}/?kind=disable&source=hr", trust="/admin/trust/",
    )  # fmt: skip


def _end() -> None:
    """Let what is in the queue end in different ways; the last stays under way."""
    with writing() as session:
        waiting = session.scalars(sa.select(Operation).where(Operation.state == "pending").order_by(Operation.id)).all()
        for operation, outcome in zip(waiting, ENDS, strict=False):
            operation.state, operation.outcome, operation.finished_at = "done", outcome, clock.now()
            operation.detail = SENTENCES.get(outcome, "")
            operation.changes = [{"attribute": "ou", "remove": ["a"], "add": ["b"]}] if outcome == "done" else []
