"""Accounts that came to their end are noted as such, once; the list of accounts by command."""

import datetime as dt
import json

import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.extensions import db
from backoffice.models import Account, AuditEntry
from backoffice.services import account_expiry
from tests.factories import make_account
from tests.reconcile.worlds import code


def test_the_end_of_an_account_is_noted_once(app: Flask) -> None:
    past = clock.now() - dt.timedelta(seconds=1)
    over, locked, valid = make_account(1, expires_at=past), make_account(2, expires_at=past, state="locked"), 0
    valid = make_account(3)
    assert (account_expiry.count_due(), account_expiry.expire_due(), account_expiry.expire_due()) == (1, 1, 0)
    found = dict(db.session.execute(sa.select(Account.id, Account.state)).all())
    assert found == {over: "expired", locked: "locked", valid: "temporary"}
    assert db.session.scalars(sa.select(AuditEntry.action)).all() == ["account:temporary:expired"]


def test_accounts_are_listed_as_the_contract_says(app: Flask) -> None:
    end = dt.datetime(2026, 12, 29, 20, 29, 59, tzinfo=dt.UTC)
    make_account(1, expires_at=end)
    answer = app.test_cli_runner().invoke(args=["accounts", "list", "--json"])
    assert json.loads(answer.stdout) == {
        "accounts": [
            {
                "username": code(1), "national_code": code(1), "state": "temporary",
                "expires_at": "2026-12-29T20:29:59+00:00",
            }
        ]
    }  # fmt: skip
