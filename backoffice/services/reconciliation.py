"""One reconciliation run: read, gate, compare, store the frozen plan. Nothing outside our database is changed.

Source: reconciliation.md; contract.md "reconcile plan".
"""

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import DirectoryAcceptance, Run
from backoffice.models.run import FAILED, HELD, PLANNED, RUNNING
from backoffice.models.types import MAIN_DIRECTORY
from backoffice.ports.directory import open_directory
from backoffice.reconcile import read_directory
from backoffice.reconcile.engine import reconcile
from backoffice.reconcile.inputs import World
from backoffice.reconcile.outcome import Outcome
from backoffice.reconcile.read_directory import DirectoryFrame
from backoffice.rules.errors import RefusedError
from backoffice.rules.limits import has_shrunk
from backoffice.services import audit, budget, case_scores, overrides, run_inputs, snapshots, telling, user_names
from backoffice.services.exclusive import TakenError, alone
from backoffice.services.run_inputs import HrInputs, Warnings
from backoffice.services.run_store import store
from backoffice.services.snapshot_result import stored_gate
from backoffice.services.told import told
from backoffice.settings import Settings

LOCK = "reconcile"
BUSY = N_("Another run is under way; please wait until it has ended.")
ABANDONED = N_("The run was cut off before its end; nothing of it was kept.")
UNEXPECTED = N_("An unexpected fault ended the run; the log has the details.")
SHRUNK = N_("the directory has %(entries)d entries, %(before)d at the last run; a smaller directory must be accepted")
NO_ATTRIBUTE = N_("The directory's schema does not know %(attribute)s; the field is left out.")
NO_RUN = N_("There is no run %(run)s.")
REASON_NEEDED = N_("Please give a reason.")
NOT_SHRUNK = N_("This run was not held because of the size of the directory.")
_log = logging.getLogger(__name__)


def plan(*, actor: str, settings: Settings, accept_directory: str | None = None) -> Run:
    """Compare the newest accepted snapshots with the directory and store the plan; give the finished run.

    ``accept_directory``: the reason why a directory that shrank is right. A run whose inputs could not be read is
    failed, with ``error``. Raises RefusedError while another run is under way.
    """
    with _alone(settings):
        run_id = _begin(actor)
        with _failing(run_id, actor):
            _carry_out(run_id, actor, settings, accept_directory)
    return stored_run(run_id)


def plan_file(
    path: Path, *, actor: str, settings: Settings, source: str | None = None, accept_directory: str | None = None
) -> Run:
    """Import the file first, then plan. A file that is held holds the run. Raises RefusedError for a wrong source."""
    with _alone(settings):
        started = time.monotonic()
        imported = snapshots.import_file(path, source=source, actor=actor, settings=settings)
        seconds = time.monotonic() - started
        run_id = _begin(actor, read_hr=seconds)
        with _failing(run_id, actor):
            if imported.status == HELD:
                used = {imported.source: imported.snapshot} if imported.snapshot else {}
                _end(run_id, HELD, actor, gates=[stored_gate(gate) for gate in imported.gates], snapshots=used)
            else:
                _carry_out(run_id, actor, settings, accept_directory)
    return stored_run(run_id)


def accept_directory(run_id: int, *, actor: str, reason: str) -> None:
    """Say that the size the directory had in a held run is right; the next run uses this once.

    Raises RefusedError without a reason, or for a run that another gate held.
    """
    if not reason.strip():
        raise RefusedError(REASON_NEEDED)
    with writing() as session:
        run = session.get(Run, run_id)
        if run is None or not any(gate["gate"] == "directory" for gate in run.gates):
            raise RefusedError(NOT_SHRUNK)
        _accept(session, run.directory_entries, actor, reason)


def stored_run(run_id: int) -> Run:
    """Give a run by its number. Raises RefusedError where there is none."""
    run = db.session.get(Run, run_id)
    if run is None:
        raise RefusedError(NO_RUN, {"run": run_id})
    return run


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    try:
        with alone(LOCK, settings):
            yield
    except TakenError:
        raise RefusedError(BUSY) from None


def _begin(actor: str, read_hr: float = 0.0) -> int:
    """Open the run; whatever still says running was cut off, for we hold the lock."""
    with writing() as session:
        cut_off = sa.update(Run).where(Run.status == RUNNING)
        fault = {"message": ABANDONED, "params": {}}
        session.execute(cut_off.values(status=FAILED, error=ABANDONED, fault=fault, finished_at=clock.now()))
        run = Run(directory=MAIN_DIRECTORY, status=RUNNING, started_by=actor, started_at=clock.now())
        run.seconds = {"read_hr": read_hr, "read_directory": 0.0, "compare": 0.0, "store": 0.0}
        session.add(run)
        session.flush()
        return run.id


@contextmanager
def _failing(run_id: int, actor: str) -> Iterator[None]:
    """Store what went wrong with the run; only what we did not foresee is raised again."""
    try:
        yield
    except RefusedError as fault:
        _end(run_id, FAILED, actor, error=str(fault), fault={"message": fault.message, "params": fault.values})
    except BaseException:
        _end(run_id, FAILED, actor, error=UNEXPECTED, fault={"message": UNEXPECTED, "params": {}})
        raise


def _carry_out(run_id: int, actor: str, settings: Settings, accept_reason: str | None) -> None:
    seconds = dict(stored_run(run_id).seconds)
    with _timed(seconds, "read_hr"):
        given = run_inputs.hr_inputs(settings)
        register, cases, last = run_inputs.register(), run_inputs.known_cases(), run_inputs.last_planned()
        made, said, verdicts = budget.spent(db.session()), told(), run_inputs.verdicts()
        earned, exceptions = case_scores.earned_tiers(), overrides.standing(settings)
    before = last.directory_entries if last else 0
    # The directory may take its time; no transaction stays open meanwhile.
    db.session.rollback()
    with _timed(seconds, "read_directory"):
        found = _read_directory(settings)
    common = {"snapshots": given.snapshots, "directory_entries": found.entries, "seconds": seconds}
    warnings = _stored([*given.warnings, *_unknown_attributes(found)])
    if has_shrunk(found.entries, before) and not _is_accepted(run_id, found.entries, actor, accept_reason):
        values = {"entries": found.entries, "before": before}
        gate = {"gate": "directory", "message": SHRUNK, "params": values, "detail": SHRUNK % values}
        _end(run_id, HELD, actor, gates=[gate], warnings=warnings, **common)
        return
    now = clock.now()
    with _timed(seconds, "compare"):
        outcome = reconcile(World(
            sources=given.sources, entries=found.frame, register=register, now=now,
            today=now.astimezone(ZoneInfo(settings.timezone)).date(), limits=settings.limits, policy=settings.policy,
            unmapped=frozenset(found.absent_fields), known_cases=cases, made=made, told=said,
            timezone=settings.timezone, verdicts=verdicts, earned=earned, overrides=exceptions,
        ))  # fmt: skip
    _store(run_id, outcome, given, actor, {**common, "warnings": warnings})
    _remember_names(found)


@contextmanager
def _timed(seconds: dict[str, float], part: str) -> Iterator[None]:
    started = time.monotonic()
    yield
    seconds[part] = round(seconds[part] + time.monotonic() - started, 3)


def _read_directory(settings: Settings) -> DirectoryFrame:
    with open_directory(settings) as directory:
        return read_directory.read(directory, settings, settings.hr.sources)


def _remember_names(found: DirectoryFrame) -> None:
    """Keep the user names that the directory has: none of them is ever given to somebody else."""
    if "username" in found.frame:
        with writing() as session:
            user_names.remember(session, found.frame["username"].dropna())


def _unknown_attributes(found: DirectoryFrame) -> Warnings:
    return [(NO_ATTRIBUTE, {"attribute": name}) for name in found.missing_attributes]


def _stored(warnings: Warnings) -> list[dict[str, Any]]:
    return [{"message": message, "params": params, "detail": message % params} for message, params in warnings]


def _is_accepted(run_id: int, entries: int, actor: str, reason: str | None) -> bool:
    """Use up an acceptance for a directory of about this size, or the one given with this run."""
    with writing() as session:
        if reason is not None:
            _accept(session, entries, actor, reason)
        waiting = sa.select(DirectoryAcceptance).where(DirectoryAcceptance.run_id.is_(None))
        for acceptance in session.scalars(waiting):
            if not has_shrunk(entries, acceptance.entries):
                acceptance.run_id = run_id
                return True
    return False


def _accept(session: Any, entries: int, actor: str, reason: str) -> None:
    session.add(DirectoryAcceptance(
        directory=MAIN_DIRECTORY, entries=entries, by=actor, reason=reason, at=clock.now(),
    ))  # fmt: skip
    audit.record(
        "directory:size:accepted", f"directory:{MAIN_DIRECTORY}", actor=actor, reason=reason, after={"entries": entries}
    )


def _store(run_id: int, outcome: Outcome, given: HrInputs, actor: str, values: Mapping[str, Any]) -> None:
    started = time.monotonic()
    with writing() as session:
        run = session.get_one(Run, run_id)
        store(session, run, outcome, given.missing_since)
        telling.forget_others(session, outcome.findings, given.snapshots)
        after = {"plan_hash": run.plan_hash, "actions": run.actions, "links": len(outcome.links)}
        audit.record("reconcile:run:planned", f"run:{run_id}", actor=actor, after=after)
        seconds = {**values["seconds"], "store": round(time.monotonic() - started, 3)}
        _put(run, PLANNED, {**values, "seconds": seconds})


def _end(run_id: int, status: str, actor: str, **values: Any) -> None:
    db.session.rollback()
    with writing() as session:
        _put(session.get_one(Run, run_id), status, values)
        audit.record(f"reconcile:run:{status}", f"run:{run_id}", actor=actor)


def _put(run: Run, status: str, values: Mapping[str, Any]) -> None:
    for name, value in {**values, "status": status, "finished_at": clock.now()}.items():
        setattr(run, name, value)
