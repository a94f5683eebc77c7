"""What all commands share: one JSON object or lines on standard output, faults on standard error, exit status.

Source: contract.md "Commands": 0 done; 1 refused, held or failed; 2 wrong usage.
"""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

import click

from backoffice.rules.errors import RefusedError

P = ParamSpec("P")

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

    return wrapped
