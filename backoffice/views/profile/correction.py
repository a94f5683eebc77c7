"""Asking HR to correct one's data. Source: mission S54."""

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import InvalidFieldsError, typed
from backoffice.rules.proofs import LARGEST
from backoffice.services import correction_requests
from backoffice.services.correction_requests import FIELDS, Proof
from backoffice.services.sentences import field_title
from backoffice.views import correction_words
from backoffice.views.profile.room import blueprint, signed_in, status_of, the_account
from backoffice.views.request.room import SEE_OTHER, notice_of, sent, words

_NAMES = ("field", "value", "words")
_LONGEST_NAME = 120


@blueprint.get("/correction", endpoint="correction")
@signed_in
def form() -> ResponseReturnValue:
    """Show the form, and what was asked for before."""
    return _page()


@blueprint.post("/correction", endpoint="send_correction")
@signed_in
def send() -> ResponseReturnValue:
    """Take it."""
    try:
        correction_requests.ask(the_account(), sent(), _proof(), settings_of(current_app))
    except InvalidFieldsError as fault:
        return _page(words(fault)), status_of(fault)
    except RefusedError as fault:
        return _page(notice=notice_of(fault)), status_of(fault)
    return redirect(url_for("profile.correction", done=1), SEE_OTHER)


def _proof() -> Proof | None:
    file = request.files.get("proof")
    if file is None or not file.filename:
        return None
    # One byte more than allowed tells that it is too large.
    return Proof(correction_words.safe_name(file.filename)[:_LONGEST_NAME], file.stream.read(LARGEST + 1))


def _page(faults: dict[str, str] | None = None, notice: str = "") -> str:
    return render_template(
        "profile/correction.html", faults=faults or {}, notice=notice, values=typed(_NAMES, sent()),
        fields=[(name, field_title(name)) for name in FIELDS], own=correction_requests.own(the_account().account_id),
        title=field_title, shown=correction_words.shown, state=correction_words.state, done="done" in request.args,
    )  # fmt: skip
