"""What a run starts from: the newest accepted snapshot of every source, and our register, as frames."""

import datetime as dt
from dataclasses import dataclass

import pandas as pd
import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db
from backoffice.i18n import N_
from backoffice.models import Finding, Link, Person, QuarantinedRow, Run, Snapshot, SnapshotConfirmation, Verdict
from backoffice.models.run import PLANNED
from backoffice.models.types import MAIN_DIRECTORY
from backoffice.reconcile.engine import case_key
from backoffice.reconcile.inputs import Register, SourceInput
from backoffice.reconcile.register import is_stale, quarantine_of, register_of
from backoffice.reconcile.verdicts import verdicts_of
from backoffice.rules import situations
from backoffice.rules.errors import RefusedError
from backoffice.services import snapshots
from backoffice.settings import HrSource, Settings

NO_SNAPSHOT = N_("No HR file has been accepted yet; import one first.")
WITHOUT_SNAPSHOT = N_("The source %(source)s has no accepted file yet; its people are left out of this run.")
STALE = N_("The newest file of %(source)s was confirmed more than %(days)d days ago; nobody is disabled because of it.")
Warnings = list[tuple[str, dict[str, object]]]


@dataclass(frozen=True)
class HrInputs:
    """The snapshots of one run. ``missing_since``: source -> the moment its snapshot was accepted."""

    sources: tuple[SourceInput, ...]
    snapshots: dict[str, int]
    missing_since: dict[str, dt.datetime]
    warnings: Warnings


def hr_inputs(settings: Settings) -> HrInputs:
    """Load the newest accepted snapshot of every source. Raises RefusedError where there is none at all."""
    found = [(source, snapshots.newest_accepted(source.name)) for source in settings.hr.sources]
    given = [(source, snapshot) for source, snapshot in found if snapshot]
    if not given:
        raise RefusedError(NO_SNAPSHOT)
    warnings: Warnings = [(WITHOUT_SNAPSHOT, {"source": s.name}) for s, snapshot in found if snapshot is None]
    sources = tuple(_input(source, snapshot, settings) for source, snapshot in given)
    late = [s.source for s in sources if s.stale]
    warnings += [(STALE, {"source": source.name, "days": source.stale_after_days}) for source in late]
    accepted = {snapshot.source: snapshot.accepted_at or snapshot.created_at for _source, snapshot in given}
    return HrInputs(sources, {snapshot.source: snapshot.id for _source, snapshot in given}, accepted, warnings)


def _input(source: HrSource, snapshot: Snapshot, settings: Settings) -> SourceInput:
    aside = sa.select(QuarantinedRow.line, QuarantinedRow.national_code, QuarantinedRow.personnel_number)
    confirmed = sa.select(SnapshotConfirmation.at).where(SnapshotConfirmation.source == source.name)
    moments = tuple(db.session.scalars(confirmed.order_by(SnapshotConfirmation.at)))
    return SourceInput(
        source=source,
        frame=snapshots.load_frame(snapshot, settings),
        columns=tuple(snapshot.columns),
        quarantined=quarantine_of(db.session.execute(aside.where(QuarantinedRow.snapshot_id == snapshot.id)).all()),
        confirmed_at=moments,
        stale=is_stale(moments, source.stale_after_days, clock.now()),
        first_run=not _was_planned(source.name),
        accepted_at=snapshot.accepted_at or snapshot.created_at,
    )


def _was_planned(source: str) -> bool:
    """Say whether an earlier planned run had this source."""
    planned = sa.select(Run.snapshots).where(Run.status == PLANNED).order_by(Run.id.desc())
    return any(source in used for used in db.session.scalars(planned))


def register() -> Register:
    """Load the persons and their active links to the main directory."""
    persons = sa.select(
        Person.id, Person.id_type, Person.national_code, Person.first_name, Person.last_name, Person.full_name,
        Person.father_name, Person.birth_date,
    )  # fmt: skip
    links = (
        sa.select(
            Link.id, Link.person_id, Person.id_type, Person.national_code, Link.source, Link.personnel_number,
            Link.entry_uuid, Link.dn, Link.missing_since, Link.away_as, Link.away_since,
        ).join(Person).where(Link.ended_at.is_(None), Link.directory == MAIN_DIRECTORY).order_by(Link.id)
    )  # fmt: skip
    return register_of(db.session.execute(links).all(), db.session.execute(persons).all())


def verdicts() -> pd.DataFrame:
    """Load what people decided about pairs of person and account and have not taken back."""
    columns = (Verdict.word, Verdict.id_type, Verdict.national_code, Verdict.entry_uuid, Verdict.fingerprint)
    living = sa.select(*columns).where(Verdict.ended_at.is_(None)).order_by(Verdict.id)
    return verdicts_of(db.session.execute(living).all())


def last_planned() -> Run | None:
    """Give the newest run that made a plan."""
    return db.session.scalar(sa.select(Run).where(Run.status == PLANNED).order_by(Run.id.desc()).limit(1))


def known_cases() -> frozenset[tuple[str, str]]:
    """Give the cases the last planned run listed already, as (situation, key)."""
    last = last_planned()
    if last is None:
        return frozenset()
    listed = sa.select(Finding.situation, Finding.national_code, Finding.dns)
    cases = listed.where(Finding.run_id == last.id, Finding.situation.in_(situations.CASES))
    return frozenset((row.situation, case_key(row)) for row in db.session.execute(cases))
