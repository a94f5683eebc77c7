"""Ending the case of a person who has an account of this office already: extended, or told how to come in.

The words that say so go to the addresses of the account, which were proved when it was made. Another number that was
left with the case hears only that the check has ended. Source: mission S38, S51, §6 EXISTS_TEMPORARY, EXISTS_EXPIRED.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import writing
from backoffice.i18n import N_
from backoffice.models import Account, Case, Person, Registration
from backoffice.rules import account_states as states
from backoffice.rules.case_states import RESOLVED
from backoffice.rules.errors import RefusedError
from backoffice.rules.mismatch_offers import EXTENSIONS, Act
from backoffice.rules.profile_access import Access, access_of
from backoffice.services import account_acts, mismatch_account_words, profile_sessions
from backoffice.services.mismatch_work import Choice, check_reason, claimed, in_words, record
from backoffice.settings import Settings

NOT_OURS = N_("Our register has no account of this person.")
NOT_OPEN = N_("The account does not open as it is now, so nobody can be told to log in.")
STILL_OPEN = N_("The account is not over; it need not be extended.")
CHANGED_SINCE = N_("The account has changed since; what is left to do is done on its own page.")


@dataclass(frozen=True)
class Standing:
    """How an account stands now. ``why_not``: what stands against extending it, None where nothing does."""

    account: Account
    access: Access
    is_disabled: bool
    why_not: RefusedError | None

    @property
    def may_log_in(self) -> bool:
        """Whether its holder can come in: with the password, or in the days of grace with a code."""
        return self.access is not Access.NONE

    @property
    def may_extend(self) -> bool:
        """Whether it is over and can be valid again."""
        return self.why_not is None


def account_of(session: Session, attempt: Registration) -> Account | None:
    """Give the account of our register that the person of an attempt has, None for none that is not deleted."""
    own = sa.and_(Person.id_type == attempt.id_type, Person.national_code == attempt.national_code)
    mine = sa.or_(own, Person.id == attempt.person_id) if attempt.person_id else own
    living = sa.select(Account).join(Person, Person.id == Account.person_id).where(Account.state != states.PURGED)
    order = (Account.state != states.PERMANENT, Account.id.desc())
    return session.scalar(living.where(mine).order_by(*order).limit(1))


def standing_of(session: Session, attempt: Registration, settings: Settings) -> Standing | None:
    """Give the account that the person of an attempt has, None where our register has none that is not deleted."""
    account = account_of(session, attempt)
    return _standing(account, settings) if account else None


def extend(case_id: int, days: int, choice: Choice, *, actor: str, settings: Settings) -> None:
    """Let the account be valid for more days, close the case, and tell the person.

    Raises RefusedError where it cannot be extended or somebody was first, and then nothing is changed.
    """
    check_reason(choice, EXTENSIONS)
    with writing() as session:
        case, attempt = claimed(session, case_id, RESOLVED, Act.EXTEND, choice, actor)
        found = _there(session, attempt, settings)
        if found.why_not:
            raise found.why_not
        account = found.account
        before = {"state": account.state, "expires_at": _iso(account.expires_at), "extensions": account.extensions}
        account_acts.extend(account.id, days=days, reason=in_words(choice), actor=actor, settings=settings)
        after = {"state": account.state, "expires_at": _iso(account.expires_at), "extensions": account.extensions}
        told = mismatch_account_words.tell(Act.EXTEND, case, attempt, account, Access.FULL, actor, settings)
        case.effects = {"messages": told, "extended": {"account": account.id, "before": before, "after": after}}
        record(case, "extended", actor, choice, {"account": account.id, "days": days})


def tell_to_log_in(case_id: int, choice: Choice, *, actor: str, settings: Settings) -> None:
    """Close the case, for nothing was wrong, and tell the person how to come in or to recover the password.

    Raises RefusedError where the account does not open or somebody was first, and then nothing is changed.
    """
    with writing() as session:
        case, attempt = claimed(session, case_id, RESOLVED, Act.LOG_IN, choice, actor)
        found = _there(session, attempt, settings)
        if not found.may_log_in:
            raise RefusedError(NOT_OPEN)
        told = mismatch_account_words.tell(Act.LOG_IN, case, attempt, found.account, found.access, actor, settings)
        case.effects = {"messages": told}
        record(case, "told_to_log_in", actor, choice, {"account": found.account.id})


def take_back(session: Session, case: Case, why: str, actor: str) -> None:
    """Let an extension of this case not have been, in the caller's transaction.

    Raises RefusedError where the account went on since.
    """
    held = case.effects.get("extended")
    if not held:
        return
    account = account_acts.claimed(session, held["account"])
    now = {"state": account.state, "expires_at": _iso(account.expires_at), "extensions": account.extensions}
    if now != held["after"]:
        raise RefusedError(CHANGED_SINCE)
    before = held["before"]
    account_acts.take_back_extension(
        session, account, state=before["state"], expires_at=dt.datetime.fromisoformat(before["expires_at"]),
        reason=why, actor=actor,
    )  # fmt: skip


def _standing(account: Account, settings: Settings) -> Standing:
    access = access_of(account.state, account.expires_at, clock.now(), settings.policy.grace_days)
    is_disabled = profile_sessions.is_disabled(account)
    return Standing(
        account, Access.NONE if is_disabled else access, is_disabled, _why_not(account, access, settings)
    )  # fmt: skip


def _why_not(account: Account, access: Access, settings: Settings) -> RefusedError | None:
    if access is Access.FULL:
        return RefusedError(STILL_OPEN)
    return account_acts.why_not_extended(account, 1, settings)


def _there(session: Session, attempt: Registration, settings: Settings) -> Standing:
    """Give how the account stands, which nobody else changes until the transaction ends. Raises RefusedError."""
    account = account_of(session, attempt)
    if account is None:
        raise RefusedError(NOT_OURS)
    return _standing(account_acts.claimed(session, account.id), settings)


def _iso(moment: dt.datetime | None) -> str:
    return moment.isoformat() if moment else ""
