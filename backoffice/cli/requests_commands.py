"""``flask requests``."""

from typing import Any

import click
from flask.cli import AppGroup

from backoffice.cli.output import emit, json_option, refusals_are_sentences
from backoffice.models import PermanentRequest
from backoffice.rules.request_states import STATES
from backoffice.services import request_list

group = AppGroup("requests", help="Requests for permanent accounts.")


@group.command("list")
@click.option("--state", type=click.Choice(["all", *STATES]), default="all", help="Only requests in this state.")
@json_option
@refusals_are_sentences
def list_requests(*, state: str, as_json: bool) -> None:
    """List the requests, the oldest first; codes are not masked."""
    found = request_list.every(STATES if state == "all" else (state,))
    emit({"requests": [_document(*one) for one in found]}, [_line(*one) for one in found], as_json=as_json)


def _document(request: PermanentRequest, code: str) -> dict[str, Any]:
    return {
        "tracking_code": request.tracking_code, "national_code": code, "state": request.state,
        "waits_for": request.waits_for, "preferred_name": "" if request.mailbox else request.username,
        "mailbox": request.mailbox,
    }  # fmt: skip


def _line(request: PermanentRequest, code: str) -> str:
    return f"{request.id:6} {request.tracking_code:10} {request.state:16} {request.username:32} {code}"
