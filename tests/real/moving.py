"""What tests of mail moves have in common: mailboxes filled and compared by the standard library's own IMAP client."""

import hashlib
import imaplib
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.demo.dovecot import LocalDovecot
from backoffice.extensions import db, settings_of, writing
from backoffice.models import MailMove, PermanentRequest
from backoffice.ports.seal import Sealer
from backoffice.services import mail_move_work, mail_moves
from backoffice.services.permanent_requests import secret_context
from tests.factories import make_account, make_verified

PASSWORD = "old kettle 12"
DATE = '"17-Jul-2019 02:44:25 +0430"'
# A message: flags, internal date, content.
Given = tuple[str, str, bytes]
Message = tuple[str, str, tuple[str, ...], str]
_numbers = itertools.count(1)
_PARTS = re.compile(rb'FLAGS \(([^)]*)\) INTERNALDATE "([^"]*)"')


def mail(number: int, size: int = 200, flags: str = "", date: str = DATE) -> Given:
    """Give a message that is like no other."""
    head = f"From: a@example.ac.ir\r\nSubject: {number}\r\nMessage-ID: <{number}@old>\r\n\r\n"
    return flags, date, head.encode() + b"x" * size + b"\r\n"


@contextmanager
def entered(server: LocalDovecot, user: str) -> Iterator[imaplib.IMAP4]:
    """Open somebody's mailbox as the master user."""
    with imaplib.IMAP4("127.0.0.1", server.port) as connection:
        connection.login(f"{user}*{server.master_user}", server.master_password)
        yield connection


def fill(server: LocalDovecot, user: str, folders: Mapping[str, Sequence[Given]]) -> None:
    """Put messages into folders, which are made."""
    with entered(server, user) as connection:
        for name, messages in folders.items():
            connection.create(f'"{name}"')
            for flags, date, content in messages:
                status, said = connection.append(f'"{name}"', flags, date, content)
                assert status == "OK", said


def content(server: LocalDovecot, user: str, separator: str) -> Counter[Message]:
    """Give what a mailbox holds: how often which (folder with slashes, hash, flags, date)."""
    found: Counter[Message] = Counter()
    with entered(server, user) as connection:
        for name in names(connection):
            connection.select(f'"{name}"', readonly=True)
            _, answers = connection.fetch("1:*", "(FLAGS INTERNALDATE BODY.PEEK[])") if _any(connection) else ("", [])
            for answer in answers:
                if isinstance(answer, tuple):
                    flags, date = _PARTS.search(answer[0]).groups()  # type: ignore[union-attr]
                    kept = tuple(sorted(set(flags.decode().split()) - {"\\Recent"}))
                    digest = hashlib.sha256(answer[1]).hexdigest()
                    found[name.replace(separator, "/"), digest, kept, date.decode()] += 1
    return found


def names(connection: imaplib.IMAP4, command: str = "list") -> list[str]:
    """Give the names of the folders that can be opened."""
    _, lines = getattr(connection, command)()
    rows = [line.decode() for line in lines if line and b"\\Noselect" not in line and b"\\NonExistent" not in line]
    return [re.sub(r'^\([^)]*\) "." ', "", row).strip('"') for row in rows]


def _any(connection: imaplib.IMAP4) -> bool:
    return bool(connection.search(None, "ALL")[1][0])


def overrides_of(old: LocalDovecot, new: LocalDovecot, **values: object) -> dict[str, object]:
    """Settings of an application that moves mail between these two."""
    return {
        "policy": {"mode": "act"}, "old_imap_url": old.url, "new_imap_url": new.url,
        "new_imap_master_user": new.master_user, "new_imap_master_password": new.master_password,
        "mail_move": {"settle_seconds": 0.2, "parallel": 1, **values},
    }  # fmt: skip


def make_move(app: Flask, name: str, password: str = PASSWORD) -> int:
    """Let the request of somebody with this old mailbox be done, its move begun; give the move's id."""
    number = next(_numbers)
    account_id = make_account(number)
    make_verified(number, state="temporary", account_id=account_id)
    with writing() as session:
        code = f"7KQ2-{number:04}"
        secret = Sealer(settings_of(app)).seal(password.encode(), secret_context(code)) if password else ""
        request = PermanentRequest(
            tracking_code=code, account_id=account_id, state="done", created_at=clock.now(), username=name,
            mailbox=name, mailbox_secret=secret, mailbox_proved_at=clock.now(),
        )  # fmt: skip
        session.add(request)
        session.flush()
        mail_moves.begin(session, request, "amiri", settings_of(app))
        return session.scalars(sa.select(MailMove.id).where(MailMove.request_id == request.id)).one()


def the_move(move_id: int) -> MailMove:
    """Give the move as it is now."""
    db.session.rollback()
    return db.session.get_one(MailMove, move_id, populate_existing=True)


def work(app: Flask, move_id: int) -> MailMove:
    """Work on moves until none is due; give this one as it is then."""
    mail_move_work.work_off(app)
    return the_move(move_id)
