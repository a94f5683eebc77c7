"""The second step: Latin names, password, mobile, recovery mail. Source: mission S5–S8."""

from flask import current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.i18n import _
from backoffice.rules import detail_fields
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import InvalidFieldsError, typed
from backoffice.rules.password_rules import shortest
from backoffice.services.registration_details import give_details
from backoffice.services.registrations import Step
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
    words,
)  # fmt: skip


@blueprint.get("/account", endpoint="account")
@needs(Step.ACCOUNT)
def form() -> ResponseReturnValue:
    """Show the empty form, also where it was sent before: at a shared computer it would tell the next person."""
    return _page({})


@blueprint.post("/account", endpoint="send_account")
@needs(Step.ACCOUNT)
def send() -> ResponseReturnValue:
    """Take the form, and send the code."""
    values = typed(detail_fields.SHOWN_AGAIN, sent())
    try:
        give_details(the_attempt(), sent(), applicant(), settings_of(current_app))
    except InvalidFieldsError as fault:
        return _page(values, words(fault)), status_of(fault)
    except RefusedError as fault:
        status = status_of(fault)
        return (_page(values, notice=notice_of(fault)), status) if status else here()
    return redirect(url_for("request.code"), SEE_OTHER)


def _page(values: dict[str, str], faults: dict[str, str] | None = None, notice: str = "") -> str:
    policy = settings_of(current_app).policy
    least = shortest(policy.password_min, second_factor=policy.second_factor)
    faults = dict(faults or {})
    if faults.get("mobile") == _(detail_fields.BAD_MOBILE):
        faults["mobile"] += f" — {_(detail_fields.OWN_MOBILE)}"
    return render_template(
        "request/account.html", attempt=the_attempt(), values=values, faults=faults, notice=notice, least=least
    )
