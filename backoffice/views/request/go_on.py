"""Going on by the link of an SMS: nothing is typed a second time. Source: mission S29.

Only the button goes on: programs that look at messages open every address by themselves.
"""

from flask import render_template
from flask.typing import ResponseReturnValue

from backoffice.services import continuation
from backoffice.views.request.room import blueprint, go_on_with, here

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


def _over() -> ResponseReturnValue:
    return render_template("request/go_on_over.html"), _NOT_FOUND
