"""A forgotten password: the user name, the code, a new password. Source: issue 5; reliability.md §2."""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from flask import current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from backoffice import clock
from backoffice.extensions import settings_of
from backoffice.models.message import SMS
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import InvalidFieldsError, read, short, typed
from backoffice.services import account_codes, codes, profile_passwords, profile_recovery
from backoffice.services.account_codes import Asked
from backoffice.views.profile.password import least_length
from backoffice.views.profile.room import blueprint, status_of
from backoffice.views.request import code_form
from backoffice.views.request.refusal import take_as_long
from backoffice.views.request.room import SEE_OTHER, applicant, notice_of, sent

WITHIN = dt.timedelta(minutes=15)
PAGE = code_form.Page("profile/recover.html", "profile.recover", codes.RECOVER)
_KEPT = "profile_recover"


@dataclass(frozen=True)
class _At:
    """How far this session is: nothing asked, a code sent, or the code proved."""

    asked: Asked | None = None
    proved: bool = False


@blueprint.get("/recover", endpoint="recover")
def form() -> ResponseReturnValue:
    """Show the part the person is at."""
    return _page(_at())


@blueprint.post("/recover", endpoint="send_recover")
def send() -> ResponseReturnValue:
    """Take the part that was sent; one that is not this session's turn does nothing."""
    at = _at()
    try:
        if "password" in sent():
            return _take_password(at)
        if code_form.is_second_part():
            return _take_code(at)
        return _take_name()
    except RefusedError as fault:
        return _refused(fault, at)


def _take_name() -> ResponseReturnValue:
    name = read({"username": short}, sent())["username"]
    way = typed(("way",), sent())["way"]
    asked = profile_recovery.ask(
        name, way if way in account_codes.WAYS else SMS, applicant(), settings_of(current_app)
    )  # fmt: skip
    _keep(asked)
    take_as_long()
    return _here()


def _take_code(at: _At) -> ResponseReturnValue:
    settings = settings_of(current_app)
    if at.asked is None or at.proved:
        return _here()
    if "code" in sent():
        profile_recovery.prove(at.asked, code_form.typed_code(), settings)
        _keep(at.asked, proved=True)
    else:
        account_codes.send(at.asked, applicant(), settings, again=True)
    return _here()


def _take_password(at: _At) -> ResponseReturnValue:
    settings = settings_of(current_app)
    holder = profile_recovery.holder(at.asked, settings) if at.asked and at.proved else None
    if holder is None:
        return _here()
    profile_passwords.set_recovered(holder, sent(), settings)
    session.pop(_KEPT, None)
    return redirect(url_for("profile.login", recovered=1), SEE_OTHER)


def _here() -> ResponseReturnValue:
    return redirect(url_for("profile.recover"), SEE_OTHER)


def _keep(asked: Asked, *, proved: bool = False) -> None:
    session[_KEPT] = [asdict(asked), clock.now().isoformat(), proved]


def _at() -> _At:
    kept, moment, proved = session.get(_KEPT) or (None, "", False)
    if kept is None or "another" in request.args:
        return _At()
    return _At(Asked(**kept), proved) if clock.now() - dt.datetime.fromisoformat(moment) < WITHIN else _At()


def _refused(fault: RefusedError, at: _At) -> ResponseReturnValue:
    is_code = isinstance(fault, codes.CodeError) and at.asked is not None
    if isinstance(fault, InvalidFieldsError) or is_code:
        subject = at.asked.subject if at.asked and not at.proved and code_form.is_second_part() else ""
        return PAGE.refused(fault, subject, field="code", **_values(at))
    return _page(at, notice=notice_of(fault)), status_of(fault)


def _page(at: _At, notice: str = "") -> str:
    subject = at.asked.subject if at.asked and not at.proved else ""
    return PAGE.show(subject, notice=notice, **_values(at))


def _values(at: _At) -> dict[str, Any]:
    values = typed(("username", "way"), sent())
    return {"values": values, "asks_new": at.proved, "way": at.asked.way if at.asked else SMS, "least": least_length()}
