"""Wishes of account holders that HR correct their data, with proof, for the liaison of the person's source.

HR corrects its own system; the next file brings the new value. Source: mission S54; issue 5.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import Account, CorrectionRequest, Person
from backoffice.ports.seal import Sealer
from backoffice.rules import fields, jalali, proofs
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import EMPTY, InvalidFieldsError, Sent, only, read, short
from backoffice.services import audit, holder_notices, rates
from backoffice.services.message_texts import CORRECTION_DECIDED
from backoffice.services.paging import Page
from backoffice.services.profile_sessions import Visitor
from backoffice.settings import Settings

WAITING, DONE, REFUSED = "waiting", "done", "refused"
DECISIONS = (DONE, REFUSED)
FIELDS = (
    fields.FIRST_NAME, fields.LAST_NAME, fields.FATHER_NAME, fields.BIRTH_DATE, fields.PERSONNEL_NUMBER, fields.UNIT,
    fields.TITLE, fields.EMPLOYMENT_TYPE,
)  # fmt: skip
NO_FIELD = N_("Please choose what is wrong.")
NO_DATE = N_("Please write the date as 1370/05/21.")
ASKED_ALREADY = N_("You have asked for this already; it waits for the personnel office.")
NOT_WAITING = N_("This request was decided already.")
NO_DECISION = N_("Please say whether it was corrected or not.")
NO_WORDS = N_("Please write to the person why it is not corrected.")
MOST_WORDS = 1000
MOST_A_DAY = 5
KEEP_PROOFS = dt.timedelta(days=90)
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Proof:
    """A file as it was sent."""

    name: str
    content: bytes


def ask(visitor: Visitor, sent: Sent, proof: Proof | None, settings: Settings) -> int:
    """Keep a wish; give its id. Raises InvalidFieldsError, TooManyError, and SealError where nothing can be sealed."""
    given, kind = _checked(sent, proof)
    # Nobody's row is of no source: then it is for the only one, or for whoever takes care of all.
    source = visitor.source or (settings.hr.sources[0].name if len(settings.hr.sources) == 1 else "")
    with writing() as session:
        rates.count("profile:correction", str(visitor.account_id), MOST_A_DAY, _DAY)
        if _is_asked(session, visitor.account_id, given["field"]):
            raise InvalidFieldsError({"field": RefusedError(ASKED_ALREADY)})
        row = CorrectionRequest(
            account_id=visitor.account_id, person_id=visitor.person_id, source=source, state=WAITING,
            created_at=clock.now(), proof_kind=kind, proof_name=proof.name if proof else "", **given,
        )  # fmt: skip
        session.add(row)
        session.flush()
        row.proof = Sealer(settings).seal(proof.content, _context(row.id)) if proof else ""
        audit.record(
            "profile:correction:asked", subject_of(row.id), actor=visitor.actor,
            after={"field": row.field, "proof": kind, "account": visitor.account_id},
        )  # fmt: skip
        return row.id


def own(account_id: int) -> Sequence[CorrectionRequest]:
    """Give the wishes of an account, the newest first."""
    mine = sa.select(CorrectionRequest).where(CorrectionRequest.account_id == account_id)
    return db.session.scalars(mine.order_by(CorrectionRequest.id.desc()).limit(20)).all()


def find(number: int) -> CorrectionRequest | None:
    """Give one wish, None where there is none."""
    return db.session.get(CorrectionRequest, number)


def page(state: str, number: int, size: int, sources: Collection[str] | None) -> Page[tuple[CorrectionRequest, Person]]:
    """Give one page of the wishes that wait (oldest first) or were decided; ``sources``: None for all."""
    is_waiting = CorrectionRequest.state == WAITING
    conditions = [is_waiting if state == WAITING else ~is_waiting]
    if sources is not None:
        conditions.append(CorrectionRequest.source.in_(sources))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(CorrectionRequest).where(*conditions)) or 0
    number = min(number, max(0, (total - 1) // size))
    order = CorrectionRequest.id if state == WAITING else CorrectionRequest.decided_at.desc()
    rows = sa.select(CorrectionRequest, Person).join(Person, Person.id == CorrectionRequest.person_id)
    found = db.session.execute(rows.where(*conditions).order_by(order).limit(size).offset(number * size))
    return Page([(row, person) for row, person in found], total, number, size)


def count_waiting(sources: Collection[str] | None) -> int:
    """Give how many wishes wait; ``sources``: None for all."""
    return page(WAITING, 0, 1, sources).total


def decide(number: int, decision: str, note: str, *, actor: str, settings: Settings) -> None:
    """Say that HR corrected it, or why not; the proof is deleted, the person told. Raises RefusedError."""
    words = note.strip()[:MOST_WORDS]
    if decision not in DECISIONS:
        raise RefusedError(NO_DECISION)
    if decision == REFUSED and not words:
        raise RefusedError(NO_WORDS)
    with writing() as session:
        mine = sa.update(CorrectionRequest).where(CorrectionRequest.id == number, CorrectionRequest.state == WAITING)
        values = {
            "state": decision, "decided_at": clock.now(), "decided_by": actor, "note": words, "proof": "",
        }  # fmt: skip
        if session.scalar(mine.values(values).returning(CorrectionRequest.id)) is None:
            raise RefusedError(NOT_WAITING)
        account = session.get_one(
            Account, session.get_one(CorrectionRequest, number, populate_existing=True).account_id
        )
        told = {"decision": decision, "note": words}
        holder_notices.tell(account, CORRECTION_DECIDED, actor, settings, told)
        audit.record(
            f"hr:correction:{decision}", subject_of(number), actor=actor, reason=words, before={"state": WAITING},
            after={"state": decision},
        )  # fmt: skip


def proof_of(number: int, *, actor: str, settings: Settings) -> bytes:
    """Give the file of a wish; an audited read. Raises RefusedError where there is none, SealError."""
    with writing() as session:
        row = session.get(CorrectionRequest, number)
        if row is None or not row.proof:
            raise RefusedError(NOT_WAITING)
        audit.record("hr:correction:proof_seen", subject_of(number), actor=actor)
        return Sealer(settings).unseal(row.proof, _context(number))


def erase_old_proofs() -> int:
    """Delete the proofs of wishes that nobody decided for 90 days; give their number. For the housekeeping job."""
    old = sa.update(CorrectionRequest).where(
        CorrectionRequest.proof != "", CorrectionRequest.created_at < clock.now() - KEEP_PROOFS
    )
    with writing() as session:
        erased = old.values(proof="", proof_kind="").returning(CorrectionRequest.id)
        return len(session.scalars(erased).all())


def subject_of(number: int) -> str:
    """Name a wish for the audit trail."""
    return f"correction:{number}"


def _checked(sent: Sent, proof: Proof | None) -> tuple[dict[str, str], str]:
    """Give the columns and the kind of the proof. Raises InvalidFieldsError with all faults at once."""
    field_name, faults, given = only(sent.get("field", ())), dict[str, RefusedError](), dict[str, str]()
    is_date = field_name == fields.BIRTH_DATE
    try:
        given = read({"field": _field, "value": _date if is_date else short, "words": str.strip}, sent)
    except InvalidFieldsError as fault:
        faults |= fault.faults
    kind = ""
    try:
        kind = proofs.kind_of(proof.content) if proof else ""
    except RefusedError as fault:
        faults["proof"] = fault
    if faults:
        raise InvalidFieldsError(faults)
    return {**given, "value": given["value"].strip(), "words": given["words"][:MOST_WORDS]}, kind


def _field(name: str) -> str:
    if name not in FIELDS:
        raise RefusedError(NO_FIELD)
    return name


def _date(typed: str) -> str:
    if not typed.strip():
        raise RefusedError(EMPTY)
    day = jalali.parse(typed, "jalali")
    if day is None:
        raise RefusedError(NO_DATE)
    return day.isoformat()


def _is_asked(session: Session, account_id: int, name: str) -> bool:
    same = sa.select(CorrectionRequest.id).where(
        CorrectionRequest.account_id == account_id, CorrectionRequest.field == name, CorrectionRequest.state == WAITING
    )
    return session.scalar(same.limit(1)) is not None


def _context(number: int) -> bytes:
    return f"correction:{number}:proof".encode()
