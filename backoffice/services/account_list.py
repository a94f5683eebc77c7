"""The list of temporary accounts as the desk sees it: filters, one page, counts. Source: mission S43."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from backoffice import clock
from backoffice.extensions import db
from backoffice.models import Account, Operation, Person
from backoffice.models.operation import FAILED, OPEN, PARKED
from backoffice.rules import account_states as states
from backoffice.rules.deadlines import day_of, end_of_day
from backoffice.services import account_operations, account_reminders, purges
from backoffice.services.account_bulk import MOST
from backoffice.settings import Settings

SHOWN = (states.CREATING, states.TEMPORARY, states.EXPIRED, states.LOCKED, states.PURGING)
# Word of the filter for accounts whose last change could not be made, in whatever state they are.
STUCK = "stuck"
# Word of the filter for accounts whose deletion is proposed.
PROPOSED = "proposed"
# Word of the filter -> most days left.
ENDS = {"3": 3, "7": 7, "14": 14}


@dataclass(frozen=True)
class Wanted:
    """Which accounts are wanted; "" leaves a question out.

    ``state``: one of SHOWN, STUCK or PROPOSED; ``ends``: within so many days (a key of ENDS).
    """

    state: str = ""
    source: str = ""
    ends: str = ""


@dataclass(frozen=True)
class Line:
    """One account: its person, reminders sent, and the newest operation about it."""

    account: Account
    person: Person
    reminders: int
    last: Operation | None

    @property
    def is_under_way(self) -> bool:
        """Whether the directory has not followed yet."""
        return self.last is not None and self.last.state in OPEN

    @property
    def is_stuck(self) -> bool:
        """Whether the last change could not be made."""
        return self.last is not None and (self.last.state == PARKED or self.last.outcome == FAILED)


def page(wanted: Wanted, number: int, size: int, settings: Settings) -> tuple[list[Line], int]:
    """Give one page, those that end first at the top, and how many there are in all."""
    conditions = _conditions(wanted, settings)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Account).where(*conditions)) or 0
    number = min(number, max(0, (total - 1) // size))
    rows = _rows(conditions).limit(size).offset(number * size)
    return _lines([(account, person) for account, person in db.session.execute(rows)]), total


def one(account_id: int) -> Line | None:
    """Give one account, None where there is none."""
    found = db.session.execute(_rows([Account.id == account_id])).first()
    return _lines([(found[0], found[1])])[0] if found else None


def of_person(person_id: int) -> list[Line]:
    """Give the accounts of a person."""
    rows = db.session.execute(_rows([Account.person_id == person_id]))
    return _lines([(account, person) for account, person in rows])


def ids(wanted: Wanted, settings: Settings) -> list[int]:
    """Give the ids of all the accounts wanted, one more than may be chosen at once at most."""
    rows = sa.select(Account.id).where(*_conditions(wanted, settings)).order_by(Account.expires_at, Account.id)
    return list(db.session.scalars(rows.limit(MOST + 1)))


def counts() -> dict[str, int]:
    """Give state -> number of accounts."""
    question = sa.select(Account.state, sa.func.count()).where(Account.state.in_(SHOWN)).group_by(Account.state)
    return {row[0]: row[1] for row in db.session.execute(question)}


def stuck() -> tuple[int, dt.datetime | None]:
    """Give how many accounts wait for a change that could not be made, and since when the first of them does."""
    ended = sa.select(sa.func.count(), sa.func.min(Operation.finished_at)).select_from(Account)
    row = db.session.execute(ended.join(Operation, _is_newest()).where(Account.state.in_(SHOWN), _could_not())).one()
    return row[0], row[1]


def sources() -> list[str]:
    """Give the sources that any account came from."""
    found = sa.select(Account.source).where(Account.state.in_(SHOWN), Account.source != "").distinct()
    return sorted(db.session.scalars(found))


def _rows(conditions: Sequence[sa.ColumnElement[bool]]) -> sa.Select[Account, Person]:
    rows = sa.select(Account, Person).join(Person, Person.id == Account.person_id).where(*conditions)
    return rows.order_by(Account.expires_at, Account.id)


def _is_newest() -> sa.ColumnElement[bool]:
    """Say that an operation is the newest one about an account."""
    other = aliased(Operation)
    subject = sa.literal(account_operations.subject_of("")) + sa.cast(Account.id, sa.String)
    newest = sa.select(sa.func.max(other.id)).where(other.subject == subject).correlate(Account)
    return Operation.id == newest.scalar_subquery()


def _could_not() -> sa.ColumnElement[bool]:
    return sa.or_(Operation.state == PARKED, Operation.outcome == FAILED)


def _conditions(wanted: Wanted, settings: Settings) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [Account.state.in_((wanted.state,) if wanted.state in SHOWN else SHOWN)]
    if wanted.state == STUCK:
        found.append(sa.exists().where(_is_newest(), _could_not()))
    if wanted.state == PROPOSED:
        found.append(purges.is_proposed())
    if wanted.source:
        found.append(Account.source == wanted.source)
    if wanted.ends in ENDS:
        today = day_of(clock.now(), settings.timezone)
        found.append(Account.expires_at <= end_of_day(today + dt.timedelta(days=ENDS[wanted.ends]), settings.timezone))
        found.append(Account.expires_at >= clock.now())
    return found


def _lines(rows: Sequence[tuple[Account, Person]]) -> list[Line]:
    reminders = account_reminders.sent_to([person.id for _, person in rows])
    last = _last_operations([account.id for account, _ in rows])
    return [Line(account, person, reminders.get(person.id, 0), last.get(account.id)) for account, person in rows]


def _last_operations(account_ids: Sequence[int]) -> dict[int, Operation]:
    subjects = [account_operations.subject_of(number) for number in account_ids]
    newest = sa.select(sa.func.max(Operation.id)).where(Operation.subject.in_(subjects)).group_by(Operation.subject)
    rows = db.session.scalars(sa.select(Operation).where(Operation.id.in_(newest)))
    return {int(row.desired["account_id"]): row for row in rows}
