"""Exceptions against HR's word: made with owner, reason and end, ended, and ended by themselves when HR agrees.

Source: reconciliation.md, OVERRIDDEN.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import Override
from backoffice.rules import overrides as rules
from backoffice.rules.errors import FormError, RefusedError
from backoffice.rules.text import n1
from backoffice.services import audit
from backoffice.services.override_subjects import Subject
from backoffice.services.paging import Page
from backoffice.services.standing_overrides import live
from backoffice.settings import Settings

ENDED_BY_HR, TAKEN_BACK, RAN_OUT = "hr_agrees", "taken_back", "ran_out"
LIVE, ENDED = "live", "ended"
_SYSTEM = "system:reconcile"
_PG_LOCK = 7_201_489
_LONGEST_VALUE = 255

NO_KIND = N_("Please choose what is right.")
NO_FIELD = N_("Please choose the field.")
NO_VALUE = N_("Please write the right value.")
REASON_NEEDED = N_("Please give a reason.")
NO_DAYS = N_("Please write for how many days, %(most)d at most.")
STANDS = N_("An exception about this stands already, until %(until)s.")
OVER = N_("This exception has ended already.")


def make(subject: Subject, typed: Mapping[str, str], *, actor: str, settings: Settings) -> Override:
    """Make an exception for a person; ``typed``: kind, field, value, reason, days. The actor is its owner.

    Raises FormError with every fault.
    """
    values, days, faults = _read(typed)
    if faults:
        raise FormError(faults)
    now = clock.now()
    with writing() as session:
        _refuse_second(session, subject, values, settings)
        row = Override(
            id_type=subject.id_type, national_code=subject.national_code, source=subject.source, owner=actor,
            reason=typed["reason"].strip(), case_id=subject.case_id, created_at=now,
            until=now + dt.timedelta(days=days), **values,
        )  # fmt: skip
        session.add(row)
        session.flush()
        after = {"kind": row.kind, "field": row.field, "until": row.until.isoformat(), "case": subject.case_id}
        audit.record("overrides:override:made", subject_of(row.id), actor=actor, reason=row.reason, after=after)
    return row


def end(override_id: int, *, reason: str, actor: str) -> None:
    """Take an exception back. Raises RefusedError without a reason and for one that has ended."""
    if not reason.strip():
        raise RefusedError(REASON_NEEDED)
    with writing() as session:
        if not _end(session, Override.id == override_id, f"{TAKEN_BACK}: {reason.strip()}"):
            raise RefusedError(OVER)
        audit.record("overrides:override:ended", subject_of(override_id), actor=actor, reason=reason.strip())


def end_agreed(session: Session, ids: Collection[int], run_id: int) -> None:
    """End the exceptions that HR agrees with by now, inside the transaction that stores the run."""
    for ended in _end(session, Override.id.in_(ids), ENDED_BY_HR) if ids else ():
        audit.record("overrides:override:agreed", subject_of(ended), actor=_SYSTEM, after={"run": run_id})


def standing(settings: Settings) -> tuple[rules.Override, ...]:
    """Give the exceptions that count at this moment, as a comparison wants them."""
    zone = ZoneInfo(settings.timezone)
    rows = db.session.scalars(sa.select(Override).where(live()).order_by(Override.id))
    return tuple(
        rules.Override(
            row.id, row.id_type, row.national_code, row.kind, row.field, row.value,
            row.created_at.astimezone(zone).date(),
        )
        for row in rows
    )  # fmt: skip


def page(which: str, number: int, size: int, sources: Collection[str] | None) -> Page[Override]:
    """Give one page; ``which``: live or ended; ``sources``: None for all."""
    conditions = [live() if which == LIVE else sa.not_(live())]
    if sources is not None:
        conditions.append(Override.source.in_(sources))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Override).where(*conditions)) or 0
    number = min(number, max(0, (total - 1) // size))
    order = (Override.until, Override.id) if which == LIVE else (Override.id.desc(),)
    rows = sa.select(Override).where(*conditions).order_by(*order).limit(size).offset(number * size)
    return Page(db.session.scalars(rows).all(), total, number, size)


def open_ones(source: str) -> Sequence[Override]:
    """Give the exceptions that stand about people of one source, oldest first."""
    return db.session.scalars(sa.select(Override).where(live(), Override.source == source).order_by(Override.id)).all()


def find(override_id: int) -> Override | None:
    """Give one exception, None where there is none."""
    return db.session.get(Override, override_id)


def is_live(row: Override) -> bool:
    """Say whether an exception counts at this moment."""
    return row.ended_at is None and row.until > clock.now()


def end_of(row: Override) -> str:
    """Give why it ended: a word of this module (with the reason behind it), "" while it counts."""
    return "" if is_live(row) else row.end_reason or RAN_OUT


def subject_of(override_id: int) -> str:
    """Name an exception for the audit trail."""
    return f"override:{override_id}"


def _read(typed: Mapping[str, str]) -> tuple[dict[str, str], int, dict[str, tuple[str, Mapping[str, object]]]]:
    kind = typed.get("kind", "")
    known = {rules.ATTRIBUTE: rules.FIELDS, rules.IDENTITY: rules.IDENTITY_FIELDS}.get(kind, ("",))
    field = typed.get("field", "") if known != ("",) else ""
    value = n1(typed.get("value", ""))[:_LONGEST_VALUE] if field else ""
    days = typed.get("days", "")
    number = int(days) if days.isascii() and days.isdecimal() else 0
    wrong = {
        "kind": NO_KIND if kind not in rules.KINDS else "",
        "field": "" if field in known else NO_FIELD,
        "value": NO_VALUE if field and not value else "",
        "reason": "" if typed.get("reason", "").strip() else REASON_NEEDED,
        "days": "" if 1 <= number <= rules.LONGEST_DAYS else NO_DAYS,
    }
    faults = {name: (message, {"most": rules.LONGEST_DAYS}) for name, message in wrong.items() if message}
    return {"kind": kind, "field": field, "value": value}, number, dict(faults)


def _refuse_second(session: Session, subject: Subject, values: Mapping[str, str], settings: Settings) -> None:
    """Raise FormError where an exception about the same thing stands."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_PG_LOCK)))
    own = (Override.id_type == subject.id_type, Override.national_code == subject.national_code)
    entitles = values["kind"] in rules.ENTITLEMENTS
    same = Override.kind.in_(rules.ENTITLEMENTS) if entitles else Override.field == values["field"]
    until = session.scalar(sa.select(Override.until).where(live(), *own, same).limit(1))
    if until:
        day = until.astimezone(ZoneInfo(settings.timezone)).date()
        raise FormError({"kind": (STANDS, {"until": day})})


def _end(session: Session, which: sa.ColumnElement[bool], why: str) -> Sequence[int]:
    ending = sa.update(Override).where(live(), which).values(ended_at=clock.now(), end_reason=why)
    return session.scalars(ending.returning(Override.id), execution_options={"synchronize_session": False}).all()
