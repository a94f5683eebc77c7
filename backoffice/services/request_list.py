"""Requests for permanent accounts as the desk lists them. Source: mission S45."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from backoffice.extensions import db
from backoffice.models import Account, PermanentRequest, Person
from backoffice.rules import request_states as states
from backoffice.rules.approval import IT, PERSON

WAITING = "waiting"
TABS = (states.NEEDS_REVIEW, WAITING, states.PROVISIONING, states.DONE, states.REJECTED)
# Which tab a request in this state is in; one that the desk would decide but that waits for its person is waiting.
_TAB_OF = {
    states.SUBMITTED: WAITING, states.WAITING_SOURCE: WAITING, states.WAITING_SYNC: WAITING,
    states.WAITING_MAILBOX: WAITING, states.NEEDS_REVIEW: states.NEEDS_REVIEW, states.FAILED: states.NEEDS_REVIEW,
    states.APPROVED: states.PROVISIONING, states.PROVISIONING: states.PROVISIONING, states.DONE: states.DONE,
    states.REJECTED: states.REJECTED, states.CANCELLED: states.REJECTED,
}  # fmt: skip
_FOR_THE_PERSON = (PermanentRequest.state == states.NEEDS_REVIEW) & (PermanentRequest.waits_for == PERSON)


@dataclass(frozen=True)
class Row:
    """One request with whose it is."""

    request: PermanentRequest
    account: Account
    person: Person


def every(wanted: Sequence[str]) -> Sequence[tuple[PermanentRequest, str]]:
    """Give all requests in these states with the national code of their person; for commands."""
    return [(row.request, row.person.national_code) for row in _rows(PermanentRequest.state.in_(wanted))]


def of_tab(tab: str) -> list[Row]:
    """Give the requests of a tab, those that should be decided first at the top."""
    return sorted(
        _rows(_is_of(tab)),
        key=lambda row: (row.request.due_at or row.request.created_at, row.request.id),
    )


def find(request_id: int) -> Row | None:
    """Give one request, None for none."""
    return next(iter(_rows(PermanentRequest.id == request_id)), None)


def to_decide() -> tuple[int, dt.datetime | None]:
    """Give how many requests wait for a person of the desk, and since when the oldest does."""
    return _number(_is_of(states.NEEDS_REVIEW))


def mailboxes_to_make() -> tuple[int, dt.datetime | None]:
    """Give how many permanent accounts wait for a person to see to their mailbox, and since when the oldest does."""
    return _number((PermanentRequest.state == states.PROVISIONING) & (PermanentRequest.waits_for == IT))


def _number(wanted: sa.ColumnElement[bool]) -> tuple[int, dt.datetime | None]:
    oldest = sa.select(sa.func.count(), sa.func.min(PermanentRequest.created_at))
    count, since = db.session.execute(oldest.where(wanted)).one()
    return count, since


def counts() -> dict[str, int]:
    """Give tab -> number of its requests."""
    by_state = sa.select(PermanentRequest.state, _FOR_THE_PERSON, sa.func.count())
    found = dict.fromkeys(TABS, 0)
    for state, for_the_person, count in db.session.execute(by_state.group_by(PermanentRequest.state, _FOR_THE_PERSON)):
        found[WAITING if for_the_person else _TAB_OF[state]] += count
    return found


def _is_of(tab: str) -> sa.ColumnElement[bool]:
    own = PermanentRequest.state.in_([state for state, kept in _TAB_OF.items() if kept == tab])
    if tab == WAITING:
        return own | _FOR_THE_PERSON
    return own & ~_FOR_THE_PERSON


def _rows(wanted: sa.ColumnElement[bool]) -> list[Row]:
    question = (
        sa.select(PermanentRequest, Account, Person)
        .join(Account, Account.id == PermanentRequest.account_id)
        .join(Person, Person.id == Account.person_id)
    )
    return [Row(*found) for found in db.session.execute(question.where(wanted).order_by(PermanentRequest.id))]
