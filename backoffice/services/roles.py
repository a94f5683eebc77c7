"""Giving an account a further role: a value more in its affiliation, never a second identity. Source: mission S41."""

import datetime as dt
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db
from backoffice.i18n import N_
from backoffice.models import Case, Operation
from backoffice.models.operation import DONE, FAILED, MADE, OPEN, PARKED, PENDING, STALE
from backoffice.models.types import MAIN_DIRECTORY
from backoffice.rules import situations as s
from backoffice.rules.affiliations import affiliation_of
from backoffice.rules.case_states import MISMATCH, RESOLVED
from backoffice.rules.errors import RefusedError
from backoffice.rules.mismatch_offers import Act
from backoffice.services.inverse import inverse_of
from backoffice.settings import Settings

TAKEN_BACK = N_("The decision was taken back before.")
UNDER_WAY = N_("The directory is being changed at this moment; please try again shortly.")


def add_role(
    session: Session, entry_uuid: str, held: Collection[str], person_kind: str, *, source: str, actor: str,
    settings: Settings,
) -> Operation | None:  # fmt: skip
    """Queue the affiliation of a person type for an entry, in the caller's transaction; None where it needs none.

    ``held``: the affiliations the entry has. One that says nothing of its affiliation goes on saying nothing.
    """
    word = affiliation_of(person_kind)
    if not settings.ldap.attributes.affiliation or not held or word in held:
        return None
    now = clock.now()
    operation = Operation(
        kind=s.UPDATE, subject=f"entry:{entry_uuid}", source=source or None, directory=MAIN_DIRECTORY,
        desired={"entry_uuid": entry_uuid, "csn": "", "old": {}, "new": {"affiliation": word}}, state=PENDING,
        not_before=now, requested_by=actor, created_at=now,
    )  # fmt: skip
    session.add(operation)
    session.flush()
    return operation


def given(session: Session, operation_ids: Collection[int]) -> Sequence[Operation]:
    """Give the operations that brought roles, for a page that shows how far they are."""
    return session.scalars(sa.select(Operation).where(Operation.id.in_(operation_ids)).order_by(Operation.id)).all()


def refused() -> list[tuple[int, dt.datetime]]:
    """Give the cases whose decision brought a role that the directory did not take, and since when; oldest first.

    One leaves the list when its case is opened again: then the decision can be taken anew.
    """
    linked = sa.select(Case.id, Case.effects).where(
        Case.kind == MISMATCH, Case.state == RESOLVED, Case.verdict == Act.LINK
    )
    case_of = {number: case.id for case in db.session.execute(linked) for number in case.effects.get("roles", [])}
    failed = sa.select(Operation.id, Operation.finished_at).where(
        Operation.id.in_(case_of), Operation.outcome.in_((FAILED, PARKED))
    )
    return [(case_of[row.id], row.finished_at) for row in db.session.execute(failed.order_by(Operation.finished_at))]


def take_back(session: Session, operation_id: int, actor: str) -> None:
    """Take an added role back, in the caller's transaction; one that has not left is called off.

    Raises RefusedError while the directory is being changed.
    """
    row = session.get_one(Operation, operation_id, with_for_update=True, populate_existing=True)
    if row.state == PENDING and not row.changes:
        row.state, row.outcome, row.detail, row.values, row.finished_at = DONE, STALE, TAKEN_BACK, {}, clock.now()
    elif row.state in OPEN:
        raise RefusedError(UNDER_WAY)
    elif row.outcome == MADE and row.changes:
        session.add(inverse_of(row, actor))
