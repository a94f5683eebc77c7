"""The one answer to every refusal, and the time it takes. Source: mission S3, S4; contract.md "Details"."""

import time

from flask import g, make_response, render_template
from flask.typing import ResponseReturnValue

from backoffice.services import registrations
from backoffice.views.line import leave
from backoffice.views.request.room import UNPROCESSABLE, go_on_with

# Every refusal takes one of a few lengths of time, so that its time does not tell its cause.
SHORTEST, GRAIN = 0.10, 0.05


def refusal(registration_id: int) -> ResponseReturnValue:
    """Answer with the tracking code of the attempt and nothing else of it."""
    go_on_with(registration_id)
    found = registrations.find(registration_id)
    assert found is not None
    answer = make_response(render_template("request/refused.html", tracking_code=found.tracking_code), UNPROCESSABLE)
    take_as_long()
    return answer


def take_as_long() -> None:
    """Wait until this answer has taken as long as any other that could be given in its place."""
    leave()
    time.sleep(left(time.monotonic() - g.request_began))


def left(passed: float) -> float:
    """Give the seconds to wait, so that the answer takes a whole number of grains, and the shortest time at least."""
    if passed <= SHORTEST:
        return SHORTEST - passed
    return -passed % GRAIN
