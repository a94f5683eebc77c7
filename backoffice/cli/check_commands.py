"""``flask check``."""

import click
from flask import current_app
from flask.cli import with_appcontext

from backoffice.cli.output import emit, json_option, refuse
from backoffice.extensions import settings_of
from backoffice.services.fault import Fault


@click.command("check")
@with_appcontext
@json_option
def check(*, as_json: bool) -> None:
    """Name every fault of this installation, each with its cure."""
    # The reading of a directory needs libraries that other commands do without.
    from backoffice.services.check import faults  # noqa: PLC0415

    found = faults(settings_of(current_app))
    emit({"faults": [_document(fault) for fault in found]}, _lines(found), as_json=as_json)
    if found:
        refuse(f"{len(found)} {'fault' if len(found) == 1 else 'faults'}")


def _document(fault: Fault) -> dict[str, str]:
    return {"message": fault.sentence, "cure": fault.cure}


def _lines(found: list[Fault]) -> list[str]:
    if not found:
        return ["No fault was found."]
    return [line for fault in found for line in (fault.sentence, *(f"    {cure}" for cure in fault.cure.splitlines()))]
