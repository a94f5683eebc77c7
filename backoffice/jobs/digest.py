"""The job ``digest``: the weekly mail with the figures for managers."""

import datetime as dt

from backoffice.i18n import N_
from backoffice.rules.due import Daily
from backoffice.services import digest
from backoffice.services.job_kinds import Job, Outcome, Work

_AT = dt.time(8)
_SENT = "sent"


def run(work: Work) -> Outcome:
    """Queue what has not been sent this week; a dry run counts it. Nothing in observe mode."""
    if work.dry_run:
        return Outcome({_SENT: len(digest.waiting(work.settings))})
    if work.settings.policy.mode == "observe":
        return Outcome(idle=True)
    sent = digest.send_all(work.settings)
    return Outcome({_SENT: sent}, idle=not sent)


JOB = Job(
    name="digest",
    title=N_("Weekly figures by mail"),
    help=N_(
        "Every morning at eight: whoever asked for it on the page of the own login gets the figures of the statistics "
        "page by e-mail, one mail a week, from Saturday on."
    ),
    words={_SENT: N_("mails with the figures of the week")},
    rhythm=lambda settings: Daily(_AT, settings.timezone),
    run=run,
)
