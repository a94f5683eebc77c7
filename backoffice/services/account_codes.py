"""One-time codes for who names an account: to its mobile or recovery mail, without telling whether there is one.

Source: reliability.md §2 (a stranger learns of nobody); mission S38; issue 5.
"""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from backoffice.i18n import N_
from backoffice.models.message import MAIL, SMS
from backoffice.rules.errors import RefusedError
from backoffice.services import codes, holders, profile_sessions, rates
from backoffice.services.code_limits import DAY, HOUR
from backoffice.services.codes import TooManyError, TooSoonError
from backoffice.services.profile_sessions import Visitor
from backoffice.services.registrations import Applicant
from backoffice.settings import Settings

NO_MOBILE = N_("No mobile number is kept with this account, so no code can be sent. Please ask the support below.")
WAYS = (SMS, MAIL)
_HASH_LENGTH = 32


@dataclass(frozen=True)
class Asked:
    """Somebody named an account. ``subject``: whom the code is for, "" where none is needed any more.

    ``account_id``: 0 for nobody. ``hidden``: nothing else was proved, so nothing may tell whether there is anybody.
    ``way``: sms or mail.
    """

    account_id: int
    subject: str
    hidden: bool = False
    purpose: str = codes.LOGIN
    way: str = SMS


def ask(
    username: str, purpose: str, who: Applicant, settings: Settings, *, wanted: Callable[[Visitor], bool],
    way: str = SMS,
) -> Asked:  # fmt: skip
    """Send a code if the name is of an account that is ``wanted``; all goes on in the same way where there is none.

    Raises TooManyError, for names that exist no other than for others.
    """
    name, policy = holders.named(username, settings), settings.policy
    rates.count(f"profile:{purpose}", name, policy.codes_per_person_day, DAY)
    rates.count(f"profile:{purpose}:address", who.address, policy.codes_per_address_hour, HOUR)
    account_id = holders.account_named(name)
    visitor = profile_sessions.find(account_id, settings) if account_id else None
    subject = f"{purpose}:{way}:{hashlib.sha256(name.encode()).hexdigest()[:_HASH_LENGTH]}"
    known = visitor.account_id if visitor is not None and wanted(visitor) else 0
    asked = Asked(known, subject, hidden=True, purpose=purpose, way=way)
    send(asked, who, settings)
    return asked


def send(asked: Asked, who: Applicant, settings: Settings, *, again: bool = False) -> None:
    """Send a code; one that was sent a moment ago stays valid instead.

    ``again``: the person presses for another one, and is told (TooSoonError). Raises TooManyError, RefusedError.
    """
    visitor = profile_sessions.find(asked.account_id, settings) if asked.account_id else None
    target = _target(visitor, asked.way)
    if visitor is not None and not target and not asked.hidden:
        raise RefusedError(NO_MOBILE)
    silent: list[type[RefusedError]] = [] if again else [TooSoonError]
    # Said of the person's own numbers, this would tell that there is such a person.
    silent += [TooManyError] if asked.hidden else []
    with suppress(*silent):
        codes.issue(
            asked.purpose, asked.subject, mobile=target if asked.way == SMS else "",
            mail=target if asked.way == MAIL else "", person_key=visitor.person_key if visitor else asked.subject,
            address=who.address, language=who.language, settings=settings,
        )  # fmt: skip


def _target(visitor: Visitor | None, way: str) -> str:
    if visitor is None:
        return ""
    return visitor.mobile if way == SMS else visitor.personal_email
