"""What is said to a verified caller about a refused registration: what the decisions do, and nothing more.

Source: mission §6; glossary.md "say to the caller".
"""

from backoffice.i18n import N_, _
from backoffice.rules import account_states as states
from backoffice.rules import identity_causes as c
from backoffice.rules.profile_access import Access
from backoffice.services.mismatch_account import Standing

_RECOVER = N_("You have an account already; we send you the link to recover it.")
_EXTEND = N_("You have an account already whose time is over; we extend it and send you the link to recover it.")
_BY_CODE = N_(
    "You have an account already whose time is over; you can still come in with a one-time code and ask for the "
    "permanent account, and we send you the address."
)
_CLOSED = N_("You have an account already, but it cannot be opened now; the software office sees to it.")
_LINK = N_(
    "You have an account already. We send you a code that you read out to us, and then that account counts for you; "
    "you log in with its user name and password as before."
)
_ORPHAN = N_("There is an account with your national code already; the software office finds out whether it is yours.")
_SAID: dict[str, str] = {
    c.NC_INVALID: N_("The national code is not right; please read it again from your card."),
    c.NC_NOT_IN_HR: N_(
        "Your name is not in HR's file yet; with the next file it is checked by itself, and you get an SMS."
    ),
    c.NAME_DIFFERS: N_("HR has your name written differently; we see to it that it is corrected."),
    c.FATHER_DIFFERS: N_("HR has your father's name written differently; we see to it that it is corrected."),
    c.BIRTHDATE_DIFFERS: N_("HR has another birth date for you; we see to it that it is corrected."),
    c.CIVIL_DIFFERS: N_(
        "Your details differ from the civil registry. Please compare them with your identity card; if the card is "
        "right, have them corrected at the registry office, then register again."
    ),
    c.DUPLICATE_IN_HR: N_("HR has your details twice and differently; we see to it that they are corrected."),
    c.HR_INACTIVE: N_("According to HR's file you do not work here at present; please ask HR."),
    c.FOREIGN_ID: N_("Registering with a foreign code is not possible here yet."),
    c.SERVICE_DOWN: N_("The fault lies with the inquiry service, not with you."),
    c.EXISTS_STAFF: _LINK, c.EXISTS_STUDENT: _LINK, c.EXISTS_ORPHAN: _ORPHAN,
}  # fmt: skip


def to_caller(cause: str, standing: Standing | None) -> str:
    """Give the sentence for a cause. ``standing``: the account of our register that the person has, if any."""
    if cause in (c.EXISTS_TEMPORARY, c.EXISTS_EXPIRED) or (cause == c.EXISTS_STAFF and _opens(standing)):
        return str(_(_of_account(standing)))
    return str(_(_SAID[cause])) if cause in _SAID else ""


def _opens(standing: Standing | None) -> bool:
    return standing is not None and standing.may_log_in


def _of_account(standing: Standing | None) -> str:
    if standing is None or standing.account.state in (states.LOCKED, states.CREATING, states.PURGING):
        return _CLOSED
    if standing.access is Access.FULL:
        return _RECOVER
    if standing.may_extend:
        return _EXTEND
    return _BY_CODE if standing.access is Access.GRACE else _CLOSED
