"""How many codes may be asked for: the clock between two of them, and the numbers a day and an hour.

Source: mission S11; reliability.md §4; contract.md "Settings" (login codes do not use up those of registrations).
"""

import datetime as dt
import logging

from backoffice.services import audit, rates
from backoffice.services.code_errors import TooSoonError
from backoffice.services.rates import TooManyError
from backoffice.settings import Settings

APPLICANT = "applicant"
# Who forgets a password or is logged in uses up nothing of what registrations need.
LOGIN, RECOVER = "login", "recover"
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
_RESEND = "codes:resend"
FAILURES, ALL = "codes:failures", "all"
ALARM = 200
_log = logging.getLogger(__name__)


def start_resend_clock(purpose: str, subject: str, settings: Settings) -> dt.datetime:
    """Give when the next code can be asked for. Raises TooSoonError; of parallel ones a single one gets through."""
    pause = dt.timedelta(seconds=settings.policy.resend_seconds)
    try:
        return rates.count(_RESEND, _resend_key(purpose, subject), 1, pause)
    except TooManyError as fault:
        raise TooSoonError(fault.until) from None


def end_resend_clock(purpose: str, subject: str) -> None:
    """Let who logged in with a code have another one at once, in the caller's transaction: the used one is void."""
    if purpose == LOGIN:
        rates.forget(_RESEND, _resend_key(purpose, subject))


def count_code(purpose: str, person_key: str, mobile: str, address: str, settings: Settings) -> None:
    """Count one code that somebody asks for. Raises TooManyError."""
    policy, group = settings.policy, _group(purpose)
    rates.count(f"{group}:person", person_key, policy.codes_per_person_day, DAY)
    count_mobile(purpose, mobile, settings)
    rates.count(f"{group}:address", address, policy.codes_per_address_hour, HOUR)


def count_mobile(purpose: str, mobile: str, settings: Settings) -> None:
    """Count one code to a mobile: nobody's telephone is flooded, whoever asks. Raises TooManyError."""
    if mobile:
        rates.count(f"{_group(purpose)}:mobile", mobile, settings.policy.codes_per_mobile_day, DAY)


def note_failure() -> None:
    """Count one wrong code; too many in an hour over all are an alarm, once in that hour."""
    number, _until = rates.add(FAILURES, ALL, HOUR)
    if number == ALARM:
        _log.warning("%d wrong codes within an hour", number)
        audit.record("codes:alarm:raised", "codes", actor="system", after={"failures": number})


def failures() -> int:
    """Give how many wrong codes there were in the running hour over all."""
    return rates.so_far(FAILURES, ALL)


def _resend_key(purpose: str, subject: str) -> str:
    return f"{purpose}\0{subject}"


def _group(purpose: str) -> str:
    return f"codes:{purpose}" if purpose in (LOGIN, RECOVER) else "codes"
