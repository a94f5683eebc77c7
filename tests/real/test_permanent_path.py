"""Through the pages only, on real servers: registered, profile, synchronised, old mailbox, approved, mailbox there.

And the password of the old mailbox, a canary, is nowhere in clear on the way.
"""

import base64
import imaplib
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.demo.dovecot import LocalDovecot
from backoffice.demo.dovecot_config import People
from backoffice.demo.slapd import LocalSlapd
from backoffice.extensions import db, settings_of
from backoffice.models import Account, Message, PermanentRequest
from backoffice.ports.seal import Sealer
from backoffice.services import jobs, permanent_requests
from tests.directories import content
from tests.factories import make_hr_row
from tests.mail_servers import MAILBOXES
from tests.real.account_rooms import BASE, dn_of, opens, overrides_of, work_off
from tests.real.permanent_rooms import permanent_dn
from tests.reconcile.worlds import code
from tests.registering import PASSWORD, Applicant, last_code
from tests.views.conftest import pages

__all__ = ["pages"]

pytestmark = [
    pytest.mark.usefixtures("emptied"), pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]  # fmt: skip
NAME = "m.karimi"
CANARY = MAILBOXES[NAME]


@pytest.fixture(scope="module")
def server(empty_server: LocalSlapd) -> LocalSlapd:
    return empty_server


@pytest.fixture(scope="module")
def mail(server: LocalSlapd, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalDovecot]:
    """A new mail server whose users are the people of the directory."""
    running = LocalDovecot.create(tmp_path_factory.mktemp("mail") / "people")
    running.people = People(server.uri, f"ou=people,{BASE}", server.service_dn, server.service_password)
    yield running.start()
    running.kill()


@pytest.fixture
def overrides(server: LocalSlapd, old_mail: LocalDovecot, mail: LocalDovecot) -> dict[str, object]:
    return {
        **overrides_of(server), "policy": {"mode": "act", "unlisted_mobile": "matched"},
        "old_imap_url": old_mail.url, "new_imap_url": mail.url, "new_imap_master_user": mail.master_user,
        "new_imap_master_password": mail.master_password, "mailbox_provider": "doveadm",
        "mailbox_doveadm": mail.doveadm,
    }  # fmt: skip


def spellings(secret: str) -> set[bytes]:
    """The ways a secret could stand somewhere without being sealed."""
    plain = secret.encode()
    coded = {base64.b64encode(b"\0" * before + plain)[2:-4] for before in range(3)}
    return {plain, quote(secret).encode(), quote_plus(secret).encode(), plain.hex().encode(), *coded}


def assert_nowhere(what: bytes, where: object) -> None:
    assert not [spelling for spelling in spellings(CANARY) if spelling in what], where


def test_from_the_first_form_to_the_mailbox_under_the_old_name(
    app: Flask, server: LocalSlapd, mail: LocalDovecot, tmp_path: Path, caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    make_hr_row(1)
    person = Applicant(app).up_to_code(1)
    assert person.enter(last_code(app, 1)).location == "/request/done"
    work_off(app)
    assert person.post("/request/done", {}).location == "/profile/"
    uuid = db.session.scalar(sa.select(Account.entry_uuid))
    assert person.post("/profile/sync", {}).status_code == 303

    asked = {"had_mailbox": "yes", "mailbox": f"{NAME}@example.ac.ir"}
    wrong = person.post("/profile/permanent", {**asked, "mailbox_password": f"{CANARY}!"})
    assert (wrong.status_code, "صندوقی در سرور قبلی باز نمی‌شود" in wrong.text) == (422, True)
    sent = person.post("/profile/permanent", {**asked, "mailbox_password": CANARY})
    assert (sent.status_code, sent.location) == (303, "/profile/permanent")
    jobs.run_now("approve", actor="tester", settings=settings_of(app), dry_run=False)
    work_off(app)

    done = person.get("/profile/permanent").text
    assert "حساب کاربری دائم (و ایمیل) شما آماده است." in done
    assert done.count("<dd>انجام شد</dd>") == 3
    assert "وای‌فای" in done
    assert opens(app, permanent_dn(NAME), PASSWORD)
    entries = content(server, "entryUUID")
    assert f"dn: {dn_of(code(1))}" not in entries
    assert {f"entryUUID: {uuid}", f"mail: {NAME}@example.ac.ir"} <= set(entries[f"dn: {permanent_dn(NAME)}"])
    with imaplib.IMAP4("127.0.0.1", mail.port, timeout=10) as connection:
        assert connection.login(NAME, PASSWORD)[0] == "OK"
    told = db.session.scalars(sa.select(Message.channel).where(Message.template == "permanent_ready")).all()
    assert sorted(told) == ["mail", "sms"]

    request = db.session.scalars(sa.select(PermanentRequest)).one()
    assert [step for step, _ in sorted(request.steps.items(), key=lambda item: item[1])] == ["entry", "mailbox", "told"]
    context = permanent_requests.secret_context(request.tracking_code)
    assert Sealer(settings_of(app)).unseal(request.mailbox_secret, context).decode() == CANARY
    seen = [wrong.text, sent.text, done, person.get("/profile/").text]
    assert_nowhere("".join(seen).encode(), "pages")
    listed = app.test_cli_runner().invoke(args=["requests", "list", "--json"]).output
    assert NAME in listed
    assert_nowhere(listed.encode(), "exports")
    names = (tmp_path / "backup.sqlite", tmp_path / "backoffice.sqlite")
    with closing(sqlite3.connect(names[0])) as backup, closing(sqlite3.connect(names[1])) as own:
        own.backup(backup)
    assert_nowhere((caplog.text + "".join(capfd.readouterr())).encode(), "logs")
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert_nowhere(path.read_bytes(), path)
    assert_nowhere("\n".join(line for lines in entries.values() for line in lines).encode(), "directory")
