"""How rows of an applied plan ended, and why others may not be applied, in words."""

from backoffice.i18n import N_, _
from backoffice.models import Operation
from backoffice.models.operation import ALREADY, FAILED, MADE, PARKED, STALE
from backoffice.services.appliable import Bar
from backoffice.services.run_results import NOT_UNDONE, UNDER_WAY, UNDOING, UNDONE, HowFar
from backoffice.views.sentences import number, sentence

OUTCOMES: dict[str, tuple[str, str]] = {
    UNDER_WAY: ("info", N_("under way")),
    MADE: ("success", N_("done")),
    ALREADY: ("neutral", N_("was so already")),
    STALE: ("warning", N_("changed since the plan")),
    FAILED: ("danger", N_("refused by the directory")),
    PARKED: ("danger", N_("given up")),
    UNDOING: ("info", N_("being taken back")),
    UNDONE: ("neutral", N_("taken back")),
    NOT_UNDONE: ("warning", N_("not taken back")),
}
HOW_FAR = N_("%(done)s of %(total)s have ended")
BARS: dict[str, str] = {
    Bar.HELD: N_("held"),
    Bar.REPORT: N_("only reported"),
    Bar.BUDGET: N_("too many in 7 days"),
}


def outcome_title(outcome: str) -> str:
    """Give the words for how a row ended."""
    return _(OUTCOMES[outcome][1]) if outcome in OUTCOMES else outcome


def outcome_level(outcome: str) -> str:
    """Give the colour level of an outcome; colour never says it alone."""
    return OUTCOMES[outcome][0] if outcome in OUTCOMES else "neutral"


def bar_title(bar: str) -> str:
    """Give the words for why a row may not be applied now."""
    return str(_(BARS[bar]))


def how_far(found: HowFar) -> str:
    """Say how many of the rows in the queue have ended, and why the others wait."""
    ended = str(_(HOW_FAR, done=number(found.finished), total=number(found.begun)))
    return f"{ended}. {sentence(found.waits)}" if found.waits else ended


def detail(operation: Operation) -> str:
    """Give the sentence an operation ended with, "" for none."""
    return sentence({"message": operation.detail, "params": operation.values}) if operation.detail else ""
