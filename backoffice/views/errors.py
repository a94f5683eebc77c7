"""Error pages in both languages, never with a traceback."""

import logging

from flask import Flask, Response, make_response, render_template, request
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from backoffice.extensions import db
from backoffice.i18n import N_, _
from backoffice.rules.errors import RefusedError
from backoffice.views.cookies import is_self_service
from backoffice.views.request_log import request_number

_log = logging.getLogger(__name__)
SENTENCES: dict[int, tuple[str, str]] = {
    400: (N_("The request was not understood"), N_("Please go back, reload the page and send it again.")),
    401: (N_("Please log in"), N_("This page needs a login.")),
    403: (N_("Not allowed"), N_("Your role does not include this page or this act.")),
    404: (N_("Not found"), N_("There is nothing at this address, or it is not yours to see.")),
    405: (N_("Not possible here"), N_("This address does not take that kind of request.")),
    413: (N_("Too large"), N_("What was sent is larger than allowed here.")),
    422: (N_("Not accepted"), N_("Something in the form is not right. Please go back and correct it.")),
    429: (N_("Too many tries"), N_("Please wait a while and then try again.")),
    500: (N_("Something went wrong"), N_("The fault is on our side and was noted. Please try again later.")),
    503: (N_("Not available at the moment"), N_("A part of the system does not answer. Please try again shortly.")),
}


def register(app: Flask) -> None:
    """Answer every fault with a page of ours."""
    app.register_error_handler(HTTPException, _http_fault)
    app.register_error_handler(RefusedError, _refusal)
    app.register_error_handler(DBAPIError, _database_fault)
    app.register_error_handler(PoolTimeoutError, _database_fault)
    app.register_error_handler(Exception, _unknown_fault)


def error_page(code: int, sentence: str | None = None) -> Response:
    """Give the page of a status code; ``sentence`` (already translated) replaces the usual one."""
    title, usual = SENTENCES.get(code, SENTENCES[500])
    number = request_number() if code >= 500 else ""  # noqa: PLR2004 - what stands in the log
    room = request.path.split("/")[1] if is_self_service(request.path) else ""
    template = f"{room}/error.html".lstrip("/")
    body = render_template(template, code=code, title=_(title), sentence=sentence or _(usual), number=number)
    return make_response(body, code)


def _http_fault(fault: HTTPException) -> Response | HTTPException:
    if fault.response is not None or (fault.code or 500) < 400:  # noqa: PLR2004 - redirects pass
        return fault
    code = fault.code or 500
    response = error_page(code if code in SENTENCES else 400 if code < 500 else 500)  # noqa: PLR2004
    if code == 405:  # noqa: PLR2004 - the one status whose header says what would be right
        response.headers.extend(fault.get_headers())
        response.mimetype = "text/html"
    return response


def _refusal(fault: RefusedError) -> Response:
    return error_page(422, _(fault.message, **fault.values))


def _database_fault(fault: DBAPIError | PoolTimeoutError) -> Response:
    if isinstance(fault, DBAPIError) and not isinstance(fault, OperationalError) and not fault.connection_invalidated:
        return _unknown_fault(fault)
    _log.error("database does not answer: %s", type(fault).__name__)
    db.session.rollback()
    return error_page(503)


def _unknown_fault(fault: Exception) -> Response:
    _log.error("unexpected fault at %s", request.endpoint, exc_info=fault)
    db.session.rollback()
    return error_page(500)
