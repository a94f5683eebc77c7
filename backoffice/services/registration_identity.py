"""The first step of a registration: who somebody says to be, judged. Source: mission S2–S4, S42; reliability.md §4."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import writing
from backoffice.i18n import N_
from backoffice.models import Registration
from backoffice.rules import identity_fields
from backoffice.rules import registration_states as states
from backoffice.rules.claiming import CLAIM, may_go_on
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import InvalidFieldsError, Sent, typed
from backoffice.rules.identity_evidence import Claim
from backoffice.services import audit, identity, mismatches, rates
from backoffice.services.identity import Checked
from backoffice.services.rates import Limit
from backoffice.services.registrations import Applicant, new_tracking_code
from backoffice.settings import Settings

OUTAGE = N_(
    "Inquiries are not possible at the moment. This does not mean that your data are wrong; "
    "please try again in an hour."
)
BY_ADDRESS, BY_CODE = "identity:address", "identity:code"
_HOUR, _DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
# An attempt of the same session and person that is gone on with instead of beginning another one.
_GOES_ON = {
    identity.PASSES: (
        states.WAITING_SERVICE, states.IDENTITY_OK, states.MOBILE_INVALID, states.WAITING_OWNER, states.OTP_SENT,
    ),
    identity.LATER: (states.WAITING_SERVICE,),
    identity.REFUSED: (states.WAITING_SERVICE,),
}  # fmt: skip


class OutageError(RefusedError):
    """A service that has to be asked does not answer: nothing is said about the person."""

    def __init__(self) -> None:
        super().__init__(OUTAGE)


@dataclass(frozen=True)
class Begun:
    """An attempt was judged. ``verdict``: passes, refused or later (see services.identity)."""

    registration_id: int
    tracking_code: str
    verdict: str


def begin(
    sent: Sent, who: Applicant, settings: Settings, current: int | None = None,
    then: Callable[[Begun], object] = lambda _begun: None,
) -> Begun:  # fmt: skip
    """Judge the fields of the first form and keep the attempt; ``then`` happens in the same transaction.

    ``current``: the registration of this session. For the claim of an account that exists (channel claim), that
    account is no reason to refuse.
    Raises InvalidFieldsError and TooManyError. An outage is a verdict, and its try is not counted.
    """
    claim = _claim(sent, who, settings)
    key = f"{claim.id_type}:{claim.national_code}"
    _count([*_by_address(who, settings), Limit(BY_CODE, key, settings.policy.identity_per_code_day, _DAY)])
    checked = ask(claim, who.channel, settings)
    tracking_code = new_tracking_code()
    with writing() as session:
        row = _going_on(session, current, claim, checked) or _new(session, claim, who, tracking_code)
        _keep_claim(row, claim, sent)
        keep(row, checked)
        decide(session, row, checked, who, settings)
        if checked.verdict == identity.LATER:
            _give_back(who, key)
        begun = Begun(row.id, row.tracking_code, checked.verdict)
        then(begun)
        return begun


def ask(claim: Claim, channel: str, settings: Settings) -> Checked:
    """Check a claim by what is known now, outside any transaction, as it counts for the channel of the attempt."""
    checked = identity.check(claim, settings, is_hidden=channel == CLAIM)
    if channel == CLAIM and checked.verdict == identity.REFUSED and may_go_on(checked.causes):
        return replace(checked, verdict=identity.PASSES)
    return checked


def _claim(sent: Sent, who: Applicant, settings: Settings) -> Claim:
    today = clock.now().astimezone(ZoneInfo(settings.timezone)).date()
    try:
        values = identity_fields.read_identity(sent, today)
    except InvalidFieldsError as fault:
        # Codes that fit no person are counted too: otherwise they could be tried out without end.
        if "national_code" in fault.faults and typed(("national_code",), sent)["national_code"].strip():
            _count(_by_address(who, settings))
        raise
    return Claim(**values, birth_typed=typed(("birth_date",), sent)["birth_date"])


def _count(limits: list[Limit]) -> None:
    # What is beyond one limit is not counted for the others.
    if limits:
        with writing():
            rates.count_all(limits)


def _by_address(who: Applicant, settings: Settings) -> list[Limit]:
    # The desk helps many people from one address.
    return [] if who.actor else [Limit(BY_ADDRESS, who.address, settings.policy.identity_per_address_hour, _HOUR)]


def _give_back(who: Applicant, key: str) -> None:
    if not who.actor:
        rates.give_back(BY_ADDRESS, who.address)
    rates.give_back(BY_CODE, key)


def _going_on(session: Session, current: int | None, claim: Claim, checked: Checked) -> Registration | None:
    row = session.get(Registration, current, with_for_update=True) if current is not None else None
    if row is None or (row.id_type, row.national_code) != (claim.id_type, claim.national_code):
        return None
    return row if row.state in _GOES_ON[checked.verdict] else None


def _new(session: Session, claim: Claim, who: Applicant, tracking_code: str) -> Registration:
    now = clock.now()
    row = Registration(
        tracking_code=tracking_code, state=states.STARTED, channel=who.channel, actor=who.actor,
        language=who.language, id_type=claim.id_type, national_code=claim.national_code, created_at=now, updated_at=now,
    )  # fmt: skip
    session.add(row)
    return row


def _keep_claim(row: Registration, claim: Claim, sent: Sent) -> None:
    row.first_name, row.last_name, row.father_name = claim.first_name, claim.last_name, claim.father_name
    row.birth_date, row.personnel_number = claim.birth_date, claim.personnel_number
    row.typed = typed(identity_fields.NAMES, sent)


def keep(row: Registration, checked: Checked) -> None:
    """Keep with an attempt what a check said."""
    row.causes, row.evidence, row.source = list(checked.causes), checked.evidence, checked.source
    row.flags, row.person_id, row.updated_at = list(checked.flags), checked.person_id, clock.now()


def decide(session: Session, row: Registration, checked: Checked, who: Applicant, settings: Settings) -> None:
    """Let an attempt go on, be refused or wait, as its check says; inside the caller's transaction."""
    if checked.verdict == identity.REFUSED:
        session.flush()
        mismatches.refuse(session, row, checked, settings, who.actor)
        row.finished_at = clock.now()
        return
    before = row.state
    _go_on(row, checked)
    session.flush()
    if checked.verdict == identity.PASSES and who.channel != CLAIM:
        mismatches.settle(session, row, actor=who.actor)
    if row.state != before:
        _note(row, before, who)


def _go_on(row: Registration, checked: Checked) -> None:
    if row.state not in (states.STARTED, states.WAITING_SERVICE):
        return
    row.state = states.WAITING_SERVICE if checked.verdict == identity.LATER else states.IDENTITY_OK
    if row.state == states.IDENTITY_OK:
        row.identity_at = row.identity_at or clock.now()


def _note(row: Registration, before: str, who: Applicant) -> None:
    how = "waits" if row.state == states.WAITING_SERVICE else "passed"
    audit.record(
        f"registration:identity:{how}", f"registration:{row.id}", actor=who.named, before={"state": before},
        after={"state": row.state, "causes": row.causes},
    )  # fmt: skip
