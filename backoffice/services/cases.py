"""Reading cases: one page, counts, the next one. Deciding: ``case_work``."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db
from backoffice.models import AuditEntry, Case, Finding, Person, Registration
from backoffice.rules.case_states import AUTO_CLOSED, MISMATCH, OPEN, STATES, WAITING
from backoffice.rules.situations import ORPHAN
from backoffice.services.paging import Page

# Words of the filter beside the states themselves.
GROUPS: dict[str, tuple[str, ...]] = {"open": OPEN, "waiting": WAITING, **{state: (state,) for state in STATES}}
MOST_ACTS = 50


@dataclass(frozen=True)
class Wanted:
    """Which cases are wanted; "" leaves a question out. ``state``: a state, open or waiting. ``days``: at least so old.

    ``mine``: taken by this person. ``sources`` and ``kinds``: None for all, else only these. ``cause``: of refusals.
    """

    kind: str = ""
    state: str = "open"
    source: str = ""
    mine: str = ""
    days: int = 0
    sources: Collection[str] | None = None
    cause: str = ""
    kinds: Collection[str] | None = None


def find(case_id: int) -> Case | None:
    """Give one case, None where there is none."""
    return db.session.get(Case, case_id)


def page(wanted: Wanted, number: int, size: int) -> Page[Case]:
    """Give one page of the cases wanted, the oldest first; a number behind the last page gives the last."""
    conditions = _conditions(wanted)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Case).where(*conditions)) or 0
    number = min(number, max(0, (total - 1) // size))
    rows = sa.select(Case).where(*conditions).order_by(Case.opened_at, Case.id).limit(size).offset(number * size)
    return Page(db.session.scalars(rows).all(), total, number, size)


def every(wanted: Wanted) -> Sequence[Case]:
    """Give all the cases wanted, the oldest first; for commands."""
    rows = sa.select(Case).where(*_conditions(wanted)).order_by(Case.opened_at, Case.id)
    return db.session.scalars(rows).all()


def counts(sources: Collection[str] | None = None, kinds: Collection[str] | None = None) -> dict[str, int]:
    """Give kind -> number of open cases."""
    conditions = _conditions(Wanted(sources=sources, kinds=kinds))
    question = sa.select(Case.kind, sa.func.count()).where(*conditions).group_by(Case.kind)
    return dict(db.session.execute(question).all())


def next_open(case: Case, wanted: Wanted, actor: str, *, back: bool = False) -> int | None:
    """Give the next open case that nobody else has taken, among those wanted; None where there is none left.

    After the last one comes the first; ``back`` gives the one before.
    """
    free = [*_conditions(wanted), Case.state.in_(OPEN), Case.taken_by.in_(("", actor)), Case.id != case.id]
    place, here = sa.tuple_(Case.opened_at, Case.id), (case.opened_at, case.id)
    order = (Case.opened_at.desc(), Case.id.desc()) if back else (Case.opened_at, Case.id)
    question = sa.select(Case.id).where(*free).order_by(*order).limit(1)
    following = db.session.scalar(question.where(place < here if back else place > here))
    return following or db.session.scalar(question)


def attempts(numbers: Collection[int]) -> dict[int, Sequence[Registration]]:
    """Give case -> the registrations that belong to it, the newest first."""
    found: dict[int, list[Registration]] = {number: [] for number in numbers}
    question = sa.select(Registration).where(Registration.case_id.in_(numbers)).order_by(Registration.id.desc())
    for attempt in db.session.scalars(question):
        found[attempt.case_id or 0].append(attempt)
    return dict(found)


def causes_open(sources: Collection[str] | None = None) -> Sequence[str]:
    """Give the causes of the registrations that were refused and are open cases, the most frequent first."""
    conditions = _conditions(Wanted(sources=sources, kind=MISMATCH))
    question = sa.select(Case.cause).where(*conditions).group_by(Case.cause)
    return db.session.scalars(question.order_by(sa.func.count().desc(), Case.cause)).all()


def others_of(case: Case, wanted: Wanted) -> Sequence[Case]:
    """Give the other open cases with the code of this one, of the sources and kinds that are wanted."""
    if not case.national_code:
        return []
    seen = _conditions(Wanted(sources=wanted.sources, kinds=wanted.kinds))
    own = Case.national_code == case.national_code, Case.id != case.id, Case.state.in_(OPEN)
    return db.session.scalars(sa.select(Case).where(*seen, *own).order_by(Case.id)).all()


def of_account(national_code: str | None) -> Case | None:
    """Give the newest case of an account that carries this code and that nobody owns, open or decided."""
    own = Case.kind == ORPHAN, Case.key == national_code, Case.state != AUTO_CLOSED
    return db.session.scalar(sa.select(Case).where(*own).order_by(Case.id.desc()).limit(1)) if national_code else None


def finding_of(case: Case) -> Finding | None:
    """Give the finding with the evidence of a case; None where there is none or it is no longer kept."""
    own = (Finding.run_id == case.last_run, Finding.row == case.last_row)
    return db.session.scalar(sa.select(Finding).where(*own))


def person_id_of(case: Case) -> int | None:
    """Give the id of the person a case is about, None for one our register does not know."""
    if not case.national_code:
        return None
    question = sa.select(Person.id).where(Person.national_code == case.national_code).order_by(Person.id)
    return db.session.scalar(question.limit(1))


def acts_of(case_id: int) -> Sequence[AuditEntry]:
    """Give what was done about a case, the newest first."""
    question = sa.select(AuditEntry).where(AuditEntry.subject == subject_of(case_id))
    return db.session.scalars(question.order_by(AuditEntry.id.desc()).limit(MOST_ACTS)).all()


def subject_of(case_id: int) -> str:
    """Name a case for the audit trail."""
    return f"case:{case_id}"


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.state in GROUPS:
        conditions.append(Case.state.in_(GROUPS[wanted.state]))
    if wanted.kind:
        conditions.append(Case.kind == wanted.kind)
    if wanted.cause:
        conditions.append(Case.cause == wanted.cause)
    if wanted.kinds is not None:
        conditions.append(Case.kind.in_(wanted.kinds))
    if wanted.source:
        conditions.append(Case.source == wanted.source)
    if wanted.mine:
        conditions.append(Case.taken_by == wanted.mine)
    if wanted.days:
        conditions.append(Case.opened_at <= clock.now() - dt.timedelta(days=wanted.days))
    if wanted.sources is not None:
        conditions.append(Case.source.in_(wanted.sources))
    return conditions
