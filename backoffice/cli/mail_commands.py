"""``flask mail``."""

import click
from flask.cli import AppGroup

from backoffice.cli.output import emit, json_option, refusals_are_sentences
from backoffice.rules.errors import RefusedError
from backoffice.rules.mail_move_states import OPEN, STATES
from backoffice.services import mail_move_list
from backoffice.services.mail_move_list import Row

group = AppGroup("mail", help="Moves of mailboxes from the old mail server to the new one.")


@group.command("status")
@click.option("--state", type=click.Choice(["all", *STATES]), default="all", help="Only moves in this state.")
@json_option
@refusals_are_sentences
def status(*, state: str, as_json: bool) -> None:
    """Say how far each move is, the oldest first."""
    found = [row for row in mail_move_list.every() if state in ("all", row.move.state)]
    counts = {name: sum(row.move.state == name for row in found) for name in STATES}
    document = {"counts": counts, "moves": [mail_move_list.document(row) for row in found]}
    emit(document, [_line(row) for row in found], as_json=as_json)


def _line(row: Row) -> str:
    move = row.move
    state = f"{move.state} ({move.failure})" if move.failure else move.state
    if move.paused_at is not None and move.state in OPEN:
        state = f"{move.state} (paused)"
    done = f"{move.messages_done}/{move.messages}"
    refused = f"{move.refused} not moved" if move.refused else ""
    why = str(RefusedError(move.detail, move.values)) if move.detail else ""
    words = [f"{move.id:6} {move.old_name:24} {state:20} {done:>15} {row.share:3}%", refused, why]
    return "  ".join(filter(None, words))
