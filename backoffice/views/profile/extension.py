"""Extending the own temporary account: at most so many days, twice, with a reason. Source: mission S38."""

from flask import current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.rules.deadlines import MOST_EXTENSIONS
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import typed
from backoffice.services import account_acts
from backoffice.views.parameters import whole_number
from backoffice.views.profile.room import blueprint, signed_in_even_late, status_of, the_account
from backoffice.views.request.room import SEE_OTHER, notice_of, sent

_NAMES = ("days", "reason")


@blueprint.get("/extension", endpoint="extension")
@signed_in_even_late
def form() -> ResponseReturnValue:
    """Show the form, or that the account cannot be extended."""
    return _page()


@blueprint.post("/extension", endpoint="send_extension")
@signed_in_even_late
def send() -> ResponseReturnValue:
    """Take it. A form that was opened before another extension does nothing."""
    visitor, settings = the_account(), settings_of(current_app)
    fields = typed((*_NAMES, "until"), sent())
    if fields["until"] and fields["until"] != _mark():
        return redirect(url_for("profile.home"), SEE_OTHER)
    days = whole_number(fields["days"] or str(settings.policy.extension_days), 1, settings.policy.extension_days) or 0
    try:
        account_acts.extend(
            visitor.account_id, days=days, reason=fields["reason"], actor=visitor.actor, settings=settings
        )  # fmt: skip
    except RefusedError as fault:
        return _page({_field(fault): notice_of(fault)}), status_of(fault)
    return redirect(url_for("profile.home", done="extension"), SEE_OTHER)


def _field(fault: RefusedError) -> str:
    return {account_acts.DAYS: "days", account_acts.NO_REASON: "reason"}.get(fault.message, "")


def _mark() -> str:
    """Give what tells one extension from the next."""
    return str(the_account().extensions)


def _page(faults: dict[str, str] | None = None) -> str:
    visitor, most = the_account(), settings_of(current_app).policy.extension_days
    faults = faults or {}
    return render_template(
        "profile/extension.html", faults={name: text for name, text in faults.items() if name}, mark=_mark(),
        notice=faults.get("", ""), most=most, values=typed(_NAMES, sent()) or {},
        left=0 if visitor.is_permanent else max(0, MOST_EXTENSIONS - visitor.extensions),
    )  # fmt: skip
