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
    """Name every fault of this installation, each with its cure; warnings do not count as faults."""
    # The reading of a directory needs libraries that other commands do without.
    from backoffice.services.check import faults, warnings  # noqa: PLC0415

    found, beside = faults(settings_of(current_app)), warnings(settings_of(current_app))
    document = {"faults": [_document(fault) for fault in found], "warnings": [_document(one) for one in beside]}
    lines = _lines(found) if found else ["No fault was found."]
    emit(document, [*lines, *(["Warnings:", *_lines(beside)] if beside else [])], as_json=as_json)
    if found:
        refuse(f"{len(found)} {'fault' if len(found) == 1 else 'faults'}")


def _document(fault: Fault) -> dict[str, str]:
    return {"message": fault.sentence, "cure": fault.cure}


def _lines(found: list[Fault]) -> list[str]:
    return [line for fault in found for line in (fault.sentence, *(f"    {cure}" for cure in fault.cure.splitlines()))]
