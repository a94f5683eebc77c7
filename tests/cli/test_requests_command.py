"""``flask requests list``: what people ask for, unmasked, as JSON and as lines."""

import json

from flask import Flask

from backoffice import clock
from backoffice.extensions import writing
from backoffice.models import PermanentRequest
from tests.factories import make_account
from tests.reconcile.worlds import code


def make(number: int, state: str, **values: object) -> None:
    account_id = make_account(number)
    with writing() as session:
        session.add(
            PermanentRequest(
                tracking_code=f"7KQ2-000{number}", account_id=account_id, state=state, username=f"name.of{number}",
                created_at=clock.now(), **values,
            )
        )  # fmt: skip


def test_the_list_has_the_names_of_the_contract(app: Flask) -> None:
    make(1, "waiting_source", waits_for="hr", reasons=["not_active"])
    make(2, "needs_review", waits_for="it", mailbox="old.box")
    result = app.test_cli_runner().invoke(args=["requests", "list", "--json"])
    assert json.loads(result.stdout) == {
        "requests": [
            {
                "tracking_code": "7KQ2-0001", "national_code": code(1), "state": "waiting_source", "waits_for": "hr",
                "preferred_name": "name.of1", "mailbox": "",
            },
            {
                "tracking_code": "7KQ2-0002", "national_code": code(2), "state": "needs_review", "waits_for": "it",
                "preferred_name": "", "mailbox": "old.box",
            },
        ]
    }  # fmt: skip
    one = app.test_cli_runner().invoke(args=["requests", "list", "--state", "needs_review"])
    assert (one.exit_code, one.stdout.count("\n"), "7KQ2-0002" in one.stdout) == (0, 1, True)
