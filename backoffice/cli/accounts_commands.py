"""``flask accounts``."""

from typing import Any

import click
from flask.cli import AppGroup

from backoffice.cli.output import emit, json_option, refusals_are_sentences
from backoffice.models import Account
from backoffice.rules.account_states import STATES
from backoffice.services import accounts

group = AppGroup("accounts", help="Accounts that this office made or takes care of.")


@group.command("list")
@click.option("--state", type=click.Choice(["all", *STATES]), default="all", help="Only accounts in this state.")
@json_option
@refusals_are_sentences
def list_accounts(*, state: str, as_json: bool) -> None:
    """List the accounts, the oldest first; codes are not masked."""
    found = accounts.every(STATES if state == "all" else (state,))
    emit({"accounts": [_document(*one) for one in found]}, [_line(*one) for one in found], as_json=as_json)


def _document(account: Account, code: str) -> dict[str, Any]:
    return {
        "username": account.username, "national_code": code, "state": account.state, "expires_at": _end(account),
    }  # fmt: skip


def _end(account: Account) -> str | None:
    return account.expires_at.isoformat() if account.expires_at else None


def _line(account: Account, code: str) -> str:
    return f"{account.id:6} {account.state:10} {account.username:20} {code:12} {_end(account) or '-'}"
