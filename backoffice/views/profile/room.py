"""What all pages of the profile share: the door that is shut in observe mode, and whose session it is.

A page is hung here by ``@blueprint.get(…)`` and ``@signed_in`` and asks ``the_account()`` whose it is.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Blueprint, current_app, g, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.rules.errors import RefusedError
from backoffice.rules.profile_access import Access
from backoffice.services import profile_sessions
from backoffice.services.profile_sessions import Visitor
from backoffice.services.throttle import TooManyTriesError
from backoffice.views.cookies import desk_session
from backoffice.views.request.room import SEE_OTHER, TOO_MANY, UNAVAILABLE, UNPROCESSABLE
from backoffice.views.request.room import status_of as _status_of

blueprint = Blueprint("profile", __name__, url_prefix="/profile")
P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]


@blueprint.before_request
def _shut_in_observe_mode() -> ResponseReturnValue | None:
    if settings_of(current_app).policy.mode == "observe":
        return make_response(render_template("profile/closed.html"), UNAVAILABLE)
    return None


@blueprint.before_request
def _end_what_was_closed() -> ResponseReturnValue | None:
    """End the session of an account that was locked, removed or is over, with its next request."""
    if desk_session().account_id is None or account() is not None:
        return None
    desk_session().log_out()
    return redirect(url_for("profile.login"), SEE_OTHER)


@blueprint.context_processor
def _names() -> dict[str, object]:
    return {"visitor": account()}


def account() -> Visitor | None:
    """Give the account of this session, None before the login."""
    if "visitor" not in g:
        number = desk_session().account_id
        g.visitor = profile_sessions.find(number, settings_of(current_app)) if number else None
    found: Visitor | None = g.visitor
    return found


def the_account() -> Visitor:
    """Give the account of a page that needs one."""
    found = account()
    assert found is not None
    return found


def signed_in(view: View[P]) -> View[P]:
    """Let a view be reached only after the login, by an account that is valid; else show the way there."""
    return _guarded(view, (Access.FULL,))


def signed_in_even_late(view: View[P]) -> View[P]:
    """Do the same, but also let in who has expired and may still extend or request: for those pages alone."""
    return _guarded(view, (Access.FULL, Access.GRACE))


def status_of(fault: RefusedError) -> int:
    """Give the status that goes with a fault."""
    return TOO_MANY if isinstance(fault, TooManyTriesError) else _status_of(fault) or UNPROCESSABLE


def _guarded(view: View[P], let_in: tuple[Access, ...]) -> View[P]:
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        found = account()
        if found is None:
            return redirect(url_for("profile.login"), SEE_OTHER)
        if found.access not in let_in:
            return redirect(url_for("profile.home"), SEE_OTHER)
        return view(*args, **kwargs)

    return guarded
