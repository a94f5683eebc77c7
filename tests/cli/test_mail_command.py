"""``flask mail status``."""

import json

from flask import Flask

from backoffice import clock
from backoffice.ports.imap_faults import OVER_QUOTA
from tests.views.test_mail import make_move


def test_the_status_is_one_object(app: Flask) -> None:
    make_move(1)
    make_move(2, "failed", failure="auth")
    runner = app.test_cli_runner()
    found = json.loads(runner.invoke(args=["mail", "status", "--json"]).output)
    assert [(move["mailbox"], move["state"], move["failure"]) for move in found["moves"]] == [
        ("m.karimi1", "copying", None), ("m.karimi2", "failed", "auth"),
    ]  # fmt: skip
    assert (found["counts"]["copying"], found["counts"]["failed"]) == (1, 1)
    assert "m.karimi2                failed (auth)" in runner.invoke(args=["mail", "status"]).output
    assert "50/200" in runner.invoke(args=["mail", "status", "--state", "copying"]).output


def test_the_status_says_in_words_what_is_the_matter(app: Flask) -> None:
    make_move(1, "failed", failure="quota", refused=3, detail=OVER_QUOTA, values={"host": "mail.new"})
    make_move(2, paused_at=clock.now())
    said = app.test_cli_runner().invoke(args=["mail", "status"]).output
    assert "3 not moved  The mailbox at mail.new is full." in said
    assert "copying (paused)" in said
