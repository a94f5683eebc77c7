"""Requests of the request pages go on a few at a time, in the order in which they came. See docs/adr/0032.

Where many press at the same moment, all of them would otherwise be answered as late as the last.
"""

from flask import current_app, g, request

from backoffice.line import Line
from backoffice.views.cookies import REQUEST_PAGES


def enter() -> None:
    """Wait for a place, before anything is read that another press of the same person may be changing."""
    if request.blueprint != REQUEST_PAGES:
        return
    # Read first: who sends a form slowly keeps no place.
    _ = request.form
    line: Line | None = current_app.extensions.get("line")
    g.has_place = line is not None and line.enter()


def leave(_fault: BaseException | None = None) -> None:
    """Let the next one in, as what remains of this request takes no work."""
    if g.pop("has_place", False):
        current_app.extensions["line"].leave()
