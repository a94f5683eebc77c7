"""Turns of mail moves: who is free takes what comes later, and outside the hours nothing is begun."""

import datetime as dt
import threading
import time

import pytest
from flask import Flask

from backoffice import clock
from backoffice.extensions import settings_of
from backoffice.services import mail_move_run, mail_move_work, mail_moves
from backoffice.services.mail_move_ledger import Holder
from backoffice.settings import Settings
from tests.real.moving import make_move

SECONDS = 20


@pytest.fixture
def overrides() -> dict[str, object]:
    url = "imap://127.0.0.1:1"
    return {
        "policy": {"mode": "act"}, "old_imap_url": url, "new_imap_url": url, "new_imap_master_user": "master",
        "new_imap_master_password": "kettle", "mail_move": {"parallel": 2},
    }  # fmt: skip


def test_what_comes_while_a_large_one_moves_does_not_wait_for_it(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    large, began, done = make_move(app, "large"), threading.Event(), threading.Event()

    def run(holder: Holder, _settings: Settings) -> bool:
        if holder.move_id != large:
            done.set()
            raise mail_move_run.PasswordErasedError(mail_move_run.ERASED)
        began.set()
        assert done.wait(SECONDS)
        raise mail_move_run.PasswordErasedError(mail_move_run.ERASED)

    monkeypatch.setattr(mail_move_run, "run", run)
    monkeypatch.setattr(mail_move_work, "LOOK_SECONDS", 0.05)
    working = threading.Thread(target=_work_off, args=(app,))
    working.start()
    assert began.wait(SECONDS)
    # Long enough for the other one to find nothing to do.
    time.sleep(0.3)
    make_move(app, "small")
    assert done.wait(SECONDS / 4)
    working.join(SECONDS)
    assert not working.is_alive()


def _work_off(app: Flask) -> None:
    with app.app_context():
        mail_move_work.work_off(app)


@pytest.mark.parametrize(
    ("window", "hour", "is_open"),
    [("", 12, True), ("22-06", 21, False), ("22-06", 23, True), ("22-06", 5, True), ("22-06", 6, False),
     ("8-16", 8, True), ("8-16", 16, False)],
)  # fmt: skip
def test_mail_moves_in_its_hours_only(app: Flask, window: str, hour: int, *, is_open: bool) -> None:
    settings = settings_of(app)
    settings = settings.model_copy(update={"mail_move": settings.mail_move.model_copy(update={"window": window})})
    tehran = dt.timezone(dt.timedelta(hours=3, minutes=30))
    make_move(app, "somebody")
    tomorrow = clock.now().astimezone(tehran) + dt.timedelta(days=1)
    then = tomorrow.replace(hour=hour, minute=5).astimezone(dt.UTC)
    assert mail_moves.is_open(settings, then) is is_open
    assert mail_moves.opens_at(settings, then) == (None if is_open else int(window.partition("-")[0]))
    with clock.begun_at(then):
        assert mail_moves.is_due(settings) is is_open
