"""Reading runs and their findings. Every question is bounded: one page, one row, or counts."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from backoffice.extensions import db
from backoffice.models import Finding, JobRun, JobState, Person, PlannedAction, Run, Snapshot, job
from backoffice.models.run import PLANNED, RUNNING
from backoffice.rules.national_code import normalise, pad
from backoffice.rules.text import has_arabic_script, n2
from backoffice.services.paging import Page

MAX_TEXT = 100
EXAMPLES = 5
JOB = "reconcile"
REQUESTED = "requested"


@dataclass(frozen=True)
class Wanted:
    """Which findings are wanted; "" leaves a question out. ``held``: "yes" or "no"."""

    situation: str = ""
    source: str = ""
    note: str = ""
    action: str = ""
    held: str = ""
    text: str = ""


def newest(limit: int, offset: int = 0) -> Sequence[Run]:
    """Give runs, the newest first."""
    return db.session.scalars(sa.select(Run).order_by(Run.id.desc()).limit(limit).offset(offset)).all()


def count() -> int:
    """Give the number of all runs."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Run)) or 0


def find(run_id: int) -> Run | None:
    """Give one run, None where there is none of that number."""
    return db.session.get(Run, run_id)


def progress() -> str:
    """Say how far the newest run is: ``requested``, ``running:12``, ``idle:12``; it changes when something happened."""
    last = db.session.execute(sa.select(Run.id, Run.status, Run.started_at).order_by(Run.id.desc()).limit(1)).first()
    if last and last.status == RUNNING:
        return f"{RUNNING}:{last.id}"
    asked = sa.select(JobState.name).where(JobState.name == JOB, JobState.requested_at.is_not(None))
    # The worker has taken the wish up, but its run has not begun yet.
    begun = sa.select(JobRun.id).where(JobRun.name == JOB, JobRun.status == job.RUNNING, JobRun.dry_run.is_(False))
    begun = begun.where(JobRun.started_at > last.started_at) if last else begun
    return REQUESTED if db.session.scalar(asked) or db.session.scalar(begun) else f"idle:{last.id if last else 0}"


def newest_planned() -> Run | None:
    """Give the newest run that made a plan."""
    return db.session.scalar(sa.select(Run).where(Run.status == PLANNED).order_by(Run.id.desc()).limit(1))


def snapshots_of(run: Run) -> Sequence[Snapshot]:
    """Give the HR files a run used, by source."""
    return db.session.scalars(
        sa.select(Snapshot).where(Snapshot.id.in_(run.snapshots.values())).order_by(Snapshot.source)
    ).all()


def listed_by_situation(run_id: int) -> dict[str, int]:
    """Give situation -> number of listed findings of a run (situations that are only counted are not among them)."""
    question = sa.select(Finding.situation, sa.func.count()).where(Finding.run_id == run_id)
    return dict(db.session.execute(question.group_by(Finding.situation)).all())


def examples(run_id: int, situation: str, limit: int = EXAMPLES) -> Sequence[Finding]:
    """Give the first few findings of a situation, in canonical order."""
    own = (Finding.run_id == run_id, Finding.situation == situation)
    return db.session.scalars(sa.select(Finding).where(*own).order_by(Finding.row).limit(limit)).all()


def page_of_findings(run_id: int, wanted: Wanted, number: int, size: int) -> Page[Finding]:
    """Give one page of the findings wanted, in canonical order; a number behind the last page gives the last."""
    conditions = _conditions(run_id, wanted)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Finding).where(*conditions)) or 0
    number = min(number, max(0, (total - 1) // size))
    rows = sa.select(Finding).where(*conditions).order_by(Finding.row).limit(size).offset(number * size)
    return Page(db.session.scalars(rows).all(), total, number, size)


def find_finding(run_id: int, row: int) -> Finding | None:
    """Give one finding of a run by its row, None where there is none."""
    return db.session.scalar(sa.select(Finding).where(Finding.run_id == run_id, Finding.row == row))


def neighbours(finding: Finding, wanted: Wanted) -> tuple[int | None, int | None]:
    """Give the rows before and after a finding among those wanted, None at either end."""
    conditions = _conditions(finding.run_id, wanted)
    before = sa.select(sa.func.max(Finding.row)).where(*conditions, Finding.row < finding.row)
    after = sa.select(sa.func.min(Finding.row)).where(*conditions, Finding.row > finding.row)
    return db.session.scalar(before), db.session.scalar(after)


def actions_of(finding: Finding) -> Sequence[PlannedAction]:
    """Give what the plan wants to change because of a finding."""
    own = (PlannedAction.run_id == finding.run_id, PlannedAction.finding_row == finding.row)
    return db.session.scalars(sa.select(PlannedAction).where(*own).order_by(PlannedAction.id)).all()


def person_of(finding: Finding) -> int | None:
    """Give the id of the person a finding is about, None for one our register does not know."""
    if not finding.national_code:
        return None
    question = sa.select(Person.id).where(Person.national_code == finding.national_code).order_by(Person.id)
    return db.session.scalar(question.limit(1))


def _conditions(run_id: int, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    conditions = [Finding.run_id == run_id]
    if wanted.situation:
        conditions.append(Finding.situation == wanted.situation)
    if wanted.source:
        conditions.append(Finding.source == wanted.source)
    if wanted.note:
        conditions.append(_lists(Finding.notes, wanted.note))
    if wanted.action:
        conditions.append(_lists(Finding.actions, wanted.action))
    if wanted.held:
        conditions.append(Finding.held.is_(wanted.held == "yes"))
    if wanted.text.strip():
        conditions.append(_says(wanted.text.strip()[:MAX_TEXT]))
    return conditions


def _lists(column: sa.orm.InstrumentedAttribute[list[str]], word: str) -> sa.ColumnElement[bool]:
    """Say whether a JSON list of words holds one. One run's rows are few enough to look at each."""
    return sa.cast(column, sa.Text).contains(f'"{word}"', autoescape=True)


def _says(text: str) -> sa.ColumnElement[bool]:
    """Say whether a finding is about this code, number, user name or name."""
    code = normalise(text)
    if code.isascii() and code.isdecimal():
        # A national code is asked for as a whole: its beginning would tell what the mask hides.
        whole = Finding.national_code.in_({code, pad(code)})
        return sa.or_(whole, Finding.personnel_number.startswith(code, autoescape=True))
    words = [folded for word in text.split() if (folded := n2(word))]
    named = sa.and_(*(Finding.search_key.contains(word, autoescape=True) for word in words)) if words else sa.false()
    if has_arabic_script(text):
        return named
    return sa.or_(named, sa.cast(Finding.dns, sa.Text).icontains(text, autoescape=True))
