"""How fresh each HR source is, and what waits for a person."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db
from backoffice.models import Snapshot, SnapshotConfirmation
from backoffice.rules.permissions import may_use_source
from backoffice.services.sessions import Actor
from backoffice.services.snapshot_decision import is_open
from backoffice.services.snapshot_store import newest_accepted
from backoffice.settings import HrSource, Settings


@dataclass(frozen=True)
class SourceState:
    """One source. ``newest``: the accepted file that counts; ``last``: the newest file, whatever became of it.

    ``confirmed_at``: when ``newest`` was last known to be the truth; ``waiting``: held files a person may accept.
    """

    source: HrSource
    folder: Path
    newest: Snapshot | None
    last: Snapshot | None
    confirmed_at: dt.datetime | None
    waiting: tuple[Snapshot, ...]

    @property
    def age(self) -> dt.timedelta | None:
        """Since when nobody has confirmed the accepted file; None where there is none."""
        return clock.now() - self.confirmed_at if self.confirmed_at else None

    @property
    def set_aside(self) -> int:
        """How many rows of the accepted file were set aside because something is wrong with them."""
        return self.newest.rows - self.newest.accepted if self.newest else 0

    @property
    def stale(self) -> bool:
        """Whether the accepted file is too old to disable anybody. Source: reconciliation.md "Sources and scope"."""
        return self.age is not None and self.age > dt.timedelta(days=self.source.stale_after_days)


def own_sources(settings: Settings, actor: Actor) -> list[HrSource]:
    """Give the sources a desk user may work with: all, or a liaison's own."""
    return [source for source in settings.hr.sources if may_use_source(actor.role, actor.sources, source.name)]


def overview(settings: Settings, actor: Actor) -> list[SourceState]:
    """Give the state of each source of the desk user, in the order of the settings."""
    return [_state(source, settings) for source in own_sources(settings, actor)]


def _state(source: HrSource, settings: Settings) -> SourceState:
    files = sa.select(Snapshot).where(Snapshot.source == source.name).order_by(Snapshot.id.desc())
    newest = newest_accepted(source.name)
    since = newest.id if newest else 0
    held = db.session.scalars(files.where(Snapshot.id > since)).all()
    return SourceState(
        source=source,
        folder=settings.inbox / source.name,
        newest=newest,
        last=db.session.scalar(files.limit(1)),
        confirmed_at=_confirmed_at(newest),
        waiting=tuple(snapshot for snapshot in held if is_open(snapshot, newest)),
    )


def _confirmed_at(newest: Snapshot | None) -> dt.datetime | None:
    if newest is None:
        return None
    moments = sa.select(sa.func.max(SnapshotConfirmation.at)).where(SnapshotConfirmation.snapshot_id == newest.id)
    return db.session.scalar(moments) or newest.accepted_at
