"""The three-way check: register × directory × operations. What differs is kept and shown, never repaired by itself.

Source: issue "Plans become changes", item 7.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.models import Discrepancy, Operation
from backoffice.models.operation import MADE
from backoffice.models.types import MAIN_DIRECTORY
from backoffice.ports.directory import open_directory
from backoffice.reconcile import read_directory
from backoffice.reconcile.three_way import DETAILS, Difference, Made, three_way
from backoffice.rules import situations as s
from backoffice.services import audit, run_inputs
from backoffice.settings import Settings


@dataclass(frozen=True)
class Checked:
    """What one check came to: differences that are new, that were known, and that are no more."""

    new: int
    known: int
    gone: int


def check(*, actor: str, settings: Settings) -> Checked:
    """Compare, and keep what differs. Raises DirectoryError where the directory cannot be read, keeping nothing."""
    register, made = run_inputs.register(), newest_changes()
    db.session.rollback()
    with open_directory(settings) as directory:
        found = read_directory.read(directory, settings, settings.hr.sources)
    differences = three_way(register, made, found.frame)
    with writing() as session:
        checked = _keep(session, differences)
        after = {"new": checked.new, "known": checked.known, "gone": checked.gone}
        audit.record("threeway:check:done", f"directory:{MAIN_DIRECTORY}", actor=actor, after=after)
    return checked


def newest_changes() -> list[Made]:
    """Give for each entry (and field) the newest change of ours that was not taken back."""
    inverse = sa.orm.aliased(Operation)
    taken_back = sa.exists().where(inverse.undo_of == Operation.id, inverse.outcome == MADE)
    own = sa.select(Operation).where(Operation.outcome == MADE, Operation.undo_of.is_(None), ~taken_back)
    newest: dict[tuple[str, str], Made] = {}
    for operation in db.session.scalars(own.order_by(Operation.id)):
        for change in _made(operation):
            # A disabling and an enabling of one entry are about the same thing: the later one counts.
            newest[change.entry_uuid, change.field] = change
    return list(newest.values())


def _made(operation: Operation) -> Iterable[Made]:
    desired, uuid = operation.desired, operation.desired.get("entry_uuid")
    if uuid is None:  # a move of mail, which is about no entry
        return []
    if operation.kind in (s.DISABLE, s.ENABLE):
        return [Made(operation.id, operation.kind, uuid)]
    pairs = desired.get("new", {}).items()
    return [Made(operation.id, operation.kind, uuid, name, desired["old"].get(name, ""), new) for name, new in pairs]


def _keep(session: Session, differences: Sequence[Difference]) -> Checked:
    now = clock.now()
    rows = session.scalars(sa.select(Discrepancy).where(Discrepancy.gone_at.is_(None)))
    kept = {(row.kind, row.subject): row for row in rows}
    seen = {(difference.kind, difference.subject): difference for difference in differences}
    for key, row in kept.items():
        row.last_seen_at = now if key in seen else row.last_seen_at
        row.gone_at = None if key in seen else now
    fresh = [difference for key, difference in seen.items() if key not in kept]
    session.add_all(_row(difference) for difference in fresh)
    return Checked(len(fresh), len(seen.keys() & kept.keys()), len(kept.keys() - seen.keys()))


def _row(found: Difference) -> Discrepancy:
    now = clock.now()
    return Discrepancy(
        kind=found.kind, directory=MAIN_DIRECTORY, subject=found.subject, dn=found.dn, username=found.username,
        person_id=found.person_id, operation_id=found.operation_id, detail=DETAILS[found.kind],
        values=dict(found.values), first_seen_at=now, last_seen_at=now,
    )  # fmt: skip
