"""The first step: who are you? Source: mission S2–S4."""

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.rules import identity_fields
from backoffice.rules import registration_states as states
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import InvalidFieldsError, typed
from backoffice.services import identity
from backoffice.services.registration_identity import Begun, OutageError, begin
from backoffice.services.registrations import Step
from backoffice.views.cookies import desk_session
from backoffice.views.request.refusal import refusal
from backoffice.views.request.room import (
    ADDRESS_OF,
    SEE_OTHER,
    applicant,
    attempt,
    blueprint,
    go_on_with,
    notice_of,
    sent,
    status_of,
    words,
)  # fmt: skip

UNFINISHED = (Step.ACCOUNT, Step.CODE)


@blueprint.get("/", endpoint="identity")
def form() -> ResponseReturnValue:
    """Show the empty form, and the way on for who was here before."""
    return _page()


@blueprint.post("/", endpoint="send_identity")
def send() -> ResponseReturnValue:
    """Judge what was typed: on to the next step, the one refusal, or later."""
    current = attempt()
    try:
        begun = begin(sent(), applicant(), settings_of(current_app), current.id if current else None, _remember)
    except InvalidFieldsError as fault:
        return _page(words(fault)), status_of(fault)
    except RefusedError as fault:
        return _page(notice=notice_of(fault)), status_of(fault)
    if begun.verdict == identity.REFUSED:
        return refusal(begun.registration_id)
    if begun.verdict == identity.LATER:
        outage = OutageError()
        return _page(notice=notice_of(outage), waits=begun.tracking_code), status_of(outage)
    return redirect(url_for("request.account"), SEE_OTHER)


@blueprint.post("/anew", endpoint="anew")
def anew() -> ResponseReturnValue:
    """Forget in this browser who was here before; their registration ends by itself, or goes on by a link of theirs."""
    desk_session().log_out()
    return redirect(url_for("request.identity"), SEE_OTHER)


def _remember(begun: Begun) -> None:
    go_on_with(begun.registration_id)
    desk_session().store()


def _page(faults: dict[str, str] | None = None, notice: str = "", waits: str = "") -> str:
    values = typed(identity_fields.NAMES, sent())
    before = attempt() if request.method == "GET" else None
    on = ADDRESS_OF[before.step] if before and before.step in UNFINISHED else ""
    refused = before.tracking_code if before and before.state == states.REJECTED else ""
    if before and before.state == states.WAITING_SERVICE:
        waits = before.tracking_code
    return render_template(
        "request/identity.html", values=values, faults=faults or {}, notice=notice, on=on, refused=refused, waits=waits
    )
