"""Help at the counter and on the telephone: verifying a caller, taking a new mobile, beginning a registration.

Every act names the person of the desk. Source: mission S12, S51, S64.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import Account, OneTimeCode, Operation, Registration
from backoffice.models.operation import PENDING
from backoffice.models.types import MAIN_DIRECTORY
from backoffice.rules import mobile as mobiles
from backoffice.rules import national_code
from backoffice.rules import registration_states as states
from backoffice.rules import situations as s
from backoffice.rules.claiming import CLAIM
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import Sent
from backoffice.rules.mismatch_offers import Act
from backoffice.services import (
    audit,
    codes,
    contacts,
    continuation,
    mismatch_account,
    mismatch_account_words,
    mismatch_messages,
    mobile_ownership,
    tracking,
)
from backoffice.services.accounts import OBSERVING
from backoffice.services.code_rows import is_newest
from backoffice.services.messages import Reason
from backoffice.services.mobile_ownership import Answer
from backoffice.services.registration_identity import OutageError, begin
from backoffice.services.registrations import Applicant, subject_of
from backoffice.settings import Settings

CHANNEL = "counter"
DOCUMENTS = ("national_card", "birth_certificate", "passport", "staff_card")
NO_NUMBER = N_("No number is on record for this registration; ask for an identity card and take a new number.")
NO_MOBILE = N_("This is no mobile number.")
NO_DOCUMENT = N_("Please say which document you have seen.")
NO_ADDRESS = N_("Neither a mobile number nor an e-mail is kept with the account.")
NOT_OWNER = N_("This number is not in the person's own name.")


@dataclass(frozen=True)
class Slip:
    """What the person takes along: the address at which the registration goes on, once. ``case_id``: of a refusal.

    ``waits``: a service did not answer; the registration is kept and checked by itself.
    """

    registration_id: int
    tracking_code: str
    link: str
    case_id: int | None
    waits: bool = False


def find(question: str) -> Registration | None:
    """Give the registration with a tracking code, or the newest one of a national code; None for neither."""
    code = national_code.normalise(question)
    if national_code.is_valid(code):
        of_person = sa.select(Registration).where(Registration.national_code == code)
        return db.session.scalar(of_person.order_by(Registration.id.desc()).limit(1))
    try:
        tracked = tracking.read_code(question)
    except RefusedError:
        return None
    return db.session.scalar(sa.select(Registration).where(Registration.tracking_code == tracked))


def number_of(row: Registration) -> str:
    """Give the number on record: that of the account, else the one proved in the registration; "" for none."""
    account = db.session.get(Account, row.account_id) if row.account_id else None
    return account.mobile if account and account.mobile else tracking.number_on_record(db.session(), row)


def call(registration_id: int, *, actor: str, address: str, settings: Settings) -> None:
    """Send a code to the number on record. Raises RefusedError for none, TooSoonError, TooManyError."""
    row = db.session.get_one(Registration, registration_id)
    number = number_of(row)
    if not number:
        raise RefusedError(NO_NUMBER)
    with writing():
        _issue(row, caller(row.id), number, actor, address, settings)
        audit.record("counter:code:sent", subject_of(row.id), actor=actor)


def verify(registration_id: int, typed: str, *, actor: str, settings: Settings) -> None:
    """Take the code the caller reads out. Raises what ``codes.check`` raises."""

    def note(_session: Session) -> None:
        audit.record("counter:caller:verified", subject_of(registration_id), actor=actor)

    codes.check(codes.COUNTER, caller(registration_id), typed, settings, then=note)


def new_mobile(
    registration_id: int, written: str, document: str, *, actor: str, address: str, settings: Settings
) -> None:
    """Send a code to a new number of somebody who showed a document. Raises RefusedError, OutageError, TooManyError."""
    row = db.session.get_one(Registration, registration_id)
    number = mobiles.canonical(written)
    if row.state == states.ABANDONED:
        raise RefusedError(states.WRONG_STATE)
    if document not in DOCUMENTS:
        raise RefusedError(NO_DOCUMENT)
    if number is None:
        raise RefusedError(NO_MOBILE)
    answer = mobile_ownership.owner_of(row.national_code, number, settings)
    if answer is Answer.UNAVAILABLE:
        raise OutageError
    if answer is not Answer.MATCHED:
        raise RefusedError(NOT_OWNER)
    with writing():
        _issue(row, new_number(row.id), number, actor, address, settings)
        audit.record("counter:document:seen", subject_of(row.id), actor=actor, reason=document)


def take_mobile(registration_id: int, typed: str, *, actor: str, settings: Settings) -> None:
    """Let the new number be the one on record once its code was read out. Raises what ``codes.check`` raises.

    A registration whose identity is confirmed goes on by a link that is sent there. Who was refused for an account that
    exists gets the number on that account: it was shown to be the person's own.
    """

    def keep(session: Session) -> None:
        row = session.get_one(Registration, registration_id)
        newest = is_newest(codes.COUNTER, new_number(registration_id))
        number = session.scalars(sa.select(OneTimeCode.mobile).where(newest)).one()
        if row.case_id or not row.account_id:
            contacts.keep_number(session, row, number)
        if row.state == states.IDENTITY_OK and row.channel != CLAIM:
            _send_link(session, row, number, actor, settings)
        if account := _account_of(session, row):
            _change_account(session, account, number, actor, settings)
        audit.record("counter:mobile:changed", subject_of(registration_id), actor=actor)

    codes.check(codes.COUNTER, new_number(registration_id), typed, settings, then=keep)


def send_way_in(registration_id: int, *, actor: str, settings: Settings) -> None:
    """Send how to log in and where the password is recovered, to the addresses of the person's account.

    Raises RefusedError where there is no account that opens, or it has no address.
    """
    with writing() as session:
        row = session.get_one(Registration, registration_id)
        found = mismatch_account.standing_of(session, row, settings)
        if found is None or not found.may_log_in:
            raise RefusedError(mismatch_account.NOT_OPEN)
        if not mismatch_account_words.tell_holder(Act.LOG_IN, found.account, found.access, actor, settings):
            raise RefusedError(NO_ADDRESS)
        audit.record("counter:recovery:sent", subject_of(row.id), actor=actor)


def assist(sent: Sent, *, actor: str, settings: Settings) -> Slip:
    """Begin a registration for somebody who stands at the counter; it goes on, once, at the address of the slip.

    The password is never chosen at the desk. Raises InvalidFieldsError, TooManyError, RefusedError in observe mode. A
    refusal and an outage give a slip without an address.
    """
    if settings.policy.mode == "observe":
        raise RefusedError(OBSERVING)
    begun = begin(sent, Applicant(language=settings.language, channel=CHANNEL, actor=actor), settings)
    with writing() as session:
        row = session.get_one(Registration, begun.registration_id)
        link = continuation.make_link(session, row, settings) if row.state == states.IDENTITY_OK else ""
        audit.record("counter:registration:begun", subject_of(row.id), actor=actor, after={"state": row.state})
        return Slip(row.id, row.tracking_code, link, row.case_id, waits=row.state == states.WAITING_SERVICE)


def _send_link(session: Session, row: Registration, number: str, actor: str, settings: Settings) -> None:
    link = continuation.make_link(session, row, settings)
    reason = Reason(actor, row.source or None)
    mismatch_messages.say(mismatch_messages.GO_ON, row, number, reason, settings, link=link)


def caller(registration_id: int) -> str:
    """Give whom the code of a caller is for."""
    return f"caller:{registration_id}"


def new_number(registration_id: int) -> str:
    """Give what the code to a new number is for."""
    return f"new_number:{registration_id}"


def _issue(row: Registration, subject: str, number: str, actor: str, address: str, settings: Settings) -> None:
    codes.issue(
        codes.COUNTER, subject, mobile=number, person_key=f"{row.id_type}:{row.national_code}", address=address,
        language=row.language, settings=settings, actor=actor,
    )  # fmt: skip


def _account_of(session: Session, row: Registration) -> Account | None:
    if row.account_id:
        return session.get_one(Account, row.account_id)
    return mismatch_account.account_of(session, row) if row.state == states.REJECTED else None


def _change_account(session: Session, account: Account, number: str, actor: str, settings: Settings) -> None:
    before, account.mobile = account.mobile, number
    if not account.entry_uuid or not settings.ldap.attributes.mobile or before == number:
        return
    now = clock.now()
    desired = {"entry_uuid": account.entry_uuid, "csn": "", "old": {"mobile": before}, "new": {"mobile": number}}
    session.add(Operation(
        kind=s.UPDATE, subject=f"entry:{account.entry_uuid}", source=account.source or None, directory=MAIN_DIRECTORY,
        desired=desired, state=PENDING, not_before=now, requested_by=actor, created_at=now,
    ))  # fmt: skip
