"""The one answer to every refusal, and the time it takes. Source: mission S3, S4; contract.md "Details"."""

import time

from flask import g, make_response, render_template
from flask.typing import ResponseReturnValue

from backoffice.services import registrations
from backoffice.views.request.room import UNPROCESSABLE, go_on_with

# Every refusal takes one of a few lengths of time, so that its time does not tell its cause.
SHORTEST, GRAIN = 0.10, 0.05


def refusal(registration_id: int) -> ResponseReturnValue:
    """Answer with the tracking code of the attempt and nothing else of it."""
    go_on_with(registration_id)
    found = registrations.find(registration_id)
    assert found is not None
    answer = make_response(render_template("request/refused.html", tracking_code=found.tracking_code), UNPROCESSABLE)
    time.sleep(left(time.monotonic() - g.request_began))
    return answer


def left(passed: float) -> float:
    """Give the seconds to wait, so that the answer takes a whole number of grains, and the shortest time at least."""
    if passed <= SHORTEST:
        return SHORTEST - passed
    return -passed % GRAIN
