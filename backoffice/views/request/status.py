"""Following a registration: the tracking code, then a code to the number that was left. Source: mission S53."""

from contextlib import suppress

from flask import current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.i18n import current_language
from backoffice.rules import working_days
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import only, typed
from backoffice.services import codes, tracking
from backoffice.services.codes import TooSoonError
from backoffice.views.request import code_form
from backoffice.views.request.refusal import take_as_long
from backoffice.views.request.room import ADDRESS_OF, SEE_OTHER, applicant, attempt, blueprint, sent

TRACKED = "tracked"
_ASKED = "tracking"
PAGE = code_form.Page("request/status.html", "request.status", codes.STATUS)


@blueprint.get("/status", endpoint="status")
def form() -> ResponseReturnValue:
    """Show how the registration stands, or the form for its tracking code or for the code that was sent."""
    if "another" in request.args:
        return PAGE.show()
    if TRACKED in session:
        settings = settings_of(current_app)
        standing = tracking.standing(session[TRACKED], settings)
        if standing is not None:
            day = working_days.in_words(standing.due, current_language()) if standing.due else ""
            return render_template("request/tracked.html", standing=standing, due=day, own=_own_step())
    return PAGE.show(session.get(_ASKED, ""))


@blueprint.post("/status", endpoint="send_status")
def send() -> ResponseReturnValue:
    """Take the tracking code, or the code."""
    asked = str(session.get(_ASKED, ""))
    if asked and code_form.is_second_part():
        return _take_code(asked)
    try:
        if "tracking_code" in sent():
            _ask()
    except RefusedError as fault:
        return PAGE.refused(fault, "", field="tracking_code", values=typed(("tracking_code",), sent()))
    return redirect(url_for("request.status"), SEE_OTHER)


def _own_step() -> str:
    """Give the step that the followed registration is at if it is this browser's own, "" for any other."""
    own = attempt()
    return ADDRESS_OF[own.step] if own is not None and own.id == session[TRACKED] else ""


def _take_code(asked: str) -> ResponseReturnValue:
    settings = settings_of(current_app)
    try:
        if "code" in sent():
            session[TRACKED] = tracking.prove(asked, code_form.typed_code(), settings)
            session.pop(_ASKED, None)
        else:
            tracking.ask(asked, applicant(), settings)
    except RefusedError as fault:
        return PAGE.refused(fault, asked, field="code")
    return redirect(url_for("request.status"), SEE_OTHER)


def _ask() -> None:
    code = tracking.read_code(only(sent()["tracking_code"]))
    # The last code stays valid.
    with suppress(TooSoonError):
        tracking.ask(code, applicant(), settings_of(current_app))
    session[_ASKED] = code
    session.pop(TRACKED, None)
    take_as_long()
