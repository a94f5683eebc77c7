"""How many cases wait, how long, and how many of them longer than they should; for the work list.

Only what waits for IT can be late here; what was referred to HR is told by ``hr_waits``.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from backoffice.extensions import db
from backoffice.models import Case
from backoffice.rules.case_states import NEEDS_INFO, NEW, OF_REGISTRATIONS, OPEN, TRIAGE
from backoffice.services.service_level import ServiceLevel

_FOR_IT = (NEW, TRIAGE, NEEDS_INFO)


@dataclass(frozen=True)
class Waiting:
    """Open cases of one kind and cause; ``today``: how many are to be done until the end of today."""

    kind: str
    cause: str
    count: int
    oldest: dt.datetime
    late: int
    today: int


def of_registrations(level: ServiceLevel, sources: Collection[str] | None = None) -> Sequence[Waiting]:
    """Give the open cases of registrations by kind and cause (of these sources, None for all), the most first."""
    own = [Case.source.in_(sources)] if sources is not None else []
    return _found(level, Case.kind.in_(OF_REGISTRATIONS), *own)


def of_runs(level: ServiceLevel) -> dict[str, Waiting]:
    """Give kind -> the open cases that runs have found; these have no cause."""
    return {one.kind: one for one in _found(level, Case.kind.not_in(OF_REGISTRATIONS))}


def taken(level: ServiceLevel, actor: str) -> Waiting | None:
    """Give the open cases that a person has taken, None where there are none."""
    rows = db.session.execute(_figures(level).where(Case.taken_by == actor))
    return next((Waiting("", "", *row) for row in rows if row[0]), None)


def _found(level: ServiceLevel, *conditions: sa.ColumnElement[bool]) -> Sequence[Waiting]:
    question = _figures(level, Case.kind, Case.cause).where(*conditions).group_by(Case.kind, Case.cause)
    rows = db.session.execute(question.order_by(sa.func.count().desc(), Case.kind, Case.cause))
    return [Waiting(*row) for row in rows]


def _figures(level: ServiceLevel, *first: Any) -> sa.Select[*tuple[Any, ...]]:
    """Ask how many are open, since when the oldest is, how many are late and how many due today."""
    for_it, number = Case.state.in_(_FOR_IT), sa.func.count
    late = number().filter(for_it, Case.opened_at <= level.late)
    today = number().filter(for_it, Case.opened_at > level.late, Case.opened_at <= level.today)
    figures: list[Any] = [*first, number(), sa.func.min(Case.opened_at), late, today]
    return sa.select(*figures).where(Case.state.in_(OPEN))
