"""The job ``import``: look into the watched folder, bring in what HR left there, and close the cases it repairs."""

from typing import Any

from backoffice.i18n import N_
from backoffice.rules.due import Every
from backoffice.services import hr_index, mismatch_repairs, uploads
from backoffice.services.job_kinds import Job, Outcome, Work

_WAIT = N_("New or still changing: %(files)s; a file is read once two looks find it unchanged.")
_THERE = N_("Files in the watched folder: %(files)s.")
_TRY_AGAIN = N_("Files that wait for another try: %(files)s; the log of the worker says why.")
# Among the files in the memory of the job; no file is named so.
_HR = "state of HR"
_DONE = ("accepted", "unchanged", "held", "refused")


def run(work: Work) -> Outcome:
    """Look once; a dry run only counts the files. Raises RefusedError where the folder cannot be used."""
    # Reading files needs pandas, which the commands do without.
    from backoffice.services import inbox, inbox_files  # noqa: PLC0415

    if work.dry_run:
        there = len(inbox_files.files(work.settings))
        return Outcome({"waiting": there}, _THERE, {"files": there})
    # An upload of the desk that nobody confirmed waits an hour; the nightly housekeeping would come too late for it.
    uploads.purge_expired(work.settings)
    hr_index.ensure(work.settings)
    found = inbox.scan(work.settings, actor=work.actor, memory=work.memory)
    repaired, mark = _repair(work)
    counts, memory = found.counts | repaired, {**found.memory, _HR: mark}
    idle = not any(counts.get(name) for name in (*_DONE, *repaired))
    failed, waiting = counts.get("failed", 0), counts.get("waiting", 0)
    if failed:
        return Outcome(counts, _TRY_AGAIN, {"files": failed}, memory=memory, failed=True, idle=idle)
    if waiting:
        return Outcome(counts, _WAIT, {"files": waiting}, memory=memory, idle=idle)
    return Outcome(counts, memory=memory, idle=idle)


def _repair(work: Work) -> tuple[dict[str, int], dict[str, Any]]:
    """Check refused registrations once HR says something new; give counts and what to remember.

    Files accepted on the desk or by a command are noticed here too. What a service put off is tried at the next look.
    """
    now = mismatch_repairs.state_of_hr()
    if work.memory.get(_HR) == now:
        return {}, now
    done = mismatch_repairs.recheck_all(work.settings)
    counts = {"repaired": done.closed, "put_off": done.put_off}
    return {name: count for name, count in counts.items() if count}, {} if done.put_off else now


JOB = Job(
    name="import",
    title=N_("Watched folder"),
    help=N_(
        "Every half minute: looks into the folder of each source. A file is read when its size and time are the same "
        "at two looks, goes through the gates like an upload, and is moved to «done» (accepted, or the same as the "
        "last one) or «refused» (held or not readable), with a report beside it. Hidden and half-copied files are left "
        "alone. Once HR says something new, refused registrations are checked again, and people are told by SMS. The "
        "dry run only counts the files."
    ),
    words={
        "accepted": N_("files accepted"),
        "unchanged": N_("files that were known"),
        "held": N_("files held for a decision"),
        "refused": N_("files not readable"),
        "waiting": N_("files new or still changing"),
        "failed": N_("files to be tried again"),
        "stuck": N_("files that cannot be moved away"),
        "repaired": N_("refused registrations that pass now"),
        "put_off": N_("checks put off because a service does not answer"),
    },
    rhythm=lambda settings: Every(settings.jobs.import_seconds),
    run=run,
)
