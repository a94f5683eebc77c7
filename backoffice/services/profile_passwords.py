"""A new password for the own account: with the old one, or after a proof that the account is one's own.

Only a hash leaves the web process, sealed, in an operation; every other session of the account ends at once.
Source: mission S35; reliability.md §2, §4.
"""

from backoffice import clock
from backoffice.extensions import writing
from backoffice.i18n import N_
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import InvalidFieldsError, Sent, only
from backoffice.rules.password_rules import NOT_EQUAL
from backoffice.services import (
    account_acts,
    account_password,
    audit,
    chosen_passwords,
    holder_notices,
    holders,
    profile_sessions,
    sessions,
    throttle,
)  # fmt: skip
from backoffice.services.message_texts import PASSWORD_CHANGED
from backoffice.services.profile_sessions import Visitor
from backoffice.services.registration_identity import OutageError
from backoffice.services.sentences import moment_of
from backoffice.settings import Settings

WRONG_CURRENT = N_("The current password is not right.")
CHANGED, RECOVERED = "changed", "recovered"


def change(visitor: Visitor, sent: Sent, *, token: str, address: str, settings: Settings) -> None:
    """Change the password of somebody who types the current one; this session (``token``) goes on.

    Raises InvalidFieldsError, TooManyTriesError, OutageError (then the try is not counted), SealError.
    """
    current = only(sent.get("current", ()))
    new = checked(visitor, sent, settings)
    key = profile_sessions.throttle_key(visitor.username)
    throttle.count_try(key, address)
    try:
        is_right = bool(current) and holders.opens(visitor.account_id, current, settings)
    except OutageError:
        throttle.give_back(key, address)
        raise
    if not is_right:
        raise InvalidFieldsError({"current": RefusedError(WRONG_CURRENT)})
    throttle.succeeded(key, address)
    _queue(visitor, new, CHANGED, settings, but=token)


def set_recovered(visitor: Visitor, sent: Sent, settings: Settings) -> None:
    """Set the password of somebody who proved to be the holder; every session ends. Raises as ``change`` does."""
    new = checked(visitor, sent, settings)
    _queue(visitor, new, RECOVERED, settings)
    throttle.forget(profile_sessions.throttle_key(visitor.username))


def checked(visitor: Visitor, sent: Sent, settings: Settings) -> str:
    """Give the new password. Raises InvalidFieldsError with the rule it breaks."""
    new, again = only(sent.get("password", ())), only(sent.get("password_repeat", ()))
    if new != again:
        raise InvalidFieldsError({"password_repeat": RefusedError(NOT_EQUAL)})
    names = visitor.latin_first_name, visitor.latin_last_name
    own = [*chosen_passwords.own_words(visitor.national_code, visitor.mobile, *names), visitor.username]
    try:
        chosen_passwords.check(new, own, settings)
    except RefusedError as fault:
        raise InvalidFieldsError({"password": fault}) from None
    return new


def _queue(visitor: Visitor, new: str, how: str, settings: Settings, *, but: str = "") -> None:
    hashed = chosen_passwords.hashed(new)
    with writing() as session:
        account = account_acts.claimed(session, visitor.account_id)
        operation_id = account_password.queue(session, account, hashed, visitor.actor, settings)
        sessions.end_all_of_account(account.id, but=but)
        moment = moment_of(clock.now(), account.language, settings.timezone)
        holder_notices.tell(account, PASSWORD_CHANGED, visitor.actor, settings, {"moment": moment})
        after = {"operation": operation_id}
        audit.record(f"profile:password:{how}", visitor.actor, actor=visitor.actor, after=after)
