"""What processes do that tests kill: a module of its own, since each child imports what its work is written in.

Every model is mapped here, once for all of them: a process does that at its first statement, and it takes longer than
the work itself.
"""

import os
import signal
from multiprocessing.synchronize import Event
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import configure_mappers

from backoffice import create_app
from backoffice.extensions import db
from backoffice.ports.directory_write_ldap import LdapWriter
from backoffice.services import mail_move_work, queue
from backoffice.settings import Settings

configure_mappers()


class Death:
    """Kills its own process at the write with this number, counted from 0."""

    def __init__(self, number: int) -> None:
        self._left = number

    def __call__(self, *_: object) -> None:
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1


def work(settings: Settings, is_ready: Event | None = None) -> None:
    """Work the queue off."""
    app = create_app(settings, pages=False)
    with app.app_context():
        if is_ready:
            is_ready.set()
        queue.work_off(app)


def move_mail(settings: Settings, is_ready: Event) -> None:
    """Work the mail moves off."""
    app = create_app(settings, pages=False)
    with app.app_context():
        is_ready.set()
        mail_move_work.work_off(app)


def work_and_die(settings: Settings, number: int, writes: tuple[str, ...]) -> None:
    """Work the queue off, and die before or after one of these writes to the directory, or at a commit."""
    app, death = create_app(settings, pages=False), Death(number)

    def dying(write: Any) -> Any:
        def write_and_die(*arguments: Any) -> Any:
            death()
            answer = write(*arguments)
            death()
            return answer

        return write_and_die

    for name in writes:
        setattr(LdapWriter, name, dying(getattr(LdapWriter, name)))
    with app.app_context():
        sa.event.listen(db.engine, "commit", death)
        queue.work_off(app)
