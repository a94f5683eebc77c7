"""The figures of this moment: what waits, which accounts live, how far the mail is, how fresh HR is."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from backoffice.extensions import db
from backoffice.models import Account, Case, MailMove, SnapshotConfirmation
from backoffice.rules import account_states, case_states
from backoffice.rules import mail_move_states as moves
from backoffice.services import figures
from backoffice.services.figure_hiding import Cell
from backoffice.services.figure_sql import AGES, DAYS_LEFT, WORKING
from backoffice.services.figures import ALL, CASES, NOW, TEMPORARIES, TOTAL, step_of
from backoffice.settings import Settings

if TYPE_CHECKING:
    from backoffice.services.figure_store import Source

OPEN_CASES, LIVE_TEMPORARY, PERMANENT, UNMOVED = "open_cases", "live_temporary", "permanent", "unmoved"
MAIL = (moves.CREDENTIALS_NEEDED, moves.QUEUED, WORKING, moves.FAILED, moves.DONE)


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
    """What waits and what lives of a group. ``oldest``: full days the oldest open case has waited, None of a part."""

    cases: Parts
    oldest: int | None
    temporary: Parts
    mail: Parts


def look(source: "Source", dimension: str = ALL, value: str = "") -> Now:
    """Give the figures of now, of one group or of everybody."""
    cells = {cell.step: cell for cell in source.of(dimension, value, NOW)}
    cases, temporary, mail = (
        _parts(cells, family, names)
        for family, names in ((CASES, AGES), (TEMPORARIES, DAYS_LEFT), (figures.MAIL, MAIL))
    )
    return Now(cases, oldest_case(source.as_of) if dimension == ALL else None, temporary, mail)


def oldest_case(now: dt.datetime) -> int:
    """Give the full days the oldest open case has waited, 0 where none is open."""
    oldest = db.session.scalar(sa.select(sa.func.min(Case.opened_at)).where(Case.state.in_(case_states.OPEN)))
    return max(0, (now - oldest).days) if oldest else 0


def _parts(cells: Mapping[str, Cell], family: str, names: Iterable[int | str]) -> Parts:
    """Give the parts of a family; a group has a whole where none of its parts is hidden."""
    counts = {str(name): _count(cells.get(step_of(family, str(name)))) for name in names}
    if whole := cells.get(step_of(family, TOTAL)):
        return Parts(counts, _count(whole))
    known = [count for count in counts.values() if count is not None]
    return Parts(counts, sum(known) if len(known) == len(counts) else None)


def _count(cell: Cell | None) -> int | None:
    return 0 if cell is None else cell.count if cell.shown else None


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


def _is_live(now: dt.datetime) -> sa.ColumnElement[bool]:
    return sa.and_(Account.state == account_states.TEMPORARY, Account.expires_at > now)


def _number(counted: sa.orm.InstrumentedAttribute[int], which: sa.ColumnElement[bool]) -> int:
    return db.session.scalar(sa.select(sa.func.count(counted)).where(which)) or 0
