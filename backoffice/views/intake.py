"""``POST /intake``: another registration site sends its attempts, with a token and no cookie. Source: mission S61."""

import hmac

from flask import Blueprint, abort, current_app, request
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.rules.errors import RefusedError
from backoffice.services import intake, intake_file
from backoffice.views.security import guarded_by_token

blueprint = Blueprint("intake", __name__)
MOST_ROWS = 200
TOO_MANY = "at most 200 registrations at a time"
_UNAUTHORIZED, _UNPROCESSABLE = 401, 422


@blueprint.post("/intake")
@guarded_by_token
def take() -> ResponseReturnValue:
    """Take in the attempts of the body; what became of each stands in the answer, in their order.

    404 where no token is set; 401 without the right one; 422 for a body that is no list of attempts.
    """
    settings = settings_of(current_app)
    token = settings.intake_token.get_secret_value()
    if not token:
        abort(404)
    given = request.headers.get("Authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return {"error": "the token is missing or wrong"}, _UNAUTHORIZED, {"WWW-Authenticate": "Bearer"}
    try:
        rows = intake_file.rows_of(request.get_data(), "the body")
    except RefusedError as fault:
        return {"error": str(fault)}, _UNPROCESSABLE
    if len(rows) > MOST_ROWS:
        return {"error": TOO_MANY}, _UNPROCESSABLE
    taken = intake.take_all(rows, actor=intake.CHANNEL, settings=settings)
    return {"results": [one.to_json() for one in taken]}
