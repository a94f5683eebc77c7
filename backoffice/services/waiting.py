"""Waiting for the operations of a run to end, for commands."""

import time
from collections.abc import Callable

from backoffice.extensions import db
from backoffice.i18n import N_
from backoffice.rules.errors import RefusedError
from backoffice.services import apply, jobs, worker_lease
from backoffice.services.apply import Progress
from backoffice.services.queue_waits import Waits
from backoffice.settings import Settings

PAUSE_SECONDS = 0.3
# So long a living worker is given to begin; so long nothing may move before we stop waiting.
WORKER_SECONDS, STUCK_SECONDS = 3.0, 60.0
STUCK = N_("%(open)d changes still wait in the queue and go on by themselves. %(why)s")


def until_done(
    run_id: int, *, undoing: bool, actor: str, settings: Settings, tell: Callable[[Progress], None]
) -> Progress:
    """Give the progress of a run once nothing of it is under way; works on the queue itself where no worker does.

    ``tell`` is called whenever something has moved, or does not for another reason than before. Raises RefusedError
    where nothing moves for a minute.
    """
    moved_at = started_at = time.monotonic()
    last: Progress | None = None
    why: Waits | None = None
    while True:
        now = apply.progress(run_id, settings=settings, undoing=undoing)
        db.session.rollback()
        if now != last:
            moved_at = time.monotonic()
        if now != last or (now.waits and now.waits != why):
            last, why = now, now.waits or why
            tell(now)
        if not now.open:
            return now
        if time.monotonic() - moved_at > STUCK_SECONDS:
            raise RefusedError(STUCK, {"open": now.open, "why": str(why or "")})
        if not worker_lease.is_alive() or time.monotonic() - started_at > WORKER_SECONDS:
            _work(actor, settings)
        time.sleep(PAUSE_SECONDS)


def _work(actor: str, settings: Settings) -> None:
    try:
        jobs.run_now("outbox", actor=actor, settings=settings, dry_run=False)
    except RefusedError:
        # The worker is at it.
        db.session.rollback()
