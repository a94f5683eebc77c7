"""``/healthz`` (alive) and ``/readyz`` (ready; 503 and the names of what is down)."""

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.services import readiness

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> ResponseReturnValue:
    """Answer without asking anything of anyone."""
    return {"status": "alive"}


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """Ask the database, the directory and the worker."""
    down = readiness.what_is_down(settings_of(current_app))
    return {"status": "down" if down else "ready", "down": down}, 503 if down else 200
