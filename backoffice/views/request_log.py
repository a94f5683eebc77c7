"""One line in the log for each request: the route, never the address as it was typed; a number to find it by."""

import secrets
import string
import time

import structlog
from flask import Flask, Response, g, request

from backoffice.views.cookies import current_actor

_UNTOLD = frozenset({"static", "health.alive"})
_LENGTH = 10
_log = structlog.get_logger(__name__)


def register(app: Flask) -> None:
    """Count and time every request; to be registered before everything that may refuse one."""
    app.before_request(_begin)
    app.after_request(_tell)
    app.teardown_request(_forget)


def request_number() -> str:
    """Give the number under which this request stands in the log; letters only, so that it is never masked."""
    return str(g.get("request_number", ""))


def _begin() -> None:
    g.request_number = "".join(secrets.choice(string.ascii_lowercase) for _ in range(_LENGTH))
    g.request_began = time.monotonic()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=g.request_number)


def _tell(response: Response) -> Response:
    response.headers["X-Request-ID"] = request_number()
    if request.endpoint in _UNTOLD:
        return response
    actor = current_actor()
    _log.info(
        "request", method=request.method, route=request.url_rule.rule if request.url_rule else None,
        status=response.status_code, milliseconds=round((time.monotonic() - g.request_began) * 1000),
        actor=actor.username if actor else None, address=request.remote_addr,
    )  # fmt: skip
    return response


def _forget(_fault: BaseException | None) -> None:
    structlog.contextvars.clear_contextvars()
