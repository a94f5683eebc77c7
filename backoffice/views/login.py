"""The way in and out: login, code, proving the login again, logout."""

import datetime as dt

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from backoffice import clock
from backoffice.extensions import settings_of
from backoffice.i18n import N_, _
from backoffice.rules.errors import RefusedError
from backoffice.services import logins, sessions, totp
from backoffice.services.directory_login import DirectoryDownError
from backoffice.services.logins import NextStep
from backoffice.services.throttle import TooManyTriesError
from backoffice.views.access import safe_next, the_actor
from backoffice.views.cookies import current_actor, desk_session

blueprint = Blueprint("login", __name__, url_prefix="/admin")
CODE_WITHIN = dt.timedelta(minutes=5)
_PENDING = "pending_login"
_SEE_OTHER = 303
_STATUS: dict[type[RefusedError], int] = {TooManyTriesError: 429, DirectoryDownError: 503}
_EMPTY = N_("Please enter the user name and the password.")


@blueprint.get("/login")
def log_in() -> ResponseReturnValue:
    """Show the form for name and password, or for the code once the password was right."""
    if current_actor():
        return redirect(safe_next(request.args.get("next")), _SEE_OTHER)
    if _pending() is not None and "from_start" not in request.args:
        return _code_form()
    session.pop(_PENDING, None)
    return _password_form()


@blueprint.post("/login")
def send() -> ResponseReturnValue:
    """Take name and password, or the code."""
    if "username" in request.form or _pending() is None:
        return _take_password()
    return _take_code()


@blueprint.get("/login/again")
def again() -> ResponseReturnValue:
    """Ask a person who is logged in for the code or password, before a weighty act."""
    if current_actor() is None:
        return redirect(url_for("login.log_in", next=safe_next(request.args.get("next"))), _SEE_OTHER)
    return _again_form()


@blueprint.post("/login/again")
def prove() -> ResponseReturnValue:
    """Check it, and go on to where the act is."""
    actor = current_actor()
    if actor is None:
        return redirect(url_for("login.log_in"), _SEE_OTHER)
    secret = request.form.get("code") or request.form.get("password", "")
    try:
        logins.prove_again(settings_of(current_app), actor.id, secret, _address())
    except RefusedError as fault:
        return _again_form(_(fault.message, **fault.values)), _status(fault)
    sessions.refresh(desk_session().token)
    return redirect(safe_next(request.form.get("next")), _SEE_OTHER)


@blueprint.post("/logout")
def log_out() -> ResponseReturnValue:
    """End the session."""
    desk_session().log_out()
    return redirect(url_for("login.log_in"), _SEE_OTHER)


def _take_password() -> ResponseReturnValue:
    username, password = request.form.get("username", ""), request.form.get("password", "")
    if not username or not password:
        return _password_form(_(_EMPTY)), 422
    try:
        passed = logins.check_password(settings_of(current_app), username, password, _address())
    except RefusedError as fault:
        return _password_form(_(fault.message, **fault.values)), _status(fault)
    target = safe_next(request.form.get("next"))
    if passed.next_step is NextStep.NOTHING:
        return _enter(passed.staff_id, target)
    _remember(passed, target)
    return redirect(url_for("login.log_in"), _SEE_OTHER)


def _take_code() -> ResponseReturnValue:
    pending, code = session[_PENDING], request.form.get("code", "")
    settings = settings_of(current_app)
    try:
        if pending["step"] == NextStep.ENROL:
            totp.enrol(settings, pending["staff_id"], pending["sealed"], code)
        else:
            logins.check_code(settings, pending["staff_id"], code, _address())
        return _enter(pending["staff_id"], pending["next"])
    except RefusedError as fault:
        return _code_form(_(fault.message, **fault.values)), _status(fault)


def _enter(staff_id: int, target: str) -> ResponseReturnValue:
    desk_session().enter(logins.complete(staff_id, _address()))
    return redirect(target, _SEE_OTHER)


def _remember(passed: logins.Passed, target: str) -> None:
    settings = settings_of(current_app)
    enrolling = passed.next_step is NextStep.ENROL
    session[_PENDING] = {
        "staff_id": passed.staff_id, "step": passed.next_step, "next": target, "at": clock.now().isoformat(),
        "sealed": totp.new_secret(settings, passed.staff_id) if enrolling else "",
    }  # fmt: skip


def _pending() -> dict[str, str] | None:
    found = session.get(_PENDING)
    if not found or clock.now() - dt.datetime.fromisoformat(found["at"]) > CODE_WITHIN:
        return None
    return dict(found)


def _password_form(error: str = "") -> str:
    target = safe_next(request.values.get("next"))
    return render_template("admin/login.html", error=error, next=target, username=request.form.get("username", ""))


def _code_form(error: str = "") -> str:
    pending = session[_PENDING]
    if not pending["sealed"]:
        return render_template("admin/login_code.html", error=error)
    key = totp.readable(settings_of(current_app), pending["staff_id"], pending["sealed"])
    return render_template("admin/login_code.html", error=error, secret=key.in_groups, otpauth=key.address)


def _again_form(error: str = "") -> str:
    actor, target = the_actor(), safe_next(request.values.get("next"))
    return render_template("admin/login_again.html", error=error, next=target, has_totp=actor.has_totp)


def _status(fault: RefusedError) -> int:
    return _STATUS.get(type(fault), 422)


def _address() -> str:
    return request.remote_addr or ""
