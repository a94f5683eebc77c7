"""States, numbers and reasons of mail moves in words."""

from backoffice import clock
from backoffice.i18n import N_, _
from backoffice.models import MailMove, MovedMessage, MoveFolder
from backoffice.rules import mail_dates, mail_folders
from backoffice.rules import mail_move_states as states
from backoffice.services import mail_move_bulk
from backoffice.services.mail_move_filter import ALL, PAUSED
from backoffice.services.mail_move_list import Row, said
from backoffice.views import formats

_LEVELS = {
    states.CREDENTIALS_NEEDED: "warning", states.DONE: "success", states.FAILED: "danger", states.CANCELLED: "neutral",
}  # fmt: skip
_TABS = {
    "open": N_("At work"), "attention": N_("Needs attention"), "done": N_("Moved"), "cancelled": N_("Cancelled"),
    ALL: N_("All"),
}  # fmt: skip
_SIZES = {
    "unknown": N_("not known yet"), "small": N_("below 10 MB"), "middle": N_("10 to 100 MB"),
    "large": N_("100 MB to 1 GB"), "huge": N_("1 GB and more"),
}  # fmt: skip
_ACTS = {
    mail_move_bulk.RETRY: N_("Try again"), mail_move_bulk.ASK: N_("Ask for their passwords again"),
    mail_move_bulk.PAUSE: N_("Pause"), mail_move_bulk.RESUME: N_("Go on"),
    mail_move_bulk.CANCEL: N_("Cancel the moves"),
}  # fmt: skip
_EFFECTS = {
    mail_move_bulk.RETRY: N_("Each is moved as soon as it is its turn; what is at the new server is not stored again."),
    mail_move_bulk.ASK: N_(
        "The password that does not work is erased. Each person gets an SMS and an e-mail, and finds the question in "
        "the profile. No SMS leaves at night."
    ),
    mail_move_bulk.PAUSE: N_("What is under way ends with the messages being sent just now; nothing is lost."),
    mail_move_bulk.RESUME: N_("Each goes on where it stopped."),
    mail_move_bulk.CANCEL: N_(
        "What has arrived at the new server stays there, and nothing changes at the old one. Passwords of old "
        "mailboxes are erased, so that without a master user a move can go on only after the person was asked again."
    ),
}  # fmt: skip
_UNITS = (N_("bytes"), N_("kB"), N_("MB"), N_("GB"))
_STEP = 1000
# So many minutes are said in hours.
_LONG = 120


def state(move: MailMove) -> tuple[str, str]:
    """Give level and words of the state of a move."""
    if move.paused_at is not None and move.state in states.OPEN:
        return "warning", state_title(PAUSED)
    return _LEVELS.get(move.state, "info"), state_title(move.state)


def state_title(name: str) -> str:
    """Give a state in words."""
    return str(_(states.PAUSED_WORDS if name == PAUSED else states.STATE_WORDS[name]))


def failure_title(name: str) -> str:
    """Give why a move can fail in two words."""
    return str(_(states.FAILURE_WORDS[name]))


def size_title(name: str) -> str:
    """Give the sizes of a filter in words."""
    return str(_(_SIZES[name]))


def failure(move: MailMove) -> str:
    """Give why a move failed in two words, "" where it did not."""
    return failure_title(move.failure) if move.failure else ""


def act_title(act: str) -> str:
    """Give what can be done with many moves."""
    return str(_(_ACTS[act]))


def effect(act: str) -> str:
    """Give what doing it means."""
    return str(_(_EFFECTS[act]))


def next_try(row: Row, opens_at: int | None) -> str:
    """Give when a move is worked on again, "" for one that is not; ``opens_at``: the hour from which mail moves."""
    if row.next_try is None or row.next_try > clock.now():
        return formats.jalali(row.next_try) if row.next_try else ""
    return str(_("in its turn")) if opens_at is None else str(_("from %(hour)s:00", hour=formats.digits(opens_at)))


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
    return f"{formats.digits(shown)}\u00a0{_(_UNITS[step])}"


def minutes(seconds: int) -> str:
    """Give a time that is left, in minutes (one at least) or hours."""
    whole = max(1, seconds // 60)
    if whole < _LONG:
        return str(_("%(minutes)s min", minutes=formats.digits(str(whole))))
    return str(_("%(hours)s h", hours=formats.digits(str(round(whole / 60)))))


def date(message: MovedMessage) -> str:
    """Give the date of a message as people read it; what is no date stays as the server wrote it."""
    moment = mail_dates.moment_of(message.date)
    return formats.jalali(moment) if moment else formats.ltr(message.date)


def folder(name: str) -> str:
    """Give the name of a folder as people read it."""
    return mail_folders.shown(name)
