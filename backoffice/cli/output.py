"""What all commands share: one JSON object or lines on standard output, faults on standard error, exit status.

Source: contract.md "Commands": 0 done; 1 refused, held or failed; 2 wrong usage.
"""

import datetime as dt
import json
import os
from collections.abc import Callable
from functools import wraps
from getpass import getuser
from typing import Any, ParamSpec

import click
from sqlalchemy.exc import DBAPIError, OperationalError

from backoffice.i18n import N_
from backoffice.rules import jalali
from backoffice.rules.errors import RefusedError

P = ParamSpec("P")

NO_SCHEMA = N_("The database does not have the schema of this version. Run: flask db upgrade")
NO_DATABASE = N_("The database cannot be reached or is busy; please try again. What is wrong says: flask check")
# Undefined table and undefined column: SQLSTATE of PostgreSQL, words of SQLite.
_NOT_THERE = ("42P01", "42703", "no such table", "no such column")

json_option = click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object.")


def emit(document: dict[str, Any], lines: list[str], *, as_json: bool) -> None:
    """Print the document as one JSON object, or the lines for people."""
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False))
        return
    for line in lines:
        click.echo(line)


def refuse(sentence: str) -> None:
    """End the command with exit status 1 and the sentence on standard error."""
    click.echo(sentence, err=True)
    raise click.exceptions.Exit(1)


def refusals_are_sentences(command: Callable[P, None]) -> Callable[P, None]:
    """Turn a named fault into its sentence on standard error and exit status 1."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except RefusedError as error:
            refuse(str(error))
        except DBAPIError as error:
            refuse(_database_fault(error))

    return wrapped


def _database_fault(error: DBAPIError) -> str:
    """Give the sentence for a database that is not ready. Raises the error again where it is ours."""
    told = f"{getattr(error.orig, 'sqlstate', '')} {error.orig}"
    if any(word in told for word in _NOT_THERE):
        return NO_SCHEMA
    if isinstance(error, OperationalError):
        return NO_DATABASE
    raise error


def operator() -> str:
    """Give who runs a command, as it stands in the trail."""
    try:
        return f"cli:{getuser()}"[:64]
    except (KeyError, OSError):
        return f"cli:{os.getuid()}"


class _Date(click.ParamType[dt.date]):
    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        found = jalali.parse(str(value), "jalali") or jalali.parse(str(value), "gregorian")
        if found is None:
            self.fail(f"«{value}» is no day; write it like 1403/02/31 or 2024-05-20", param, ctx)
        return found


DATE = _Date()
