"""What waits for HR beside requests for permanent accounts: wishes for corrections, and cases referred to HR.

Source: mission S29, S40, S54.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db
from backoffice.models import AuditEntry, Case, CorrectionRequest, Person
from backoffice.rules.case_states import WAITING_HR
from backoffice.rules.deadlines import day_of, end_of_day
from backoffice.rules.working_days import due, over
from backoffice.services import cases, correction_requests, holidays
from backoffice.services.permanent_requests import WORKING_DAYS
from backoffice.settings import Settings

CORRECTION, CASE = "correction", "case"
# The acts of the trail that say since when a case waits.
_REFERRED = ("cases:case:waiting_hr", "cases:mismatch:waiting_hr")


@dataclass(frozen=True)
class Other:
    """One thing that waits for HR. ``subject``: its name in the trail; ``about``: the field, or the kind of the case.

    ``days_over``: working days since the service level was over, 0 within it.
    """

    kind: str
    number: int
    subject: str
    name: str
    national_code: str
    source: str
    about: str
    since: dt.datetime
    due_at: dt.datetime
    days_over: int


def others(settings: Settings, sources: Collection[str] | None = None) -> Sequence[Other]:
    """Give what waits for HR (of these sources and of none, None for all); what is due first at the top."""
    found = [*_corrections(sources, settings), *_cases(sources, settings)]
    return sorted(found, key=lambda one: (one.due_at, one.kind, one.number))


def _corrections(sources: Collection[str] | None, settings: Settings) -> Iterable[Other]:
    rows = (
        sa.select(CorrectionRequest, Person)
        .join(Person, Person.id == CorrectionRequest.person_id)
        .where(CorrectionRequest.state == correction_requests.WAITING)
    )
    if sources is not None:
        rows = rows.where(CorrectionRequest.source.in_({*sources, ""}))
    for wish, person in db.session.execute(rows):
        due_at, days_over = _deadline(wish.created_at, settings)
        yield Other(
            CORRECTION, wish.id, correction_requests.subject_of(wish.id), f"{person.first_name} {person.last_name}",
            person.national_code or "", wish.source, wish.field, wish.created_at, due_at, days_over,
        )  # fmt: skip


def _cases(sources: Collection[str] | None, settings: Settings) -> Iterable[Other]:
    rows = sa.select(Case).where(Case.state == WAITING_HR)
    if sources is not None:
        # A person whom no file has may be anybody's.
        rows = rows.where(Case.source.in_(sources) | Case.source.is_(None))
    waiting = {cases.subject_of(case.id): case for case in db.session.scalars(rows)}
    referred = sa.select(AuditEntry.subject, sa.func.max(AuditEntry.at)).where(
        AuditEntry.subject.in_(waiting), AuditEntry.action.in_(_REFERRED)
    )
    since = {row[0]: row[1] for row in db.session.execute(referred.group_by(AuditEntry.subject))}
    for subject, case in waiting.items():
        moment = since.get(subject, case.opened_at)
        due_at, days_over = _deadline(moment, settings)
        yield Other(
            CASE, case.id, subject, case.person_name, case.national_code or "", case.source or "", case.kind, moment,
            due_at, days_over,
        )  # fmt: skip


def _deadline(since: dt.datetime, settings: Settings) -> tuple[dt.datetime, int]:
    """Give the end of the service level and by how many working days it is over."""
    free = holidays.days(settings)
    last = due(day_of(since, settings.timezone), WORKING_DAYS, free)
    days_over = over(last, day_of(clock.now(), settings.timezone), free)
    return end_of_day(last, settings.timezone), days_over
