"""Which mail moves are wanted: tab, state, reason, server, size, tries, and whose. Source: issue "Mail moves" 4."""

import datetime as dt
import re
from dataclasses import dataclass

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db
from backoffice.models import MailMove, Operation, Person
from backoffice.rules import mail_move_states as states
from backoffice.rules import national_code
from backoffice.rules.text import fold_digits, n2

ALL = "all"
# Tab of the list -> the states in it.
TABS: dict[str, tuple[str, ...]] = {
    "open": (states.QUEUED, *states.WORKING), "attention": (states.FAILED, states.CREDENTIALS_NEEDED),
    "done": (states.DONE,), "cancelled": (states.CANCELLED,), ALL: states.STATES,
}  # fmt: skip
PAUSED = "paused"
MOST = 100
_MEGABYTE = 1_000_000
# Word of the filter -> bytes, from and below; the old server may not have been asked yet.
SIZES: dict[str, tuple[int, int | None]] = {
    "unknown": (0, 1), "small": (1, 10 * _MEGABYTE), "middle": (10 * _MEGABYTE, 100 * _MEGABYTE),
    "large": (100 * _MEGABYTE, 1000 * _MEGABYTE), "huge": (1000 * _MEGABYTE, None),
}  # fmt: skip
# Word of the filter -> so many tries or more.
TRIES = {"1": 1, "2": 2, "3": 3, "5": 5}
# Word of the filter -> so many days or more since the move was put into the queue first.
AGES = {"2": 2, "7": 7, "30": 30}
_MASKED = re.compile(r"([0-9]{3})[•*]+([0-9]{2})")
_HOST = MailMove.values["host"].as_string()


@dataclass(frozen=True)
class Wanted:
    """Which moves are wanted; "" leaves a question out.

    ``state``: one of the tab or PAUSED; ``host``: the server that the last error names; ``size``, ``tries``, ``age``:
    keys of SIZES, TRIES and AGES; ``text``: a part of a user name or name, a whole national code, or one as lists mask
    it.
    """

    tab: str = "open"
    state: str = ""
    failure: str = ""
    host: str = ""
    size: str = ""
    tries: str = ""
    age: str = ""
    text: str = ""


def hosts() -> list[str]:
    """Give the servers that last errors name."""
    named = sa.select(_HOST).where(MailMove.detail != "", _HOST.is_not(None)).distinct()
    return sorted(db.session.scalars(named))


def conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    """Give what has to be true of a move, its operation and its person."""
    found: list[sa.ColumnElement[bool]] = [MailMove.state.in_(TABS[wanted.tab])]
    if wanted.state == PAUSED:
        found += [MailMove.paused_at.is_not(None), MailMove.state.in_(states.OPEN)]
    elif wanted.state:
        found.append(MailMove.state == wanted.state)
    if wanted.failure:
        found.append(MailMove.failure == wanted.failure)
    if wanted.host:
        found += [MailMove.detail != "", wanted.host == _HOST]
    if wanted.size:
        low, high = SIZES[wanted.size]
        found += [MailMove.size >= low, *([MailMove.size < high] if high else [])]
    if wanted.tries:
        found.append(Operation.attempts >= TRIES[wanted.tries])
    if wanted.age:
        found.append(MailMove.created_at <= clock.now() - dt.timedelta(days=AGES[wanted.age]))
    return [*found, _whose(wanted.text)] if wanted.text.strip() else found


def _whose(text: str) -> sa.ColumnElement[bool]:
    typed = fold_digits(text.strip())[:MOST]
    if masked := _MASKED.fullmatch(typed):
        return Person.national_code.like(f"{masked[1]}_____{masked[2]}")
    code = national_code.normalise(typed)
    if code.isascii() and code.isdecimal():
        return sa.or_(Person.national_code.in_({code, national_code.pad(code)}), _named(code))
    return sa.or_(_named(typed.casefold()), Person.search_key.contains(n2(typed), autoescape=True))


def _named(name: str) -> sa.ColumnElement[bool]:
    return sa.or_(*(column.contains(name, autoescape=True) for column in (MailMove.old_name, MailMove.new_name)))
