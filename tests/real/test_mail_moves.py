"""A mailbox moves from one Dovecot to another that cuts folders differently: all of it, and nothing twice."""

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.demo.dovecot import LocalDovecot
from backoffice.extensions import db, settings_of, writing
from backoffice.models import AuditEntry, MovedMessage, PermanentRequest
from backoffice.ports import imap_open
from backoffice.ports.imap_pace import Pace
from backoffice.ports.seal import Sealer
from backoffice.rules.form_values import InvalidFieldsError
from backoffice.services import audit, mail_move_password, mail_move_verify, mail_moves
from backoffice.services.permanent_requests import secret_context
from tests.real.moving import (
    DATE,
    PASSWORD,
    content,
    entered,
    fill,
    mail,
    make_move,
    names,
    overrides_of,
    the_move,
    work,
)

FOLDERS = {
    "INBOX": [mail(1, flags="\\Seen"), mail(2, flags="\\Answered $Forwarded NonJunk"), mail(3)],
    "Sent": [mail(4, flags="\\Seen \\Flagged"), mail(5, date='"01-Jan-2001 00:00:00 +0000"')],
    "Archive.2019.Letters": [mail(6), mail(6), mail(6, flags="\\Seen")],
    "&BiMGMQY0BsweBg-.&BkYGJwZFBkc-": [mail(7)],
    "With space": [mail(8)],
    "0123": [mail(9)],
    "Empty": [],
    "Odd": [
        ("", DATE, b"no header at all\r\n"),
        ("", DATE, b"Subject: \xd8\xff\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--y\x80"),
        ("", DATE, b"Message-ID: <same@old>\r\n\r\none\r\n"),
        ("", DATE, b"Message-ID: <same@old>\r\n\r\ntwo\r\n"),
        mail(10, 5_000_000),
    ],
}  # fmt: skip


@pytest.fixture
def overrides(old_mail: LocalDovecot, new_mail: LocalDovecot, request: pytest.FixtureRequest) -> dict[str, object]:
    return overrides_of(old_mail, new_mail, **getattr(request, "param", {}))


def begin(app: Flask, old: LocalDovecot, new: LocalDovecot, name: str, folders: dict[str, list] = FOLDERS) -> int:  # type: ignore[type-arg]
    old.add_users({name: PASSWORD})
    new.add_users({name: "another one 34"})
    fill(old, name, folders)
    return make_move(app, name)


def test_all_of_a_mailbox_is_at_the_new_server(app: Flask, old_mail: LocalDovecot, new_mail: LocalDovecot) -> None:
    name = f"whole.{db.engine.name}"
    move_id = begin(app, old_mail, new_mail, name)
    with entered(old_mail, name) as connection:
        connection.subscribe('"Archive.2019.Letters"')
    before = content(old_mail, name, ".")
    move = work(app, move_id)
    assert (move.state, move.detail) == ("done", "")
    assert content(old_mail, name, ".") == before
    assert content(new_mail, name, "/") == before
    with entered(new_mail, name) as connection:
        assert {"Empty", "Archive/2019/Letters"} <= set(names(connection))
        assert "Archive/2019/Letters" in names(connection, "lsub")
        assert "Empty" not in names(connection, "lsub")
    assert (move.messages, move.messages_done, move.refused) == (sum(before.values()), sum(before.values()), 0)
    request = db.session.get_one(PermanentRequest, move.request_id)
    assert request.mailbox_secret == ""
    assert move.credentials_erased_at == request.secret_erased_at is not None
    assert db.session.scalar(sa.select(sa.func.count()).where(~MovedMessage.verified)) == 0
    verbs = db.session.scalars(sa.select(AuditEntry.action).where(AuditEntry.subject == f"move:{move_id}")).all()
    assert verbs == ["mail:move:begun", "mail:move:done"]
    audit.verify()


def test_a_password_asked_for_again_is_tried_sealed_and_erased(
    app: Flask, old_mail: LocalDovecot, new_mail: LocalDovecot
) -> None:
    name = f"asked.{db.engine.name}"
    move_id = begin(app, old_mail, new_mail, name, {"INBOX": [mail(1)]})
    request_id = the_move(move_id).request_id
    mail_move_password.ask(move_id, actor="amiri", settings=settings_of(app))
    assert the_move(move_id).state == "credentials_needed"
    assert db.session.get_one(PermanentRequest, request_id).mailbox_secret == ""
    account_id = db.session.get_one(PermanentRequest, request_id).account_id
    with pytest.raises(InvalidFieldsError):
        mail_move_password.give(account_id, "wrong", address="127.0.0.1", settings=settings_of(app))
    mail_move_password.give(account_id, PASSWORD, address="127.0.0.1", settings=settings_of(app))
    assert PASSWORD not in db.session.get_one(PermanentRequest, request_id).mailbox_secret
    assert work(app, move_id).state == "done"
    assert content(new_mail, name, "/") == content(old_mail, name, ".")
    request = db.session.get_one(PermanentRequest, request_id)
    assert (request.mailbox_secret, request.secret_erased_at is not None) == ("", True)


@pytest.mark.parametrize("overrides", [{"read_back": 0}], indirect=True)
def test_what_is_not_as_it_was_sent_is_read_back_and_said(
    app: Flask, old_mail: LocalDovecot, new_mail: LocalDovecot
) -> None:
    move_id = begin(app, old_mail, new_mail, f"differs.{db.engine.name}", {"INBOX": [mail(1), mail(2), mail(3)]})
    request_id = work(app, move_id).request_id
    with writing() as session:
        request = session.get_one(PermanentRequest, request_id)
        secret = Sealer(settings_of(app)).seal(PASSWORD.encode(), secret_context(request.tracking_code))
        request.mailbox_secret = secret
        rows = session.scalars(sa.select(MovedMessage).order_by(MovedMessage.uid)).all()
        for row in rows:
            row.verified = False
        rows[0].size, rows[0].digest = 1, "another"
        rows[1].size = 1
        rows[2].target_uid = 4_000
    mail_moves.retry(move_id, actor="amiri")
    move = work(app, move_id)
    assert (move.state, move.failure, move.refused) == ("failed", "partial", 2)
    said = db.session.execute(sa.select(MovedMessage.uid, MovedMessage.detail).order_by(MovedMessage.uid))
    assert {row.uid: row.detail for row in said} == {1: mail_move_verify.DIFFERS, 2: "", 3: mail_move_verify.GONE}


@pytest.mark.parametrize("overrides", [{"old_bytes_per_second": 20_000, "new_bytes_per_second": 40_000}], indirect=True)
def test_a_move_keeps_the_pace_of_each_server(
    app: Flask, old_mail: LocalDovecot, new_mail: LocalDovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited = {old_mail.url: 0.0, new_mail.url: 0.0}

    def pace_of(url: str, rate: int) -> Pace:
        def wait(seconds: float) -> None:
            waited[url] += seconds

        return Pace(rate, lambda: waited[url], wait)

    monkeypatch.setattr(imap_open, "pace_of", pace_of)
    name = f"paced.{db.engine.name}"
    move_id = begin(app, old_mail, new_mail, name, {"INBOX": [mail(1, 600_000), mail(2, 400_000)]})
    assert work(app, move_id).state == "done"
    assert content(new_mail, name, "/") == content(old_mail, name, ".")
    assert 48 < waited[old_mail.url] < 60
    assert 24 < waited[new_mail.url] < 60
