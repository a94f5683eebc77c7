"""What a refused person who has an account hears when the case ends, and where. Source: mission S51; glossary.md."""

import datetime as dt

from backoffice import clock
from backoffice.models import Account, Case, Registration
from backoffice.models.message import SMS
from backoffice.rules import jalali, mobile
from backoffice.rules.account_states import PERMANENT
from backoffice.rules.deadlines import day_of, extended
from backoffice.rules.mismatch_offers import Act
from backoffice.rules.profile_access import Access
from backoffice.services import holder_notices, mismatch_messages
from backoffice.services.message_texts import ACCOUNT_EXISTS, ACCOUNT_EXTENDED, ACCOUNT_OVER, words
from backoffice.settings import Settings


def tell(
    act: Act, case: Case, attempt: Registration, account: Account, access: Access, actor: str, settings: Settings
) -> list[int]:
    """Queue what the person is told, in the caller's transaction; give the ids of the messages."""
    told = tell_holder(act, account, access, actor, settings)
    if is_elsewhere(case, account):
        more = mismatch_messages.tell(mismatch_messages.ENDED, case, attempt, actor=actor, settings=settings)
        told += [more] if more else []
    return told


def tell_holder(act: Act, account: Account, access: Access, actor: str, settings: Settings) -> list[int]:
    """Queue what is said to the addresses of the account, in the caller's transaction; give the ids of the messages."""
    return holder_notices.tell(account, _template(act, access), actor, settings, _params(account, settings))


def preview(act: Act, account: Account, access: Access, settings: Settings, date: str) -> str:
    """Give the SMS before it is sent. ``date``: stands where the new end will be."""
    params = _params(account, settings) | ({"date": date} if act == Act.EXTEND else {})
    said = holder_notices.params_of(account, settings, params)
    return words(_template(act, access), SMS, account.language, said).text


def ends(account: Account, days: int, settings: Settings) -> dt.datetime:
    """Give the end that an extension by so many days would bring."""
    assert account.expires_at is not None
    return extended(account.expires_at, clock.now(), days, settings.timezone)


def end_in_words(moment: dt.datetime, account: Account, settings: Settings) -> str:
    """Give an end as the message says it."""
    return jalali.shown(day_of(moment, settings.timezone), account.language)


def is_elsewhere(case: Case, account: Account) -> bool:
    """Say whether the number left with the case is not the one of the account."""
    left = case.contact_mobile
    return bool(left) and mobile.canonical(left) != mobile.canonical(account.mobile)


def _template(act: Act, access: Access) -> str:
    if act == Act.EXTEND:
        return ACCOUNT_EXTENDED
    return ACCOUNT_OVER if access is Access.GRACE else ACCOUNT_EXISTS


def _params(account: Account, settings: Settings) -> dict[str, str]:
    """Give the ends, "" for an account without one; the user name of a temporary account is the national code."""
    profile = f"{settings.url}/profile"
    places = {"recover": f"{profile}/recover", "by_code": f"{profile}/login?expired=1"}
    named = {"username": account.username if account.state == PERMANENT else ""}
    if account.expires_at is None:
        return {**places, **named, "date": "", "until": ""}
    grace_ends = account.expires_at + dt.timedelta(days=settings.policy.grace_days)
    return {
        **places, **named, "date": end_in_words(account.expires_at, account, settings),
        "until": end_in_words(grace_ends, account, settings),
    }  # fmt: skip
