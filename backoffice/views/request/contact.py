"""After a refusal: a mobile, proved by a code, through which the person can be told. Source: mission S53."""

from contextlib import suppress

from flask import current_app, redirect, session, url_for
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.rules import detail_fields
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import only, typed
from backoffice.services import codes, contacts
from backoffice.services.codes import TooSoonError
from backoffice.services.registrations import Attempt, subject_of
from backoffice.views.request import code_form
from backoffice.views.request.room import SEE_OTHER, applicant, attempt, blueprint, here, sent
from backoffice.views.request.status import TRACKED

_ASKED = "contact"
PAGE = code_form.Page("request/contact.html", "request.contact", codes.CONTACT)


@blueprint.get("/contact", endpoint="contact")
def form() -> ResponseReturnValue:
    """Show the form for the mobile, or for the code that went there."""
    refused = _refused()
    if refused is None:
        return here()
    return PAGE.show(_subject(refused) if code_form.is_asked(_ASKED, refused.id) else "")


@blueprint.post("/contact", endpoint="send_contact")
def send() -> ResponseReturnValue:
    """Take the mobile, or the code."""
    refused = _refused()
    if refused is None:
        return here()
    if not code_form.is_second_part():
        return _take_mobile(refused)
    if not code_form.is_asked(_ASKED, refused.id):
        return redirect(url_for("request.contact"), SEE_OTHER)
    return _take_code(refused)


def _take_mobile(refused: Attempt) -> ResponseReturnValue:
    try:
        _ask(refused)
    except RefusedError as fault:
        return PAGE.refused(fault, "", field="contact_mobile", values=typed(("contact_mobile",), sent()))
    return redirect(url_for("request.contact"), SEE_OTHER)


def _take_code(refused: Attempt) -> ResponseReturnValue:
    settings = settings_of(current_app)
    try:
        if "code" in sent():
            contacts.prove(refused.id, code_form.typed_code(), settings)
            return _proved(refused)
        contacts.ask(refused.id, contacts.asked_mobile(refused.id), applicant(), settings)
    except RefusedError as fault:
        return PAGE.refused(fault, _subject(refused), field="code")
    return redirect(url_for("request.contact"), SEE_OTHER)


def _refused() -> Attempt | None:
    """Give the attempt of this session if it was refused."""
    found = attempt()
    return found if found is not None and contacts.may_leave(found.id) else None


def _subject(refused: Attempt) -> str:
    return subject_of(refused.id)


def _ask(refused: Attempt) -> None:
    mobile = detail_fields.mobile(only(sent().get("contact_mobile", ())))
    # The last code stays valid; the page shows to which number it went.
    with suppress(TooSoonError):
        contacts.ask(refused.id, mobile, applicant(), settings_of(current_app))
    session[_ASKED] = refused.id


def _proved(refused: Attempt) -> ResponseReturnValue:
    session.pop(_ASKED, None)
    session[TRACKED] = refused.id
    return redirect(url_for("request.status"), SEE_OTHER)
