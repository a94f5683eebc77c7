"""«همگام‌سازی اطلاعات کاربری»: one button; its answer stands on the first page. Source: mission S26."""

from flask import current_app, redirect, url_for
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.rules.errors import RefusedError
from backoffice.services import synchronise
from backoffice.views.profile import home
from backoffice.views.profile.room import blueprint, signed_in, status_of, the_account
from backoffice.views.request.room import SEE_OTHER, notice_of


@blueprint.post("/sync", endpoint="sync")
@signed_in
def press() -> ResponseReturnValue:
    """Compare with the newest file."""
    try:
        synchronise.synchronise(the_account().account_id, settings_of(current_app))
    except RefusedError as fault:
        return home.page(notice=notice_of(fault)), status_of(fault)
    return redirect(url_for("profile.home"), SEE_OTHER)
