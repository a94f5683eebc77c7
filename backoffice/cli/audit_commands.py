"""``flask audit``."""

import click
from flask.cli import AppGroup

from backoffice.cli.output import emit, json_option, refusals_are_sentences, refuse
from backoffice.services import audit

group = AppGroup("audit", help="The record of what was done by whom.")


@group.command("verify")
@json_option
@refusals_are_sentences
def verify(*, as_json: bool) -> None:
    """Check that no row of the trail was changed, cut or swapped."""
    try:
        count, last = audit.verify()
    except audit.ChainBrokenError as error:
        click.echo(str(error), err=True)
        emit({"valid": False, "first_fault": error.entry_id}, [], as_json=as_json)
        refuse("the audit trail is not intact")
    else:
        emit({"valid": True, "entries": count, "hash": last}, [f"{count} rows, intact"], as_json=as_json)
