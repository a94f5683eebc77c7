"""How many codes may be asked for: the clock between two of them, and the numbers a day and an hour.

Source: mission S11; reliability.md §4; contract.md "Settings" (login codes do not use up those of registrations).
"""

import datetime as dt
import logging
from collections.abc import Sequence

from backoffice.services import audit, rates
from backoffice.services.code_errors import TooSoonError
from backoffice.services.rates import Limit, TooManyError
from backoffice.settings import Settings

APPLICANT = "applicant"
# Who forgets a password or is logged in uses up nothing of what registrations need.
LOGIN, RECOVER = "login", "recover"
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
_RESEND = "codes:resend"
FAILURES, ALL = "codes:failures", "all"
ALARM = 200
_log = logging.getLogger(__name__)


def count_code(
    purpose: str, subject: str, *, person_key: str, to: str, address: str, settings: Settings
) -> dt.datetime:
    """Count one code that somebody asks for; give when the next one can be asked for.

    ``to``: the mobile or mail address it goes to, if there is one. Raises TooSoonError, TooManyError; of parallel ones
    a single one gets through.
    """
    policy, group = settings.policy, _group(purpose)
    return _counted([
        _resend(purpose, subject, settings),
        Limit(f"{group}:person", person_key, policy.codes_per_person_day, DAY),
        *_to(purpose, to, settings),
        Limit(f"{group}:address", address, policy.codes_per_address_hour, HOUR),
    ])  # fmt: skip


def count_code_of_desk(purpose: str, subject: str, *, to: str, settings: Settings) -> dt.datetime:
    """Count one code that the desk sends: it uses up nothing of the person's and the address's numbers."""
    return _counted([_resend(purpose, subject, settings), *_to(purpose, to, settings)])


def _counted(limits: Sequence[Limit]) -> dt.datetime:
    try:
        return rates.count_all(limits)
    except TooManyError as fault:
        if fault.kind == _RESEND:
            raise TooSoonError(fault.until) from None
        raise


def _resend(purpose: str, subject: str, settings: Settings) -> Limit:
    pause = dt.timedelta(seconds=settings.policy.resend_seconds)
    return Limit(_RESEND, _resend_key(purpose, subject), 1, pause)


def _to(purpose: str, to: str, settings: Settings) -> list[Limit]:
    """Nobody's telephone is flooded, whoever asks."""
    return [Limit(f"{_group(purpose)}:mobile", to, settings.policy.codes_per_mobile_day, DAY)] if to else []


def end_resend_clock(purpose: str, subject: str) -> None:
    """Let who logged in with a code have another one at once, in the caller's transaction: the used one is void."""
    if purpose == LOGIN:
        rates.forget(_RESEND, _resend_key(purpose, subject))


def note_failure() -> None:
    """Count one wrong code; too many in an hour over all are an alarm, once in that hour."""
    number = rates.add(FAILURES, ALL, HOUR)
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
