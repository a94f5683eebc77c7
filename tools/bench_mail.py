"""The same mailbox moved by us and by Dovecot's own ``doveadm sync`` over IMAP, for ``tools.bench``."""

import itertools
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from backoffice import clock, create_app
from backoffice.demo.dovecot import LocalDovecot
from backoffice.extensions import db, settings_of, writing
from backoffice.models import Account, MailMove, PermanentRequest, Person
from backoffice.services import mail_move_work, mail_moves
from backoffice.settings import load

NAME = "mailbox"
MESSAGES = 5_000
OURS, THEIRS = "ours", "theirs"


class Moving:
    """Moves one old mailbox again and again, each time into another new one."""

    def __init__(self, app: Flask, old: LocalDovecot, new: LocalDovecot) -> None:
        self._app, self._old, self._new = app, old, new
        self._turns = {OURS: itertools.count(), THEIRS: itertools.count()}

    @classmethod
    @contextmanager
    def between_servers(cls, folder: Path, turns: int) -> Iterator[Self]:
        """Give it with two servers that run, the old one with MESSAGES small messages."""
        old, new = LocalDovecot.create(folder / "old", separator="."), LocalDovecot.create(folder / "new")
        old.add_users({NAME: ""})
        new.add_users({f"{who}{turn}": "" for who in (OURS, THEIRS) for turn in range(turns)})
        _fill(old.files.server / "mail" / NAME)
        with old, new:
            masters = {
                f"{prefix}_imap_{word}": value
                for prefix, server in (("old", old), ("new", new))
                for word, value in (
                    ("url", server.url), ("master_user", server.master_user),
                    ("master_password", server.master_password),
                )
            }  # fmt: skip
            (folder / "desk").mkdir()
            acting = {"instance": folder / "desk", "policy": {"mode": "act"}}
            app = create_app(load({**acting, **masters}, environ={}), pages=False)
            with app.app_context():
                upgrade()
            yield cls(app, old, new)

    def ours(self) -> None:
        """Move it through the queue, with the ledger, verified."""
        with self._app.app_context():
            move_id = self._begun(next(self._turns[OURS]))
            mail_move_work.work_off(self._app)
            move = db.session.get_one(MailMove, move_id, populate_existing=True)
            done = move.state, move.messages_done
            db.session.remove()
        if done != ("done", MESSAGES):
            raise ValueError(f"only this was moved: {done}")

    def doveadm(self) -> None:
        """Move it with ``doveadm sync``, which asks the old server by IMAP too and writes the new mailbox itself."""
        target = f"{THEIRS}{next(self._turns[THEIRS])}"
        said = {
            "imapc_host": "127.0.0.1", "imapc_port": self._old.port, "imapc_user": f"{NAME}*{self._old.master_user}",
            "imapc_password": self._old.master_password, "imapc_features": "rfc822.size fetch-headers",
            "mail_prefetch_count": 20,
        }  # fmt: skip
        options = [word for name, value in said.items() for word in ("-o", f"{name}={value}")]
        subprocess.run(
            [*self._new.doveadm, *options, "sync", "-1", "-R", "-u", target, "imapc:"], check=True, capture_output=True
        )

    def _begun(self, number: int) -> int:
        target, now = f"{OURS}{number}", clock.now()
        with writing() as session:
            person = Person(national_code=f"{number:010}", created_at=now)
            session.add(person)
            session.flush()
            account = Account(person_id=person.id, username=target, state="permanent", source="hr", created_at=now)
            session.add(account)
            session.flush()
            request = PermanentRequest(
                tracking_code=f"B-{number}", account_id=account.id, state="done", created_at=now, username=target,
                mailbox=NAME,
            )  # fmt: skip
            session.add(request)
            session.flush()
            mail_moves.begin(session, request, "bench", settings_of(self._app))
            return session.scalars(sa.select(MailMove.id).where(MailMove.request_id == request.id)).one()


def _fill(mailbox: Path) -> None:
    for name in ("cur", "new", "tmp"):
        (mailbox / name).mkdir(parents=True)
    for number in range(MESSAGES):
        head = f"From: a@example.ac.ir\r\nSubject: {number}\r\nMessage-ID: <{number}@old>\r\n\r\n"
        content = head + "A line of a message.\r\n" * (20 + number % 80)
        path = mailbox / "cur" / f"{1_560_000_000 + number}.M{number}.old,S={len(content)},W={len(content)}:2,S"
        path.write_bytes(content.encode("ascii"))
    if os.geteuid() == 0:
        for path in (mailbox, *mailbox.rglob("*")):
            shutil.chown(path, "nobody", "nogroup")
