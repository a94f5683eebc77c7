"""Following a registration by its tracking code and a code to the number that was left. Source: mission S40, S53.

Nothing here tells whether a tracking code exists: for one that does not, all goes on as usual and no message leaves.
"""

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import Case, Registration
from backoffice.rules import case_states, mismatch_offers
from backoffice.rules import registration_states as states
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import EMPTY
from backoffice.rules.mismatch_offers import Act
from backoffice.rules.text import fold_digits
from backoffice.rules.working_days import due
from backoffice.services import codes, continuation, holidays, mismatches, rates
from backoffice.services.codes import TooManyError
from backoffice.services.registrations import Applicant
from backoffice.settings import Settings

MALFORMED = N_("A tracking code has eight letters and digits, like 7KQ2-M9XD.")
WORKING_DAYS = 2
IT, HR, PERSON, SERVICE, NOBODY = "it", "hr", "person", "service", ""
REFUSED, REPAIRED, UNFINISHED, MAKING, READY, LEFT = "refused", "repaired", "unfinished", "making", "ready", "left"
WAITING, UNANSWERED = "waiting", "unanswered"
EXISTS, LINKED, OVER = "exists", "linked", "over"
_NOISE = re.compile(r"[\s\-\u2010-\u2015\u200b-\u200f\u202a-\u202e\u2060-\u2069_.]+")
_CODE = re.compile(r"[0-9A-Z]{8}", re.ASCII)
_DAY, _HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
_OF_CASE = {
    case_states.NEW: IT, case_states.TRIAGE: IT, case_states.NEEDS_INFO: IT, case_states.WAITING_HR: HR,
    case_states.WAITING_PERSON: PERSON,
}  # fmt: skip
_OF_REGISTRATION = {
    states.TEMPORARY: READY, states.LINKED: READY, states.OTP_VERIFIED: MAKING, states.FAILED: MAKING,
    states.ABANDONED: LEFT,
}  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """How a registration stands. ``what``: see the names above; ``waits_for``: it, hr, person, service or "".

    ``due``: the day the answer is expected by, None where that has passed or nothing is awaited. ``has_link``: a link
    to go on was sent to the number on record and is good.
    """

    tracking_code: str
    what: str
    waits_for: str
    since: dt.datetime
    due: dt.date | None = None
    has_link: bool = False


def read_code(typed: str) -> str:
    """Give a tracking code in its one form. Raises RefusedError for what cannot be one."""
    if not typed.strip():
        raise RefusedError(EMPTY)
    code = _NOISE.sub("", fold_digits(typed)).upper()
    if not _CODE.fullmatch(code):
        raise RefusedError(MALFORMED)
    return f"{code[:4]}-{code[4:]}"


def ask(code: str, who: Applicant, settings: Settings) -> None:
    """Send a code to the number that was left with this tracking code, if there is one.

    Raises TooSoonError and TooManyError, for codes that exist no other than for others.
    """
    policy = settings.policy
    with writing():
        rates.count("status:code", code, policy.codes_per_person_day, _DAY)
        rates.count("status:address", who.address, policy.codes_per_address_hour, _HOUR)
        mobile, person_key = _number(code)
        try:
            codes.issue(
                codes.STATUS, code, mobile=mobile, person_key=person_key, address=who.address, language=who.language,
                settings=settings,
            )  # fmt: skip
        except TooManyError:
            # Said of the person's own numbers, this would tell that there is such a person.
            return


def prove(code: str, typed: str, settings: Settings) -> int:
    """Give the registration whose number was proved. Raises what ``codes.check`` raises."""
    codes.check(codes.STATUS, code, typed, settings)
    found = db.session.scalar(sa.select(Registration.id).where(Registration.tracking_code == code))
    if found is None:
        raise codes.ExpiredCodeError
    return found


def standing(registration_id: int, settings: Settings) -> Standing | None:
    """Give how a registration stands, None for one that is gone."""
    row = db.session.get(Registration, registration_id)
    if row is None:
        return None
    case = db.session.get(Case, row.case_id) if row.case_id else None
    what, waits_for = _what(row, case)
    since = case.opened_at if case and what == WAITING else row.created_at
    return Standing(
        row.tracking_code, what, waits_for, since, _due(since, settings) if waits_for in (IT, HR) else None,
        has_link=continuation.is_alive(row.id),
    )  # fmt: skip


def _what(row: Registration, case: Case | None) -> tuple[str, str]:
    if row.state in _OF_REGISTRATION:
        what = _OF_REGISTRATION[row.state]
        return what, IT if what == MAKING else NOBODY
    if row.state == states.REJECTED and case is not None:
        if case.state in _OF_CASE:
            return WAITING, _OF_CASE[case.state]
        return _ended(case), NOBODY
    if row.state == states.WAITING_SERVICE:
        return WAITING, SERVICE
    if row.state == states.WAITING_OWNER:
        return UNANSWERED, PERSON
    return UNFINISHED, PERSON


def _ended(case: Case) -> str:
    """Give how a case ended; that there is an account is said only where nothing else stood against the person."""
    if case.verdict in mismatches.BY_ATTEMPTS:
        return OVER
    if case.verdict == Act.ADOPT:
        return LINKED
    if case.verdict in mismatch_offers.WITH_ACCOUNT and not mismatch_offers.is_known_person(case.cause):
        return REFUSED
    if case.verdict in mismatch_offers.WITH_ACCOUNT:
        return LINKED if case.verdict == Act.LINK else EXISTS
    return REFUSED if case.state == case_states.REFUSED else REPAIRED


def _due(since: dt.datetime, settings: Settings) -> dt.date | None:
    zone = ZoneInfo(settings.timezone)
    day = due(since.astimezone(zone).date(), WORKING_DAYS, holidays.days(settings))
    return day if day >= clock.now().astimezone(zone).date() else None


def _number(code: str) -> tuple[str, str]:
    """Give the mobile that was left with a tracking code and proved, "" for none, and whom codes are counted for."""
    row = db.session.scalar(sa.select(Registration).where(Registration.tracking_code == code))
    if row is None:
        return "", f"tracking:{code}"
    return number_on_record(db.session(), row), f"{row.id_type}:{row.national_code}"


def number_on_record(session: Session, row: Registration) -> str:
    """Give the number a person proved: for the account, while this attempt waited, or with the case; "" for none."""
    if row.state in (states.OTP_VERIFIED, states.TEMPORARY, states.FAILED, states.LINKED):
        return row.mobile
    if row.contact_mobile:
        return row.contact_mobile
    case = session.get(Case, row.case_id) if row.case_id else None
    return case.contact_mobile if case else ""
