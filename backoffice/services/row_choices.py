"""Rows of HR that contradict each other, and the word of the office about which is right: kept as an exception.

Whoever asks for a person's rows here gets those that count. Source: mission §6 DUPLICATE_IN_HR; rules.primary_row.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db
from backoffice.models import HrRow, Override
from backoffice.rules.identity_evidence import HrFact
from backoffice.rules.overrides import PRIMARY_ROW
from backoffice.rules.primary_row import counting, find
from backoffice.services import audit
from backoffice.services.standing_overrides import live

ROWS_CHANGED = "rows_changed"
_SYSTEM = "system:hr-row"
_ROWS = (
    sa.select(HrRow)
    .where(HrRow.id_type == sa.bindparam("id_type"), HrRow.national_code == sa.bindparam("code"))
    .order_by(HrRow.id)
)


def marks_of(session: Session, id_type: str, code: str) -> frozenset[str]:
    """Give the marks of the rows that were said to be the right ones of a person."""
    own = Override.kind == PRIMARY_ROW, Override.id_type == id_type, Override.national_code == code, live()
    return frozenset(session.scalars(sa.select(Override.value).where(*own)))


def settled(session: Session, id_type: str, code: str, facts: Sequence[HrFact]) -> list[HrFact]:
    """Leave out of a person's rows those that contradict the right one."""
    return counting(facts, marks_of(session, id_type, code)) if len(facts) > 1 else list(facts)


def rows_of(session: Session, id_type: str, code: str) -> list[HrRow]:
    """Give the rows that HR's newest accepted files have of a person, without those that contradict the right one."""
    rows = _rows(session, id_type, code)
    kept = {*map(id, settled(session, id_type, code, facts := [*map(_fact, rows)]))}
    return [row for row, fact in zip(rows, facts, strict=True) if id(fact) in kept]


def right_row(one: Override) -> HrFact | None:
    """Give the row that an exception says to be right, None once HR's rows are other ones."""
    return find([*map(_fact, _rows(db.session(), one.id_type, one.national_code))], [one.value])


def end_changed(session: Session) -> None:
    """End the exceptions about rows that HR has no longer, inside the caller's transaction."""
    standing = session.scalars(sa.select(Override).where(live(), Override.kind == PRIMARY_ROW)).all()
    for one in standing:
        if find([*map(_fact, _rows(session, one.id_type, one.national_code))], [one.value]) is None:
            one.ended_at, one.end_reason = clock.now(), ROWS_CHANGED
            audit.record("overrides:override:rows_changed", f"override:{one.id}", actor=_SYSTEM)


def _rows(session: Session, id_type: str, code: str) -> Sequence[HrRow]:
    return session.scalars(_ROWS, {"id_type": id_type, "code": code}).all()


def _fact(row: HrRow) -> HrFact:
    return HrFact(row.source, row.values, row.status_class, padded=row.padded)
