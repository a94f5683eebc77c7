"""Claiming an account that exists: who you are, the code, then one login with the old name. Source: mission S62."""

from dataclasses import replace
from typing import Any

from flask import current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.i18n import _
from backoffice.rules.claiming import CLAIM
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import only, typed
from backoffice.services import claim_steps, claims, codes, identity
from backoffice.services.claims import ClaimRefusedError
from backoffice.services.codes import TooSoonError
from backoffice.services.directory_login import DirectoryDownError
from backoffice.services.registration_identity import OutageError
from backoffice.services.registrations import subject_of
from backoffice.views.request import code_form
from backoffice.views.request.refusal import refusal, take_as_long
from backoffice.views.request.room import SEE_OTHER, UNPROCESSABLE, applicant, blueprint, sent

_CLAIM, CODE, LOGIN, DONE = "claim", "code", "login", "done"
PAGE = code_form.Page("request/existing.html", "request.existing", codes.EXISTING)
_LONGEST_PASSWORD = 1024


@blueprint.get("/existing", endpoint="existing")
def form() -> ResponseReturnValue:
    """Show the part the person is at."""
    return _page(*_claim())


@blueprint.post("/existing", endpoint="send_existing")
def send() -> ResponseReturnValue:
    """Take the part that was sent; one that is not this session's turn does nothing."""
    number, part = _claim()
    fields = sent()
    try:
        if "username" in fields or "password" in fields:
            return _log_in(number) if part == LOGIN else _here()
        if code_form.is_second_part():
            return _take_code(number, again="code" not in fields) if part == CODE else _here()
        return _begin(number)
    except RefusedError as fault:
        return _refused(fault, number, part)


def _claim() -> tuple[int, str]:
    """Give the claim of this session and the part it is at; 0 and "" for none."""
    kept = session.get(_CLAIM)
    return (0, "") if not kept or "another" in request.args else (int(kept[0]), str(kept[1]))


def _begin(number: int) -> ResponseReturnValue:
    who = replace(applicant(), channel=CLAIM)
    try:
        begun = claim_steps.prove_identity(sent(), who, settings_of(current_app), number or None)
    except TooSoonError:
        # The last code stays valid.
        return _here()
    if begun.verdict == identity.REFUSED:
        session.pop(_CLAIM, None)
        return refusal(begun.registration_id)
    session[_CLAIM] = [begun.registration_id, CODE]
    return _here()


def _take_code(number: int, *, again: bool) -> ResponseReturnValue:
    settings = settings_of(current_app)
    if again:
        claim_steps.resend(number, applicant(), settings)
    else:
        claim_steps.prove_mobile(number, code_form.typed_code(), settings)
        session[_CLAIM] = [number, LOGIN]
    return _here()


def _log_in(number: int) -> ResponseReturnValue:
    name, password = (only(sent().get(field, ())) for field in ("username", "password"))
    who = applicant()
    try:
        username = claims.claim(
            number, name, password[:_LONGEST_PASSWORD], address=who.address, settings=settings_of(current_app)
        )
    except DirectoryDownError:
        raise OutageError from None
    session[_CLAIM] = [number, DONE]
    session["claimed"] = username
    return _here()


def _here() -> ResponseReturnValue:
    return redirect(url_for("request.existing"), SEE_OTHER)


def _refused(fault: RefusedError, number: int, part: str) -> ResponseReturnValue:
    if isinstance(fault, ClaimRefusedError):
        answer = _page(number, part, notice=_(fault.message)), UNPROCESSABLE
        take_as_long()
        return answer
    subject = subject_of(number) if part == CODE else ""
    return PAGE.refused(fault, subject, field="code" if part == CODE else "username", **_values(part))


def _page(number: int, part: str, notice: str = "") -> str:
    if part == DONE:
        return render_template("request/claimed.html", username=session.get("claimed", ""))
    return PAGE.show(subject_of(number) if part == CODE else "", notice=notice, **_values(part))


def _values(part: str) -> dict[str, Any]:
    names = ("username",) if part == LOGIN else claim_steps.NAMES
    return {"values": typed(names, sent()), "asks_login": part == LOGIN}
