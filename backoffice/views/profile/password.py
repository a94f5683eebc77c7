"""Changing the own password. Source: issue 5; mission S35."""

from flask import current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import InvalidFieldsError
from backoffice.rules.password_rules import shortest
from backoffice.services import profile_passwords
from backoffice.views.cookies import desk_session
from backoffice.views.profile.room import blueprint, signed_in, status_of, the_account
from backoffice.views.request.room import SEE_OTHER, applicant, notice_of, sent, words


@blueprint.get("/password", endpoint="password")
@signed_in
def form() -> ResponseReturnValue:
    """Show the form."""
    return _page()


@blueprint.post("/password", endpoint="send_password")
@signed_in
def send() -> ResponseReturnValue:
    """Take it; the new password counts within seconds."""
    try:
        profile_passwords.change(
            the_account(), sent(), token=desk_session().token, address=applicant().address,
            settings=settings_of(current_app),
        )  # fmt: skip
    except InvalidFieldsError as fault:
        return _page(words(fault)), status_of(fault)
    except RefusedError as fault:
        return _page(notice=notice_of(fault)), status_of(fault)
    return redirect(url_for("profile.home", done="password"), SEE_OTHER)


def least_length() -> int:
    """Give the least length of a password here."""
    policy = settings_of(current_app).policy
    return shortest(policy.password_min, second_factor=policy.second_factor)


def _page(faults: dict[str, str] | None = None, notice: str = "") -> str:
    return render_template("profile/password.html", faults=faults or {}, notice=notice, least=least_length())
