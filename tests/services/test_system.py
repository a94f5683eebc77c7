"""The state of the office at one look."""

import datetime as dt

from flask import Flask

from backoffice import clock
from backoffice.extensions import writing
from backoffice.models import Operation
from backoffice.services.system import queues


def add(kind: str, state: str, hours: int) -> None:
    now = clock.now()
    with writing() as session:
        session.add(Operation(
            kind=kind, subject="x", directory="main", desired={}, state=state, not_before=now,
            created_at=now - dt.timedelta(hours=hours),
        ))  # fmt: skip


def test_a_queue_says_what_is_under_way_since_when_and_what_was_given_up(app: Flask) -> None:
    for kind, state, hours in (
        ("update", "pending", 2), ("update", "running", 5), ("update", "done", 9), ("send_sms", "parked", 7),
        ("enable", "done", 1),
    ):  # fmt: skip
        add(kind, state, hours)
    given_up, updates = queues()
    assert (given_up.kind, given_up.under_way, given_up.oldest, given_up.given_up) == ("send_sms", 0, None, 1)
    assert (updates.kind, updates.under_way, updates.given_up) == ("update", 2, 0)
    assert updates.oldest is not None
    assert dt.timedelta(hours=4) < clock.now() - updates.oldest < dt.timedelta(hours=6)
