"""The way in and out: name and password, then the code; who has expired comes in by the code alone.

Source: mission S17, S38; contract.md "Pages". A stranger learns of nobody here whether there is an account.
"""

import datetime as dt
from dataclasses import asdict
from typing import Any

from flask import current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from backoffice import clock
from backoffice.extensions import settings_of
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import InvalidFieldsError, Sent, read, short, typed
from backoffice.services import account_codes, codes, profile_login, profile_sessions
from backoffice.services.account_codes import Asked
from backoffice.services.logins import WrongLoginError
from backoffice.views.cookies import desk_session
from backoffice.views.profile.room import account, blueprint, status_of
from backoffice.views.request import code_form
from backoffice.views.request.refusal import take_as_long
from backoffice.views.request.room import SEE_OTHER, applicant, notice_of, sent

CODE_WITHIN = dt.timedelta(minutes=30)
PAGE = code_form.Page("profile/login.html", "profile.login", codes.LOGIN)
_ASKED, _BY_CODE = "profile_login", "by_code"
_NAME, _PASSWORD = {"username": short}, {"password": short}


@blueprint.get("/login", endpoint="login")
def form() -> ResponseReturnValue:
    """Show the form for name and password, or for the code that was sent."""
    if account() is not None:
        return redirect(url_for("profile.home"), SEE_OTHER)
    return _page(_asked())


@blueprint.post("/login", endpoint="send_login")
def send() -> ResponseReturnValue:
    """Take name and password, or the code."""
    asked = _asked()
    try:
        if code_form.is_second_part():
            return _take_code(asked) if asked else _here()
        return _take_name()
    except RefusedError as fault:
        return _refused(fault, asked)


@blueprint.post("/logout", endpoint="logout")
def log_out() -> ResponseReturnValue:
    """End the session."""
    desk_session().log_out()
    return _here()


def _take_name() -> ResponseReturnValue:
    fields, settings, who = sent(), settings_of(current_app), applicant()
    session.pop(_ASKED, None)
    if _BY_CODE in fields:
        asked = profile_login.ask_code_alone(read(_NAME, fields)["username"], who, settings)
        take_as_long()
    else:
        given = read(_NAME | _PASSWORD, _with_whole_password(fields))
        asked = profile_login.check_password(given["username"], fields["password"][0], who, settings)
    if not asked.subject:
        token = profile_login.entered(asked.account_id, profile_sessions.PASSWORD, who, settings)
        return _enter(token)
    session[_ASKED] = [asdict(asked), clock.now().isoformat()]
    return _here()


def _with_whole_password(fields: Sent) -> Sent:
    """Let a password be as long as it likes: it is neither shown nor kept."""
    return {**fields, "password": [value[:1] for value in fields.get("password", ())]}


def _take_code(asked: Asked) -> ResponseReturnValue:
    settings = settings_of(current_app)
    if "code" not in sent():
        account_codes.send(asked, applicant(), settings, again=True)
        return _here()
    return _enter(profile_login.prove(asked, code_form.typed_code(), applicant(), settings))


def _enter(token: str) -> ResponseReturnValue:
    desk_session().enter(token)
    return redirect(url_for("profile.home"), SEE_OTHER)


def _here() -> ResponseReturnValue:
    return redirect(url_for("profile.login"), SEE_OTHER)


def _asked() -> Asked | None:
    kept, moment = session.get(_ASKED) or (None, "")
    if kept is None or "another" in request.args:
        return None
    return Asked(**kept) if clock.now() - dt.datetime.fromisoformat(moment) < CODE_WITHIN else None


def _refused(fault: RefusedError, asked: Asked | None) -> ResponseReturnValue:
    if isinstance(fault, WrongLoginError):
        take_as_long()
        return _page(None, notice=notice_of(fault)), status_of(fault)
    second = asked if code_form.is_second_part() else None
    if isinstance(fault, InvalidFieldsError | codes.CodeError):
        subject = second.subject if second else ""
        return PAGE.refused(fault, subject, field="code", **_values(second))
    return _page(second, notice=notice_of(fault)), status_of(fault)


def _page(asked: Asked | None, notice: str = "") -> str:
    return PAGE.show(asked.subject if asked else "", notice=notice, **_values(asked))


def _values(asked: Asked | None) -> dict[str, Any]:
    is_expired = _BY_CODE in sent() or "expired" in request.args
    grace_days = settings_of(current_app).policy.grace_days
    by_code = asked.hidden if asked else is_expired
    return {
        "values": typed(("username",), sent()), "by_code": by_code, "grace_days": grace_days,
        "recovered": "recovered" in request.args,
    }  # fmt: skip
