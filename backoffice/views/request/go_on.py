"""Going on by the link of an SMS, or by a code to the same number: nothing is typed a second time. Source: mission S29.

Only the button goes on: programs that look at messages open every address by themselves.
"""

from flask import redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from backoffice.services import continuation
from backoffice.views.request.room import SEE_OTHER, blueprint, go_on_with, here
from backoffice.views.request.status import TRACKED

_NOT_FOUND = 404


@blueprint.get("/continue/<token>", endpoint="go_on")
def show(token: str) -> ResponseReturnValue:
    """Say that the registration can go on; 404 for a link that is over."""
    if continuation.open_link(token) is None:
        return _over()
    return render_template("request/go_on.html", token=token)


@blueprint.post("/continue/<token>", endpoint="go_on_now")
def go_on(token: str) -> ResponseReturnValue:
    """Let this session go on with the registration, at the first step that is missing."""
    found = continuation.take_up(token)
    if found is None:
        return _over()
    go_on_with(found.id)
    return here()


@blueprint.post("/status/go-on", endpoint="go_on_tracked")
def go_on_tracked() -> ResponseReturnValue:
    """Do the same for the registration this session follows; its link went to the number that was proved for it."""
    if TRACKED not in session:
        return redirect(url_for("request.status"), SEE_OTHER)
    found = continuation.take_up_proved(session[TRACKED])
    if found is None:
        return _over()
    go_on_with(found.id)
    return here()


def _over() -> ResponseReturnValue:
    return render_template("request/go_on_over.html"), _NOT_FOUND
