"""A forgotten password: a code to the mobile or the recovery mail, then a new one. Source: mission S7; issue 5.

No account is ever confirmed to a stranger: for a name that nobody has, all goes on as usual and nothing leaves.
"""

from backoffice.services import account_codes, codes, profile_sessions
from backoffice.services.account_codes import Asked
from backoffice.services.code_errors import ExpiredCodeError
from backoffice.services.profile_sessions import Visitor
from backoffice.services.registrations import Applicant
from backoffice.settings import Settings


def ask(username: str, way: str, who: Applicant, settings: Settings) -> Asked:
    """Send a code by ``way`` (see account_codes.WAYS), if there is such an account. Raises TooManyError."""
    return account_codes.ask(username, codes.RECOVER, who, settings, wanted=lambda _visitor: True, way=way)


def prove(asked: Asked, typed: str, settings: Settings) -> None:
    """Take the code. Raises what ``codes.check`` raises."""
    codes.check(asked.purpose, asked.subject, typed, settings)
    if holder(asked, settings) is None:
        raise ExpiredCodeError


def holder(asked: Asked, settings: Settings) -> Visitor | None:
    """Give whose account it is, None where it is not open any more."""
    return profile_sessions.find(asked.account_id, settings) if asked.account_id else None
