"""The way to claiming an account that exists: identity and mobile are proved like those of a registration.

Whether there is an account is told by the login at the end alone. Source: mission S62.
"""

from zoneinfo import ZoneInfo

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.models import Registration
from backoffice.rules import detail_fields, identity_fields
from backoffice.rules.claiming import CLAIM
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import InvalidFieldsError, Sent, only
from backoffice.rules.registration_states import OTP_SENT, WRONG_STATE
from backoffice.services import codes, identity
from backoffice.services.registration_details import ask_owner, become
from backoffice.services.registration_identity import Begun, OutageError, begin
from backoffice.services.registrations import Applicant, subject_of
from backoffice.settings import Settings

NAMES = (*identity_fields.NAMES, "mobile")


def prove_identity(sent: Sent, who: Applicant, settings: Settings, current: int | None = None) -> Begun:
    """Judge the form, ask whose the mobile is, and send a code there. ``current``: the claim of this session.

    A refusal is a verdict; then no code is sent. Raises InvalidFieldsError, OutageError, TooManyError.
    """
    mobile = _checked(sent, settings)
    begun = begin(sent, who, settings, current)
    if begun.verdict == identity.LATER:
        raise OutageError
    if begun.verdict == identity.PASSES:
        row = db.session.get_one(Registration, begun.registration_id)
        if row.state != OTP_SENT or row.mobile != mobile:
            ask_owner(row, mobile, who, settings)
        _send(begun.registration_id, mobile, who, settings)
    return begun


def resend(registration_id: int, who: Applicant, settings: Settings) -> None:
    """Send another code to the same mobile. Raises TooSoonError, TooManyError."""
    row = db.session.get_one(Registration, registration_id)
    _send(registration_id, row.mobile, who, settings)


def prove_mobile(registration_id: int, typed: str, settings: Settings) -> None:
    """Take the code. Raises what ``codes.check`` raises."""
    codes.check(codes.EXISTING, subject_of(registration_id), typed, settings)


def _checked(sent: Sent, settings: Settings) -> str:
    """Give the mobile. Raises InvalidFieldsError with all that is wrong with the form, before anything is counted."""
    faults: dict[str, RefusedError] = {}
    mobile = ""
    try:
        mobile = detail_fields.mobile(only(sent.get("mobile", ())))
    except RefusedError as fault:
        faults["mobile"] = fault
    try:
        identity_fields.read_identity(sent, clock.now().astimezone(ZoneInfo(settings.timezone)).date())
    except InvalidFieldsError as fault:
        faults |= fault.faults
    if faults:
        raise InvalidFieldsError(faults)
    return mobile


def _send(registration_id: int, mobile: str, who: Applicant, settings: Settings) -> None:
    with writing() as session:
        row = session.get_one(Registration, registration_id, with_for_update=True)
        if row.channel != CLAIM:
            raise RefusedError(WRONG_STATE)
        row.mobile = mobile
        if row.state != OTP_SENT:
            become(row, OTP_SENT, who)
        codes.issue(
            codes.EXISTING, subject_of(row.id), mobile=mobile, person_key=f"{row.id_type}:{row.national_code}",
            address=who.address, language=who.language, settings=settings, actor=who.named,
        )  # fmt: skip
