"""The job ``housekeeping``: deletes what has been kept long enough and anchors the audit trail."""

from collections.abc import Callable
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.rules.due import Daily
from backoffice.services import (
    account_password,
    account_stuck,
    audit_anchors,
    codes,
    correction_requests,
    permanent_requests,
    rates,
    registrations,
    retention,
    sessions,
    throttle,
    uploads,
)  # fmt: skip
from backoffice.services.job_kinds import Job, Outcome, Work
from backoffice.settings import Settings

_NOT_ALL = N_("Not everything could be done: %(parts)s.")


def _snapshots(settings: Settings) -> int:
    # The store of snapshots needs pandas, which other commands do without.
    from backoffice.services import snapshot_store  # noqa: PLC0415

    return snapshot_store.purge_expired(settings)


def _taken_files(settings: Settings) -> int:
    from backoffice.services import inbox  # noqa: PLC0415

    return inbox.purge_expired(settings)


def _expired_snapshots() -> int:
    from backoffice.services import snapshot_store  # noqa: PLC0415

    return snapshot_store.count_expired()


_ROWS: dict[str, Callable[[], int]] = {
    "web_sessions": sessions.purge,
    "login_delays": throttle.purge,
    "codes": codes.purge,
    "counts": rates.purge,
    "runs": retention.purge_runs,
    "messages": retention.purge_messages,
    "announcements": retention.purge_announcements,
    "job_runs": retention.purge_job_runs,
    "registrations": registrations.abandon,
    "given_up": account_stuck.give_up_old,
    "new_passwords": account_password.give_up_old,
    "proofs": correction_requests.erase_old_proofs,
    "mailbox_passwords": permanent_requests.erase_old_secrets,
}
_FILES: dict[str, Callable[[Settings], int]] = {
    "snapshots": _snapshots,
    "taken_files": _taken_files,
    "uploads": uploads.purge_expired,
    "anchors": lambda settings: audit_anchors.add(settings.instance),
}
_LOOKS: dict[str, Callable[[], int]] = {"snapshots": _expired_snapshots}


def run(work: Work) -> Outcome:
    """Do every part, also where another one fails; a dry run counts rows and deletes nothing."""
    counts, failed = {}, []
    for name, part in _parts(work).items():
        try:
            counts[name] = part()
        except (SQLAlchemyError, OSError, audit_anchors.BadAnchorError) as error:
            db.session.rollback()
            failed.append(f"{name} ({type(error).__name__})")
    if failed:
        return Outcome(counts, _NOT_ALL, {"parts": ", ".join(failed)}, failed=True)
    return Outcome(counts)


def _parts(work: Work) -> dict[str, Callable[[], int]]:
    if work.dry_run:
        return {name: partial(_tried, part) for name, part in (_ROWS | _LOOKS).items()}
    return _ROWS | {name: partial(part, work.settings) for name, part in _FILES.items()}


def _tried(part: Callable[[], int]) -> int:
    """Give what the part would delete; its transaction is taken back."""
    with writing() as session:
        count = part()
        session.rollback()
    return count


JOB = Job(
    name="housekeeping",
    title=N_("Housekeeping"),
    help=N_(
        "Each night: deletes expired desk sessions, login delays and counts that no longer apply, codes older than a "
        "week, uploads that nobody confirmed, and snapshots, files taken from the watched folder, runs, findings, job "
        "records and ended announcements older than 90 days; forgets the addresses and words of messages as old. The "
        "newest planned run, runs that were applied and the last record of each job stay. Writes the last row of the "
        "audit trail to the anchor file. Gives up accounts that could not be made for a week, with their sealed "
        "passwords."
    ),
    words={
        "web_sessions": N_("expired sessions deleted"),
        "login_delays": N_("login delays deleted"),
        "codes": N_("old codes deleted"),
        "counts": N_("counts of tries that are over deleted"),
        "snapshots": N_("old HR files emptied"),
        "uploads": N_("uploads that nobody confirmed deleted"),
        "taken_files": N_("old files of the watched folder deleted"),
        "runs": N_("old runs deleted"),
        "messages": N_("old messages emptied"),
        "announcements": N_("old announcements of new colleagues deleted"),
        "job_runs": N_("old job records deleted"),
        "registrations": N_("registrations that nobody went on with emptied"),
        "given_up": N_("accounts that could not be made for a week given up"),
        "new_passwords": N_("new passwords that could not be written for a week given up"),
        "proofs": N_("old proofs of requests for corrections deleted"),
        "mailbox_passwords": N_("sealed passwords of old mailboxes erased"),
        "anchors": N_("audit anchors written"),
    },
    rhythm=lambda settings: Daily(settings.jobs.housekeeping_at, settings.timezone),
    run=run,
)
