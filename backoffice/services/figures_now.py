"""The figures of this moment: what waits, which accounts live, how far the mail is, how fresh HR is."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from backoffice.extensions import db
from backoffice.models import Account, Case, MailMove, SnapshotConfirmation
from backoffice.rules import account_states, case_states
from backoffice.rules import mail_move_states as moves
from backoffice.rules.small_groups import hidden, is_small
from backoffice.settings import Settings

OPEN_CASES, LIVE_TEMPORARY, PERMANENT, UNMOVED = "open_cases", "live_temporary", "permanent", "unmoved"
# Full days a case has waited, and days an account has left: each from here on, up to the next.
AGES = (0, 1, 3, 7, 30)
DAYS_LEFT = (0, 3, 7, 14, 21)
MAIL = (moves.CREDENTIALS_NEEDED, moves.QUEUED, "working", moves.FAILED, moves.DONE)
_STATES = {**dict.fromkeys(moves.WORKING, "working")}


@dataclass(frozen=True)
class Parts:
    """A whole and its parts, those hidden as None. ``total``: None where the whole is hidden too."""

    parts: Mapping[str, int | None]
    total: int | None


@dataclass(frozen=True)
class Freshness:
    """A source of HR, and when its accepted file was last known to be the truth."""

    source: str
    title: str
    at: dt.datetime | None


@dataclass(frozen=True)
class Now:
    """What waits and what lives; ``oldest``: full days the oldest open case has waited."""

    cases: Parts
    oldest: int
    temporary: Parts
    mail: Parts


def look(now: dt.datetime) -> Now:
    """Give the figures of this moment."""
    return Now(cases_by_age(now), oldest_case(now), temporary_by_days_left(now), mail_by_state())


def cases_by_age(now: dt.datetime) -> Parts:
    """Count the open cases by the full days they have waited."""
    return _by_days(Case.opened_at, Case.state.in_(case_states.OPEN), AGES, now, -1)


def oldest_case(now: dt.datetime) -> int:
    """Give the full days the oldest open case has waited, 0 where none is open."""
    oldest = db.session.scalar(sa.select(sa.func.min(Case.opened_at)).where(Case.state.in_(case_states.OPEN)))
    return (now - oldest).days if oldest else 0


def temporary_by_days_left(now: dt.datetime) -> Parts:
    """Count the temporary accounts that can be used by the full days they have left."""
    return _by_days(Account.expires_at, _is_live(now), DAYS_LEFT, now, 1)


def mail_by_state() -> Parts:
    """Count the moves of mailboxes that were not cancelled by their state."""
    counted = sa.select(MailMove.state, sa.func.count()).group_by(MailMove.state)
    found: Counter[str] = Counter(dict.fromkeys(MAIL, 0))
    for state, number in db.session.execute(counted):
        found[_STATES.get(state, state)] += number
    del found[moves.CANCELLED]
    done = found.pop(moves.DONE)
    # The funnel counts those that are done too, so these cannot hide the others.
    others = shown(found)
    total = None if is_small(done) or others.total is None else others.total + done
    return Parts({**others.parts, moves.DONE: None if is_small(done) else done}, total)


def freshness(settings: Settings) -> list[Freshness]:
    """Give each source in the order of the settings."""
    newest = sa.select(SnapshotConfirmation.source, sa.func.max(SnapshotConfirmation.at))
    at = {row[0]: row[1] for row in db.session.execute(newest.group_by(SnapshotConfirmation.source))}
    return [Freshness(source.name, source.title, at.get(source.name)) for source in settings.hr.sources]


def totals(now: dt.datetime) -> dict[str, int]:
    """Give the figures that are noted each day."""
    open_moves = (*moves.OPEN,)
    return {
        OPEN_CASES: _number(Case.id, Case.state.in_(case_states.OPEN)),
        LIVE_TEMPORARY: _number(Account.id, _is_live(now)),
        PERMANENT: _number(Account.id, Account.state == account_states.PERMANENT),
        UNMOVED: _number(MailMove.id, MailMove.state.in_(open_moves)),
    }


def shown(counts: Mapping[str, int]) -> Parts:
    """Hide what would tell of a single person; the whole too where the parts cannot hide."""
    kept = hidden(counts)
    total = sum(counts.values())
    is_told = total >= len(kept) + 4 or not kept
    return Parts({key: None if key in kept else number for key, number in counts.items()}, total if is_told else None)


def _is_live(now: dt.datetime) -> sa.ColumnElement[bool]:
    return sa.and_(Account.state == account_states.TEMPORARY, Account.expires_at > now)


def _by_days(
    moment: sa.orm.InstrumentedAttribute[dt.datetime] | sa.orm.InstrumentedAttribute[dt.datetime | None],
    which: sa.ColumnElement[bool], starts: tuple[int, ...], now: dt.datetime, sign: int,
) -> Parts:  # fmt: skip
    """Count by days since (sign -1) or until (sign 1) a moment, each class from its start on."""
    borders = [now + sign * dt.timedelta(days=start) for start in starts[1:]]
    is_before = [(moment > border) if sign < 0 else (moment < border) for border in borders]
    classes: Any = ((within, sa.literal_column(str(start))) for within, start in zip(is_before, starts, strict=False))
    start = sa.case(*classes, else_=sa.literal_column(str(starts[-1]))).label("start")
    found = {str(begin): number for begin, number in db.session.execute(
        sa.select(start, sa.func.count()).where(which).group_by(start)
    )}  # fmt: skip
    return shown({str(begin): found.get(str(begin), 0) for begin in starts})


def _number(counted: sa.orm.InstrumentedAttribute[int], which: sa.ColumnElement[bool]) -> int:
    return db.session.scalar(sa.select(sa.func.count(counted)).where(which)) or 0
