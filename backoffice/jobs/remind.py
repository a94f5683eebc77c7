"""The job ``remind``: reminds people that their temporary account ends."""

from backoffice.i18n import N_
from backoffice.rules.due import Every
from backoffice.services import escalation, reminders
from backoffice.services.job_kinds import Job, Outcome, Work

_SECONDS = 600
_REMINDED, _LOOKED_AT, _ESCALATED = "reminded", "looked_at", "escalated"


def run(work: Work) -> Outcome:
    """Send what is due; a dry run counts the accounts that are looked at. Nothing at night or in observe mode."""
    if work.dry_run:
        return Outcome({_LOOKED_AT: len(reminders.candidates(work.settings))})
    if work.settings.policy.mode == "observe" or reminders.is_night(work.settings):
        return Outcome(idle=True)
    counts = {
        _REMINDED: reminders.remind_all(work.settings), _ESCALATED: escalation.escalate_all(work.settings),
    }  # fmt: skip
    return Outcome(counts, idle=not any(counts.values()))


JOB = Job(
    name="remind",
    title=N_("Reminders of ends"),
    help=N_(
        "Every ten minutes by day: reminds the holders of temporary accounts by e-mail, on some days also by SMS, that "
        "the end is near, until they ask for the permanent account. Each reminder goes out once; of those that were "
        "missed only the most urgent is sent. Where HR or IT is waited for longer than the service level, that office "
        "is reminded by mail, twice at most."
    ),
    words={
        _REMINDED: N_("people reminded"),
        _LOOKED_AT: N_("accounts whose end is near"),
        _ESCALATED: N_("late matters of which HR or IT was reminded"),
    },
    rhythm=lambda _settings: Every(_SECONDS),
    run=run,
)
