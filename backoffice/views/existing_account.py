"""The account that a refused person has already: how it stands, what can be done with it, and what cannot."""

import datetime as dt
from typing import NamedTuple

from backoffice.i18n import N_, _
from backoffice.models import Account, Case, Registration
from backoffice.rules import account_states as states
from backoffice.rules import identity_causes as c
from backoffice.rules.deadlines import MOST_EXTENSIONS
from backoffice.rules.mismatch_offers import EXISTING, Act, extension_days
from backoffice.rules.profile_access import Access
from backoffice.rules.purging import AFTER
from backoffice.services import account_acts, mismatch_account_words, mismatch_holder, mismatch_messages
from backoffice.services.mismatch_account import Standing
from backoffice.settings import Settings
from backoffice.views import account_words
from backoffice.views.formats import digits, jalali_text

_OF_STATE = {
    states.LOCKED: N_(
        "The account is locked. Unlock it on its own page first; then this case offers what is left to do."
    ),
    states.CREATING: N_("The account is still being made; its own page says how far it is."),
    states.PURGING: N_(
        "The account is being deleted. Once it is gone, check this case again: the person can register anew."
    ),
}
_DISABLED = N_("Reconciliation has disabled the entry, so nobody can log in; undo that change first.")
_USED_UP = N_("It has been extended %(most)s times already and cannot be extended again.")
_GRACE = N_("Until %(day)s the person can come in with a one-time code and ask for the permanent account.")
_AFTER_ALL = N_(
    "The days of grace are over too. From %(day)s on it can be deleted on its own page; then the person can register "
    "anew."
)
_DELETED = N_("The account has been deleted since. Check the case again: the person can register anew.")
_UNKNOWN = N_(
    "Our register does not know the account, only the directory has it; so it can be neither extended nor recovered "
    "here. It was made elsewhere: take it in from the other registration site, then check the case again."
)
_DAY = "%Y/%m/%d"


class Shown(NamedTuple):
    """What the page says of the account.

    ``stage``: level and words; ``why``: what stands against coming in; ``ended``: the SMS to another number that was
    left with the case.
    """

    account: Account
    stage: tuple[str, str]
    extended: str
    why: str
    is_elsewhere: bool
    ended: str
    ends: list[tuple[int, dt.datetime, str]]


def shown(case: Case, attempt: Registration | None, standing: Standing | None, settings: Settings) -> Shown | None:
    """Give the account for the page, None where our register has none."""
    if attempt is None or standing is None:
        return None
    account = standing.account
    ends = [(days, mismatch_account_words.ends(account, days, settings)) for days in _days(standing, settings)]
    return Shown(
        account, _stage(standing), _(
            "%(count)s of %(most)s times", count=digits(account.extensions), most=digits(MOST_EXTENSIONS)
        ),
        why(standing, settings), mismatch_account_words.is_elsewhere(case, account),
        mismatch_messages.preview(mismatch_messages.ENDED, attempt, settings),
        [(days, end, mismatch_account_words.end_in_words(end, account, settings)) for days, end in ends],
    )  # fmt: skip


def concerns(attempt: Registration) -> bool:
    """Say whether an attempt was refused for an account, among other things."""
    return bool(EXISTING & {*attempt.causes}) and not mismatch_holder.is_holder(attempt)


def why(standing: Standing, settings: Settings) -> str:
    """Say why the account cannot be extended and what is left, "" where it can or need not."""
    account, fault = standing.account, standing.why_not
    if account.state in _OF_STATE:
        return str(_(_OF_STATE[account.state]))
    if standing.is_disabled:
        return str(_(_DISABLED))
    if fault is None or fault.message != account_acts.EXTENDED_ENOUGH or account.expires_at is None:
        return ""
    used_up, end = _(_USED_UP, most=digits(MOST_EXTENSIONS)), account.expires_at
    if standing.access is Access.GRACE:
        return f"{used_up} {_(_GRACE, day=_day(end + dt.timedelta(days=settings.policy.grace_days)))}"
    return f"{used_up} {_(_AFTER_ALL, day=_day(end + AFTER))}"


def why_none(attempt: Registration) -> str:
    """Say why there is no account to go on with, "" where the cause is none of a temporary account."""
    if not {c.EXISTS_TEMPORARY, c.EXISTS_EXPIRED} & {*attempt.causes}:
        return ""
    was_ours = (attempt.evidence.get("register") or {}).get("accounts")
    return str(_(_DELETED if was_ours else _UNKNOWN))


def previews(standing: Standing, settings: Settings, place: str) -> dict[str, str]:
    """Give the SMS of each decision about the account; ``place``: what stands where the new end will be."""
    acts = {Act.EXTEND: standing.may_extend, Act.LOG_IN: standing.may_log_in}
    return {
        act: mismatch_account_words.preview(act, standing.account, standing.access, settings, place)
        for act, is_offered in acts.items()
        if is_offered
    }


def _days(standing: Standing, settings: Settings) -> tuple[int, ...]:
    return extension_days(settings.policy.extension_days) if standing.may_extend else ()


def _stage(standing: Standing) -> tuple[str, str]:
    state = standing.account.state
    is_over = state == states.TEMPORARY and standing.access is not Access.FULL and not standing.is_disabled
    return account_words.stage_of(states.EXPIRED if is_over else state)


def _day(moment: dt.datetime) -> str:
    return jalali_text(moment, _DAY)
