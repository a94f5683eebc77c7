"""Reminders of ends in words."""

from backoffice.i18n import N_, _
from backoffice.models.message import DELIVERED, FAILED, QUEUED, WITHDRAWN
from backoffice.models.reminder import ASKED, MISSED, UNREACHABLE
from backoffice.services import reminder_history as history
from backoffice.services.reminder_history import Line
from backoffice.views import formats

_RESULTS = {
    history.ARRIVED: ("success", N_("delivered")), history.UNDER_WAY: ("info", N_("on the way")),
    history.NOT_DELIVERED: ("danger", N_("not delivered")), history.SENT: ("neutral", N_("sent")),
    history.SUPPRESSED: ("neutral", N_("not sent")),
}  # fmt: skip
_WHY = {
    MISSED: N_("The worker did not run that day; a later reminder went instead."),
    ASKED: N_("The permanent account was asked for."),
    UNREACHABLE: N_("The last messages could not be delivered."),
}
_MESSAGES = {
    QUEUED: N_("on the way"), DELIVERED: N_("delivered"), FAILED: N_("not delivered"), WITHDRAWN: N_("withdrawn"),
}  # fmt: skip


def result(line: Line) -> tuple[str, str]:
    """Give level and words of what became of a reminder."""
    level, words = _RESULTS[line.result]
    return level, _(words)


def result_title(name: str) -> str:
    """Give the words of a result."""
    return str(_(_RESULTS[name][1]))


def why(line: Line) -> str:
    """Say why a reminder was not sent, "" for one that was."""
    return str(_(_WHY[line.reminder.why])) if line.reminder.why in _WHY else ""


def message(state: str) -> str:
    """Give the state of a message in words, "" for none."""
    return str(_(_MESSAGES[state])) if state in _MESSAGES else ""


def stage(days: int) -> str:
    """Say when a reminder goes out."""
    if days == 0:
        return str(_("on the last day"))
    if days < 0:
        return str(_("%(days)s days after the end", days=formats.digits(-days)))
    return str(_("%(days)s days before the end", days=formats.digits(days)))
