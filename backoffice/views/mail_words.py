"""States, numbers and reasons of mail moves in words."""

from backoffice.i18n import N_, _
from backoffice.models import MailMove, MoveFolder
from backoffice.rules import mail_folders
from backoffice.rules import mail_move_states as states
from backoffice.services.mail_move_list import said
from backoffice.views import formats

_STATES = {
    states.CREDENTIALS_NEEDED: ("warning", N_("waits for the password")),
    states.QUEUED: ("info", N_("waits for its turn")),
    states.COPYING: ("info", N_("is being moved")),
    states.VERIFYING: ("info", N_("is being verified")),
    states.DELTA: ("info", N_("final pass")),
    states.DONE: ("success", N_("moved")),
    states.FAILED: ("danger", N_("did not succeed")),
    states.CANCELLED: ("neutral", N_("cancelled")),
}
_FAILURES = {
    states.AUTH: N_("wrong password"), states.QUOTA: N_("mailbox full"), states.SERVER: N_("mail server"),
    states.PARTIAL: N_("some messages"),
}  # fmt: skip
_TABS = {
    "open": N_("At work"), "attention": N_("Needs attention"), "done": N_("Moved"), "cancelled": N_("Cancelled"),
}  # fmt: skip
_UNITS = (N_("bytes"), N_("kB"), N_("MB"), N_("GB"))
_STEP = 1000


def state(move: MailMove) -> tuple[str, str]:
    """Give level and words of the state of a move."""
    level, words = _STATES.get(move.state, ("neutral", move.state))
    if move.paused_at is not None and move.state in states.OPEN:
        return "warning", _("paused")
    return level, _(words)


def failure(move: MailMove) -> str:
    """Give why a move failed in two words, "" where it did not."""
    return _(_FAILURES[move.failure]) if move.failure in _FAILURES else ""


def fault(row: MailMove | MoveFolder) -> str:
    """Give the last error as a sentence, "" for none."""
    return str(said(row.detail, row.values))


def tab_title(name: str) -> str:
    """Give the title of a tab."""
    return str(_(_TABS[name]))


def size(number: int) -> str:
    """Give a number of bytes as people read it."""
    step, value = 0, float(number)
    while value >= _STEP and step < len(_UNITS) - 1:
        step, value = step + 1, value / _STEP
    shown = f"{value:.1f}" if step and value < 10 else f"{value:.0f}"  # noqa: PLR2004
    return f"{formats.digits(shown)} {_(_UNITS[step])}"


def minutes(seconds: int) -> str:
    """Give a time that is left, in minutes, one at least."""
    return str(_("%(minutes)s min", minutes=formats.digits(str(max(1, seconds // 60)))))


def folder(name: str) -> str:
    """Give the name of a folder as people read it."""
    return mail_folders.shown(name)
