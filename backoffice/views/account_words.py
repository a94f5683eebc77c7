"""States, acts and results of accounts in words."""

from backoffice.i18n import N_, _
from backoffice.models import Operation
from backoffice.models.operation import ALREADY, FAILED, MADE, PARKED, STALE
from backoffice.rules import account_states as states
from backoffice.services import account_bulk
from backoffice.services.account_list import Line

_STAGES = {
    states.CREATING: ("info", N_("is being made")),
    states.TEMPORARY: ("success", N_("valid")),
    states.EXPIRED: ("warning", N_("over")),
    states.LOCKED: ("danger", N_("is locked")),
    states.PERMANENT: ("success", N_("permanent")),
    states.PURGING: ("warning", N_("is being deleted")),
    states.PURGED: ("neutral", N_("removed")),
}
_ACTS = {
    account_bulk.REMIND: N_("Remind"), account_bulk.EXTEND: N_("Extend"), account_bulk.LOCK: N_("Lock"),
    account_bulk.PURGE: N_("Delete for good"), account_bulk.KEEP: N_("Keep"),
}  # fmt: skip
_ENDED = {
    MADE: ("success", N_("done")), ALREADY: ("success", N_("was so already")),
    STALE: ("neutral", N_("replaced by a later act")), FAILED: ("danger", N_("refused")),
    PARKED: ("danger", N_("given up")),
}  # fmt: skip
_UNDER_WAY, _STUCK = ("info", N_("under way")), ("danger", N_("could not be done"))


def stage(line: Line) -> tuple[str, str]:
    """Give level and words of the stage of an account."""
    if line.account.state == states.CREATING and line.is_stuck:
        return _STUCK[0], _("could not be made")
    return stage_of(line.account.state)


def stage_of(state: str) -> tuple[str, str]:
    """Give level and words of a state."""
    level, words = _STAGES.get(state, ("neutral", state))
    return level, _(words)


def follow_up(line: Line) -> tuple[str, str] | None:
    """Give level and words of what the directory has still to do, None where it is as the desk wants it."""
    if line.account.state == states.CREATING:
        return None
    found = _STUCK if line.is_stuck else _UNDER_WAY if line.is_under_way else None
    return (found[0], _(found[1])) if found else None


def result(operation: Operation) -> tuple[str, str]:
    """Give level and words of how an operation ended, or that it is under way."""
    level, words = _ENDED.get(operation.outcome, _UNDER_WAY)
    return level, _(words)


def stage_title(state: str) -> str:
    """Give the words of a state."""
    return _(_STAGES[state][1]) if state in _STAGES else state


def act_title(act: str) -> str:
    """Give the name of an act on many accounts."""
    return _(_ACTS[act]) if act in _ACTS else act
