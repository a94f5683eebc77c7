"""Requests of these pages go on a few at a time, in the order in which they came. See docs/adr/0032.

Where many press at the same moment, all of them would otherwise be answered as late as the last.
"""

from flask import current_app, g

from backoffice.line import Line
from backoffice.views.request.room import blueprint


@blueprint.before_request
def _enter() -> None:
    line: Line | None = current_app.extensions.get("line")
    g.has_place = line is not None and line.enter()


@blueprint.teardown_request
def _leave(_fault: BaseException | None) -> None:
    leave()


def leave() -> None:
    """Let the next one in, as what remains of this request takes no work."""
    if g.pop("has_place", False):
        current_app.extensions["line"].leave()
