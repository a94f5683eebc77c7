"""The third step: the code of the SMS. Source: mission S9–S12."""

import datetime as dt

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from backoffice import clock
from backoffice.extensions import settings_of
from backoffice.i18n import N_, _
from backoffice.models.message import FAILED, QUEUED
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import only
from backoffice.services import codes, otp_trouble
from backoffice.services.registration_code import RefusedAfterAllError, resend, verify
from backoffice.services.registrations import Step, subject_of
from backoffice.views import formats
from backoffice.views.request import done
from backoffice.views.request.refusal import refusal
from backoffice.views.request.room import (
    SEE_OTHER,
    applicant,
    blueprint,
    here,
    needs,
    notice_of,
    sent,
    status_of,
    the_attempt,
)  # fmt: skip

# A message usually leaves within a second; only one that waits longer is worth a word.
_USUAL_WAIT = dt.timedelta(seconds=10)
_PLACE = "#"
_COUNTDOWN = N_("The code can be sent again in %(seconds)s seconds")


@blueprint.get("/code", endpoint="code")
@needs(Step.CODE)
def form() -> ResponseReturnValue:
    """Show the form for the code."""
    return _page()


@blueprint.post("/code", endpoint="send_code")
@needs(Step.CODE)
def send() -> ResponseReturnValue:
    """Take the code; a right one leads to the account."""
    try:
        number = the_attempt().id
        verify(number, _typed(), applicant(), settings_of(current_app), lambda: done.remember_proof(number))
    except RefusedAfterAllError:
        return refusal(the_attempt().id)
    except RefusedError as fault:
        return _refused(fault)
    return redirect(url_for("request.done"), SEE_OTHER)


@blueprint.post("/code/resend", endpoint="resend")
@needs(Step.CODE)
def again() -> ResponseReturnValue:
    """Send another code, where the last one is old enough."""
    try:
        resend(the_attempt().id, applicant(), settings_of(current_app))
    except RefusedError as fault:
        return _refused(fault)
    return redirect(url_for("request.code"), SEE_OTHER)


@blueprint.post("/code/missing", endpoint="code_missing")
@needs(Step.CODE)
def missing() -> ResponseReturnValue:
    """Tell the desk that no code has come."""
    otp_trouble.report(codes.REGISTER, subject_of(the_attempt().id))
    return redirect(url_for("request.code", told=1), SEE_OTHER)


@blueprint.get("/code/resend", endpoint="resend_page")
@blueprint.get("/code/missing", endpoint="code_missing_page")
def no_page() -> ResponseReturnValue:
    """Show the way to who asks for another language, or anew, where a form was sent that has no page of its own."""
    return here()


def _typed() -> str:
    """Give the one code that was sent; a doubled field is as good as none."""
    try:
        return only(sent().get("code", ()))
    except RefusedError:
        return ""


def _refused(fault: RefusedError) -> ResponseReturnValue:
    status = status_of(fault)
    if not status:
        return here()
    if isinstance(fault, codes.CodeError) and not isinstance(fault, codes.TooSoonError):
        return _page({"code": notice_of(fault)}), status
    return _page(notice=notice_of(fault)), status


def _page(faults: dict[str, str] | None = None, notice: str = "") -> str:
    attempt = the_attempt()
    settings = settings_of(current_app)
    state = codes.state(codes.REGISTER, subject_of(attempt.id), settings)
    seconds = seconds_until(state.resend_at) if state else 0
    return render_template(
        "request/code.html", attempt=attempt, faults=faults or {}, notice=notice, seconds=seconds,
        masked=formats.mask_mobile(attempt.mobile), countdown=countdown(seconds),
        delivery=delivery_of(state) if state else "", told="told" in request.args,
    )  # fmt: skip


def countdown(seconds: int) -> Markup:
    """Give the sentence with the seconds that a script counts down."""
    before, _place, after = _(_COUNTDOWN, seconds=_PLACE).partition(_PLACE)
    return Markup("{}<span data-seconds>{}</span>{}").format(before, formats.digits(seconds), after)


def seconds_until(moment: dt.datetime) -> int:
    """Give the whole seconds that are left, 0 for none."""
    return max(0, -(-(moment - clock.now()) // dt.timedelta(seconds=1)))


def delivery_of(state: codes.CodeState) -> str:
    """Give failed, late, or "" for a code that left or will have left before anybody has read the page."""
    if state.delivery == FAILED:
        return "failed"
    pause = dt.timedelta(seconds=settings_of(current_app).policy.resend_seconds)
    asked_at = state.resend_at - pause
    return "late" if state.delivery == QUEUED and clock.now() - asked_at > _USUAL_WAIT else ""
