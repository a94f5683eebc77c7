"""The second step of a registration: Latin names, password, the mobile and its owner, recovery mail.

Source: mission S6–S9, S34–S36, S42; contract.md "Details that are relied on from outside".
"""

import datetime as dt
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import writing
from backoffice.models import Account, Person, Registration
from backoffice.rules import detail_fields, latin
from backoffice.rules import registration_states as states
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import InvalidFieldsError, Sent, only, typed
from backoffice.rules.password_rules import NOT_EQUAL
from backoffice.services import account_secrets, audit, chosen_passwords, codes, mobile_ownership, rates
from backoffice.services.mobile_ownership import Answer
from backoffice.services.registration_identity import OutageError
from backoffice.services.registrations import Applicant, Attempt, subject_of
from backoffice.settings import Settings

# Inquiries cost money and tell whose a number is: so many for one person in a day.
OWNER_TRIES = 20
BY_PERSON = "owner:person"
_DAY = dt.timedelta(days=1)
LATIN_IMPLAUSIBLE, MOBILE_OF_ANOTHER = "LATIN_IMPLAUSIBLE", "MOBILE_OF_ANOTHER"
_OPEN = (states.IDENTITY_OK, states.MOBILE_INVALID, states.WAITING_OWNER, states.OTP_SENT)
_OTHERS = (
    sa.select(Account.id)
    .join(Person, Person.id == Account.person_id)
    .where(Account.mobile == sa.bindparam("mobile"), Person.national_code != sa.bindparam("code"))
    .limit(1)
)


def give_details(attempt: Attempt, sent: Sent, who: Applicant, settings: Settings) -> None:
    """Check and keep the second form of a registration, as it was found, and send a code to the mobile.

    While a code was sent a moment ago, none is sent and the mobile stays the one it went to. Raises
    InvalidFieldsError, OutageError, TooManyError, and RefusedError where the registration is at another step.
    """
    _require_open(attempt)
    fields = _checked(attempt, sent, settings)
    if not _was_sent_lately(attempt, settings) and not _is_proved(attempt, fields["mobile"]):
        ask_owner(attempt, fields["mobile"], who, settings)
    hashed = chosen_passwords.hashed(fields["password"])
    with writing() as session:
        row = _open_row(session, attempt.id)
        lately = _was_sent_lately(row, settings)
        if not lately:
            row.mobile = fields["mobile"]
        _keep(session, row, fields)
        account_secrets.seal(row, hashed, settings)
        if not lately:
            _send_code(row, who, settings)


def _open_row(session: Session, registration_id: int) -> Registration:
    row = session.get_one(Registration, registration_id, with_for_update=True)
    _require_open(row)
    return row


def _require_open(row: Registration | Attempt) -> None:
    if row.state not in _OPEN:
        raise RefusedError(states.WRONG_STATE)


def _checked(attempt: Attempt, sent: Sent, settings: Settings) -> dict[str, str]:
    """Give the fields. Raises InvalidFieldsError with all that is wrong: passwords have to be typed again each time."""
    fields = typed(detail_fields.NAMES, sent)
    faults: dict[str, RefusedError] = {}
    try:
        fields = detail_fields.read_details(sent, settings.university_domains)
    except InvalidFieldsError as fault:
        faults = fault.faults
    if not faults.keys() & {"password", "password_repeat"}:
        faults = faults | _password_faults(attempt, fields, sent, settings)
    if faults:
        raise InvalidFieldsError(faults)
    return fields


def _password_faults(
    attempt: Attempt, fields: Mapping[str, str], sent: Sent, settings: Settings
) -> dict[str, RefusedError]:
    password, again = only(sent["password"]), only(sent["password_repeat"])
    faults = {} if password == again else {"password_repeat": RefusedError(NOT_EQUAL)}
    names = fields["latin_first_name"], fields["latin_last_name"]
    try:
        own = chosen_passwords.own_words(attempt.national_code, fields["mobile"], *names)
        chosen_passwords.check(password, own, settings)
    except RefusedError as fault:
        faults["password"] = fault
    return faults


def _was_sent_lately(row: Registration | Attempt, settings: Settings) -> bool:
    if row.state != states.OTP_SENT:
        return False
    sent = codes.state(codes.REGISTER, subject_of(row.id), settings)
    return sent is not None and sent.resend_at > clock.now()


def _is_proved(attempt: Attempt, mobile: str) -> bool:
    """Say whether the owner of this mobile was found right in this registration already."""
    return attempt.state == states.OTP_SENT and attempt.mobile == mobile


def ask_owner(row: Registration | Attempt, mobile: str, who: Applicant, settings: Settings) -> None:
    """Go on where the mobile is the person's own. Raises InvalidFieldsError, OutageError, TooManyError."""
    key = f"{row.id_type}:{row.national_code}"
    number, code = row.id, row.national_code
    rates.count(BY_PERSON, key, OWNER_TRIES, _DAY)
    answer = mobile_ownership.owner_of(code, mobile, settings)
    if answer is Answer.MATCHED:
        return
    if answer is Answer.UNAVAILABLE:
        rates.give_back(BY_PERSON, key)
        _move(number, states.WAITING_OWNER, who)
        raise OutageError
    _move(number, states.MOBILE_INVALID, who)
    raise InvalidFieldsError({"mobile": RefusedError(detail_fields.BAD_MOBILE)})


def _move(registration_id: int, after: str, who: Applicant) -> None:
    with writing() as session:
        row = _open_row(session, registration_id)
        if row.state == after:
            return
        codes.call_off(session, [subject_of(row.id)])
        become(row, after, who)


def become(row: Registration, after: str, who: Applicant) -> None:
    """Take the next step of the table, with its line in the trail. Raises RefusedError for one that is not in it."""
    before = row.state
    states.check_step(before, after)
    row.state, row.updated_at = after, clock.now()
    audit.record(
        f"registration:mobile:{after}", f"registration:{row.id}", actor=who.named, before={"state": before},
        after={"state": after},
    )  # fmt: skip


def _keep(session: Session, row: Registration, fields: Mapping[str, str]) -> None:
    row.latin_first_name, row.latin_last_name = fields["latin_first_name"], fields["latin_last_name"]
    row.personal_email, row.updated_at = fields["personal_email"], clock.now()
    doubts = {LATIN_IMPLAUSIBLE: not _plausible(row), MOBILE_OF_ANOTHER: _is_anothers(session, row)}
    row.flags = [flag for flag in row.flags if flag not in doubts] + [flag for flag, held in doubts.items() if held]


def _plausible(row: Registration) -> bool:
    first = latin.plausible(row.first_name, row.latin_first_name)
    return first and latin.plausible(row.last_name, row.latin_last_name)


def _is_anothers(session: Session, row: Registration) -> bool:
    """Say whether somebody else has an account with this mobile (mission S34)."""
    # On the connection: what the row has so far need not be written for this.
    asked = {"mobile": row.mobile, "code": row.national_code}
    return session.connection().execute(_OTHERS, asked).first() is not None


def _send_code(row: Registration, who: Applicant, settings: Settings) -> None:
    if row.state != states.OTP_SENT:
        become(row, states.OTP_SENT, who)
    codes.issue(
        codes.REGISTER, subject_of(row.id), mobile=row.mobile, person_key=f"{row.id_type}:{row.national_code}",
        address=who.address, language=who.language, settings=settings, actor=who.named,
    )  # fmt: skip
