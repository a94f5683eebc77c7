"""Logging in to the profile: user name and password, then a code by SMS; an expired account by the code alone.

Every failure is one sentence, whoever it is; an outage is a sentence of its own. Source: mission S17, S38, S42;
reliability.md §2, §4; contract.md "Pages".
"""

from sqlalchemy.orm import Session

from backoffice.rules.profile_access import Access
from backoffice.services import account_codes, codes, holders, profile_sessions, throttle
from backoffice.services.account_codes import Asked
from backoffice.services.logins import WrongLoginError
from backoffice.services.registration_identity import OutageError
from backoffice.services.registrations import Applicant
from backoffice.settings import Settings


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
    account_codes.send(asked, who, settings)
    return asked


def ask_code_alone(username: str, who: Applicant, settings: Settings) -> Asked:
    """Send a code to the mobile of an account that has expired, if the name is of one whose grace time runs."""
    return account_codes.ask(
        username, codes.LOGIN, who, settings, wanted=lambda visitor: visitor.access is Access.GRACE
    )  # fmt: skip


def prove(asked: Asked, typed: str, who: Applicant, settings: Settings) -> str:
    """Take the code and open the session; give its token. Raises what ``codes.check`` raises, and WrongLoginError."""
    tokens: list[str] = []
    how = profile_sessions.CODE if asked.hidden else profile_sessions.PASSWORD

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
