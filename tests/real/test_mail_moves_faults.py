"""What happens in the middle of a move: killed, cut off, counted anew, full, new mail. 0 lost, 0 doubled."""

import os
import random
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from backoffice import clock
from backoffice.demo.dovecot import LocalDovecot
from backoffice.extensions import db, settings_of, writing
from backoffice.models import MailMove, Operation, PermanentRequest
from backoffice.ports.seal import Sealer
from backoffice.services import mail_move_work
from backoffice.services.permanent_requests import secret_context
from tests.cutting import POOR, CuttingProxy
from tests.forks import FORKS
from tests.real import mortals
from tests.real.moving import (
    PASSWORD,
    Given,
    Message,
    content,
    entered,
    fill,
    mail,
    make_move,
    overrides_of,
    the_move,
    work,
)  # fmt: skip

SOAK = bool(os.environ.get("BACKOFFICE_SOAK"))
COUNT, KILLS = (1_000, 50) if SOAK else (120, 3)
START_SECONDS = 60


@pytest.fixture
def proxy(request: pytest.FixtureRequest, new_mail: LocalDovecot) -> Iterator[CuttingProxy]:
    """Stand before the new server; the test says after how many bytes it cuts, and how poor the server is."""
    after, words = getattr(request, "param", ((), None))
    with CuttingProxy(new_mail.port, after, words) as running:
        yield running


@pytest.fixture
def overrides(old_mail: LocalDovecot, new_mail: LocalDovecot, proxy: CuttingProxy) -> dict[str, object]:
    return {**overrides_of(old_mail, new_mail, batch_messages=10), "new_imap_url": proxy.url}


Servers = Callable[[int], tuple[Counter[Message], Counter[Message]]]
Begin = Callable[[str, dict[str, list[Given]]], int]


@pytest.fixture
def begin(app: Flask, old_mail: LocalDovecot, new_mail: LocalDovecot) -> Begin:
    """Give who makes an old mailbox with these folders, an empty new one, and the move; its name is the test's own."""

    def make(name: str, folders: dict[str, list[Given]]) -> int:
        full = f"{name}.{db.engine.name}"
        old_mail.add_users({full: PASSWORD})
        new_mail.add_users({full: "another one 34"})
        fill(old_mail, full, folders)
        return make_move(app, full)

    return make


@pytest.fixture
def servers(old_mail: LocalDovecot, new_mail: LocalDovecot) -> Servers:
    """Give who says what is at the old and at the new server for a move."""

    def both(move_id: int) -> tuple[Counter[Message], Counter[Message]]:
        name = the_move(move_id).old_name
        return content(old_mail, name, "."), content(new_mail, name, "/")

    return both


def due_now(move_id: int) -> None:
    """Let the next try of a move begin at once."""
    with writing() as session:
        row = session.get_one(Operation, session.get_one(MailMove, move_id).operation_id)
        row.not_before = clock.now()


def test_killed_at_random_moments_nothing_is_lost_or_doubled(app: Flask, begin: Begin, servers: Servers) -> None:
    # Every third message is there twice.
    messages = [mail(number - (number % 3 == 1), 100 + number * 7) for number in range(COUNT)]
    move_id = begin("killed", {"INBOX": messages[: COUNT // 2], "Archive.Old": messages[COUNT // 2 :]})
    random_ = random.Random(7)  # noqa: S311 - moments, not secrets
    for _ in range(KILLS):
        ready = FORKS.Event()
        worker = FORKS.Process(target=mortals.move_mail, args=(settings_of(app), ready))
        worker.start()
        assert ready.wait(START_SECONDS)
        worker.join(random_.uniform(0.02, 0.6))
        worker.kill()
        worker.join()
    assert work(app, move_id).state == "done"
    old, new = servers(move_id)
    assert new == old


@pytest.mark.parametrize(
    "proxy", [((3_000, 9_000, 26_000), None), ((3_000, 9_000, 26_000), POOR)], indirect=True, ids=["rich", "poor"]
)
def test_cut_in_the_middle_of_messages_it_goes_on(
    app: Flask, begin: Begin, servers: Servers, proxy: CuttingProxy
) -> None:
    name = "rich" if proxy._words == {} else "poor"
    move_id = begin(f"cut.{name}", {"INBOX": [mail(number // 2, 900) for number in range(60)]})
    while (move := work(app, move_id)).state not in ("done", "failed"):
        due_now(move_id)
    assert (move.state, proxy.cut) == ("done", 3)
    old, new = servers(move_id)
    assert new == old


@pytest.mark.parametrize("proxy", [((20_000,), None)], indirect=True)
def test_mail_that_arrives_and_a_server_that_counts_anew(
    app: Flask, begin: Begin, servers: Servers, old_mail: LocalDovecot, new_mail: LocalDovecot
) -> None:
    move_id = begin("anew", {"INBOX": [mail(number // 2, 900) for number in range(60)]})
    assert work(app, move_id).state == "copying"
    name = the_move(move_id).old_name
    assert 0 < the_move(move_id).messages_done < 60
    update = ("mailbox", "update", "--uid-validity", "4242", "-u", name, "INBOX")
    subprocess.run([*old_mail.doveadm, *update], check=True)
    fill(old_mail, name, {"INBOX": [mail(1_000), mail(0, 900)], "Late": [mail(1_001)]})
    delivered = mail(2_000)
    fill(new_mail, name, {"INBOX": [delivered]})
    before = content(new_mail, name, "/")
    with entered(old_mail, name) as connection:
        connection.select()
        connection.store("1,60", "+FLAGS", "\\Flagged")
    due_now(move_id)
    assert work(app, move_id).state == "done"
    old, new = servers(move_id)
    kept = Counter({key: number for key, number in before.items() if key[3] == key[3] and key not in old})
    extra = new - old
    assert sum(extra.values()) == 1
    assert set(extra) <= set(kept)
    assert old - new == Counter()


def test_a_full_mailbox_is_gone_on_with_once_there_is_room(
    app: Flask, begin: Begin, servers: Servers, new_mail: LocalDovecot, later: Callable[[float], None]
) -> None:
    move_id = begin("full", {"INBOX": [mail(number, 10_000) for number in range(30)]})
    name = the_move(move_id).old_name
    new_mail.set_quota(name, 100)
    move = work(app, move_id)
    assert (move.state, move.failure) == ("failed", "quota")
    assert 0 < move.messages_done < 30
    assert db.session.get_one(PermanentRequest, move.request_id).mailbox_secret
    new_mail.set_quota(name, 0)
    later(mail_move_work.QUOTA_PAUSE.total_seconds() - 60)
    assert work(app, move_id).state == "failed"
    later(61)
    assert work(app, move_id).state == "done"
    old, new = servers(move_id)
    assert new == old


def test_a_wrong_password_is_asked_for_again_and_harms_nobody(app: Flask, begin: Begin, servers: Servers) -> None:
    move_id = begin("wrong", {"INBOX": [mail(1)]})
    with writing() as session:
        operation_id = session.get_one(MailMove, move_id).operation_id
        request = session.get_one(PermanentRequest, session.get_one(MailMove, move_id).request_id)
        request.mailbox_secret = Sealer(settings_of(app)).seal(b"not it", secret_context(request.tracking_code))
    move = work(app, move_id)
    assert (move.state, move.failure) == ("failed", "auth")
    assert db.session.get_one(Operation, operation_id).state == "parked"
