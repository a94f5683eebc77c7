"""Logging in to the profile: user name and password, then a code by SMS; an expired account by the code alone.

Every failure is one sentence, whoever it is; an outage is a sentence of its own. Source: mission S17, S38, S42;
reliability.md §2, §4; contract.md "Pages".
"""

import hashlib
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy.orm import Session

from backoffice.i18n import N_
from backoffice.rules.errors import RefusedError
from backoffice.rules.profile_access import Access
from backoffice.services import codes, holders, profile_sessions, rates, throttle
from backoffice.services.code_limits import DAY, HOUR
from backoffice.services.codes import TooManyError, TooSoonError
from backoffice.services.logins import WrongLoginError
from backoffice.services.registration_identity import OutageError
from backoffice.services.registrations import Applicant
from backoffice.settings import Settings

NO_MOBILE = N_("No mobile number is kept with this account, so no code can be sent. Please ask the support below.")
_HASH_LENGTH = 40


@dataclass(frozen=True)
class Asked:
    """Somebody named an account. ``subject``: whom the code is for, "" where none is needed any more.

    ``account_id``: 0 for nobody. ``by_code``: no password was asked for, so nothing may tell whether there is anybody.
    """

    account_id: int
    subject: str
    by_code: bool = False


def check_password(username: str, password: str, who: Applicant, settings: Settings) -> Asked:
    """Try name and password, and send a code where one is needed.

    Raises WrongLoginError, TooManyTriesError, OutageError (then the try is not counted), and what is the matter with
    sending a code (TooManyError, RefusedError without a mobile).
    """
    name = holders.named(username, settings)
    key = profile_sessions.throttle_key(name)
    throttle.count_try(key, who.address)
    account_id = holders.account_named(name)
    try:
        is_open = holders.opens(account_id, password, settings)
    except OutageError:
        throttle.give_back(key, who.address)
        raise
    visitor = profile_sessions.find(account_id, settings) if account_id and is_open else None
    if visitor is None:
        raise WrongLoginError
    if not settings.policy.second_factor and visitor.access is Access.FULL:
        return Asked(visitor.account_id, "")
    asked = Asked(visitor.account_id, visitor.actor)
    send_code(asked, who, settings)
    return asked


def ask_code_alone(username: str, who: Applicant, settings: Settings) -> Asked:
    """Send a code to the mobile of an account that has expired, if the name is of one whose grace time runs.

    All goes on in the same way where there is none. Raises TooManyError, for names that exist no other than for others.
    """
    name = holders.named(username, settings)
    policy = settings.policy
    rates.count("profile:expired", name, policy.codes_per_person_day, DAY)
    rates.count("profile:expired:address", who.address, policy.codes_per_address_hour, HOUR)
    account_id = holders.account_named(name)
    visitor = profile_sessions.find(account_id, settings) if account_id else None
    is_late = visitor is not None and visitor.access is Access.GRACE
    subject = f"expired:{hashlib.sha256(name.encode()).hexdigest()[:_HASH_LENGTH]}"
    asked = Asked(visitor.account_id if visitor and is_late else 0, subject, by_code=True)
    send_code(asked, who, settings)
    return asked


def send_code(asked: Asked, who: Applicant, settings: Settings, *, again: bool = False) -> None:
    """Send a code; one that was sent a moment ago stays valid instead.

    ``again``: the person presses for another one, and is told (TooSoonError). Raises TooManyError, RefusedError.
    """
    visitor = profile_sessions.find(asked.account_id, settings) if asked.account_id else None
    if visitor is not None and not visitor.mobile:
        if not asked.by_code:
            raise RefusedError(NO_MOBILE)
        visitor = None
    silent: list[type[RefusedError]] = [] if again else [TooSoonError]
    # Said of the person's own numbers, this would tell that there is such a person.
    silent += [TooManyError] if asked.by_code else []
    with suppress(*silent):
        codes.issue(
            codes.LOGIN, asked.subject, mobile=visitor.mobile if visitor else "",
            person_key=visitor.person_key if visitor else asked.subject, address=who.address, language=who.language,
            settings=settings,
        )  # fmt: skip


def prove(asked: Asked, typed: str, who: Applicant, settings: Settings) -> str:
    """Take the code and open the session; give its token. Raises what ``codes.check`` raises, and WrongLoginError."""
    tokens: list[str] = []
    how = profile_sessions.CODE if asked.by_code else profile_sessions.PASSWORD

    def then(_session: Session) -> None:
        tokens.append(entered(asked.account_id, how, who, settings))

    codes.check(codes.LOGIN, asked.subject, typed, settings, then=then)
    return tokens[0]


def entered(account_id: int, how: str, who: Applicant, settings: Settings) -> str:
    """Open the session of somebody who proved everything; give its token. Raises WrongLoginError."""
    token = profile_sessions.enter(account_id, how, who.address, settings) if account_id else ""
    if not token:
        raise WrongLoginError
    return token
