"""New colleagues whom HR announces before its file has them: announced, invited, ended.

Source: mission S63. An announcement counts like an active row of HR for thirty days, or until HR's own row is there.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_, current_language
from backoffice.models import Account, Announcement, HrRow, Message, Person
from backoffice.models.message import SMS
from backoffice.rules import announcing, fields, jalali
from backoffice.rules.errors import FormError, RefusedError
from backoffice.rules.national_code import NATIONAL
from backoffice.services import audit, messages
from backoffice.services.message_texts import INVITATION
from backoffice.services.messages import Draft, Reason
from backoffice.settings import Settings

ARRIVED, TAKEN_BACK, RAN_OUT = "arrived", "taken_back", "ran_out"
LIVE, ENDED = "live", "ended"
# A row in one of these says that the person does not work here, so it is not the row that is waited for.
_AWAY = (fields.ENDED, fields.DECEASED)
_SYSTEM = "system:hr-row"
_PG_LOCK = 7_201_461

NO_SOURCE = N_("Please choose a source.")
IN_THE_FILE = N_("HR's file of this source already has this person; nothing needs to be announced.")
ANNOUNCED = N_("This person is already announced, until %(date)s.")
OVER = N_("This announcement has ended already.")
REASON_NEEDED = N_("Please give a reason.")


@dataclass(frozen=True)
class Line:
    """An announcement, how the invitation fared (a state of Message, "" for none) and what became of the person."""

    row: Announcement
    invitation: str
    account: str
    person_id: int | None

    @property
    def is_live(self) -> bool:
        """Whether it counts at this moment."""
        return self.row.ended_at is None and self.row.until > clock.now()

    @property
    def end(self) -> str:
        """Why it ended, "" while it counts."""
        return "" if self.is_live else self.row.end_reason or RAN_OUT


def announce(typed: Mapping[str, str], source: str, *, actor: str, settings: Settings) -> Announcement:
    """Announce a new colleague of a source, and queue the invitation if a mobile is given and messages may leave.

    Raises FormError, with every fault.
    """
    now = clock.now()
    values, wrong = announcing.read(typed, now.astimezone(ZoneInfo(settings.timezone)).date())
    faults: dict[str, tuple[str, Mapping[str, object]]] = {name: (message, {}) for name, message in wrong.items()}
    if source not in {one.name for one in settings.hr.sources}:
        faults["source"] = (NO_SOURCE, {})
    if faults:
        raise FormError(faults)
    with writing() as session:
        _refuse_known(session, source, values["national_code"], settings)
        row = Announcement(source=source, created_by=actor, created_at=now, until=now + announcing.LASTS, **values)
        session.add(row)
        session.flush()
        row.message_id = _invite(row, actor, settings)
        after = {"source": source, "until": row.until.isoformat(), "invited": row.message_id is not None}
        audit.record("hr:colleague:announced", subject_of(row.id), actor=actor, after=after)
    return row


def end(announcement_id: int, *, reason: str, actor: str) -> None:
    """Take an announcement back. Raises RefusedError without a reason and for one that has ended."""
    if not reason.strip():
        raise RefusedError(REASON_NEEDED)
    with writing() as session:
        if not _end(session, Announcement.id == announcement_id, TAKEN_BACK):
            raise RefusedError(OVER)
        audit.record("hr:colleague:taken_back", subject_of(announcement_id), actor=actor, reason=reason.strip())
        unsent = session.scalar(sa.select(Announcement.message_id).where(Announcement.id == announcement_id))
        if unsent:
            messages.withdraw(session, Message.id == unsent)


def end_arrived(session: Session) -> int:
    """End the announcements whose own source now has a row of the person, inside the caller's transaction.

    A row that says the person has left is that of an earlier employment and ends nothing. Give the number.
    """
    arrived = sa.exists().where(
        HrRow.id_type == Announcement.id_type, HrRow.national_code == Announcement.national_code,
        HrRow.source == Announcement.source, HrRow.status_class.not_in(_AWAY),
    )  # fmt: skip
    ended = _end(session, arrived, ARRIVED)
    for number_ in ended:
        audit.record("hr:colleague:arrived", subject_of(number_), actor=_SYSTEM)
    return len(ended)


def find(announcement_id: int) -> Line | None:
    """Give one announcement, None where there is none."""
    found = db.session.scalars(sa.select(Announcement).where(Announcement.id == announcement_id)).all()
    return next(iter(_lines(found)), None)


def page(which: str, number_: int, size: int, sources: Collection[str] | None) -> tuple[list[Line], int]:
    """Give one page, the newest first, and how many there are; ``which``: live or ended; ``sources``: None for all."""
    conditions = [_live() if which == LIVE else sa.not_(_live())]
    if sources is not None:
        conditions.append(Announcement.source.in_(sources))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Announcement).where(*conditions)) or 0
    rows = sa.select(Announcement).where(*conditions).order_by(Announcement.id.desc())
    number_ = min(number_, max(0, (total - 1) // size))
    return _lines(db.session.scalars(rows.limit(size).offset(number_ * size)).all()), total


def live(sources: Collection[str] | None) -> tuple[int, dt.datetime | None]:
    """Give how many count at this moment, and when the oldest of them was made; ``sources``: None for all."""
    own = [Announcement.source.in_(sources)] if sources is not None else []
    question = sa.select(sa.func.count(), sa.func.min(Announcement.created_at)).where(_live(), *own)
    number, oldest = db.session.execute(question).one()
    return number, oldest


def subject_of(announcement_id: int) -> str:
    """Name an announcement for the audit trail."""
    return f"announcement:{announcement_id}"


def _live() -> sa.ColumnElement[bool]:
    return sa.and_(Announcement.ended_at.is_(None), Announcement.until > clock.now())


def _refuse_known(session: Session, source: str, code: str, settings: Settings) -> None:
    """Raise FormError where the source's own file or another announcement has the person."""
    _one_at_a_time(session)
    own = (HrRow.source == source, HrRow.id_type == NATIONAL, HrRow.national_code == code)
    if session.scalar(sa.select(HrRow.id).where(*own, HrRow.status_class.not_in(_AWAY)).limit(1)):
        raise FormError({"national_code": (IN_THE_FILE, {})})
    same = sa.select(Announcement.until).where(_live(), Announcement.national_code == code)
    if until := session.scalar(same.limit(1)):
        last_day = _last_day(until, current_language(), settings)
        raise FormError({"national_code": (ANNOUNCED, {"date": last_day})})


def _one_at_a_time(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_PG_LOCK)))


def _invite(row: Announcement, actor: str, settings: Settings) -> int | None:
    """Queue the invitation; None without a mobile, and in observe mode, where nobody can register yet."""
    if not row.mobile or settings.policy.mode == "observe":
        return None
    language = settings.language
    params = {"date": _last_day(row.until, language, settings), "url": f"{settings.url}/request/"}
    draft = Draft(SMS, row.mobile, INVITATION, language, params)
    return messages.put(draft, Reason(actor, row.source), settings).id


def _last_day(until: dt.datetime, language: str, settings: Settings) -> str:
    return jalali.shown(until.astimezone(ZoneInfo(settings.timezone)).date(), language)


def _end(session: Session, which: sa.ColumnElement[bool], why: str) -> Sequence[int]:
    ending = sa.update(Announcement).where(_live(), which).values(ended_at=clock.now(), end_reason=why)
    return session.scalars(ending.returning(Announcement.id), execution_options={"synchronize_session": False}).all()


def _lines(rows: Sequence[Announcement]) -> list[Line]:
    sent = sa.select(Message.id, Message.state).where(Message.id.in_([row.message_id for row in rows]))
    invitations = {found.id: found.state for found in db.session.execute(sent)}
    people = _people([row.national_code for row in rows])
    return [
        Line(row, invitations.get(row.message_id or 0, ""), *people.get(row.national_code, ("", None))) for row in rows
    ]


def _people(codes: Sequence[str]) -> dict[str, tuple[str, int | None]]:
    """Give code -> (state of the newest account, person) for those our register knows."""
    known = (
        sa.select(Person.national_code, Person.id, Account.state)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Person.id_type == NATIONAL, Person.national_code.in_(codes))
        .order_by(Account.id)
    )
    return {found.national_code: (found.state or "", found.id) for found in db.session.execute(known)}
