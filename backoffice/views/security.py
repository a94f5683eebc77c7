"""The fences round every request: host, size, session, CSRF, and the headers of every answer.

Source: reliability.md §1 and §2, contract.md "Details".
"""

import hmac
from collections.abc import Callable
from ipaddress import ip_address
from typing import TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.sansio.utils import host_is_trusted

from backoffice.extensions import settings_of
from backoffice.rules.permissions import Role
from backoffice.views import line
from backoffice.views.cookies import TableSessions, current_actor, desk_session, is_self_service

BODY_LIMIT = 10 * 1024 * 1024
FIELDS_LIMIT = 500_000
WITHOUT_SESSION = frozenset({"static", "health.alive", "health.ready", "request.embed"})
AUDITOR_MAY_POST = frozenset({"login.log_out"})
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_PAGE = frozenset({"same-origin", "none"})
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_HSTS = "max-age=31536000"

F = TypeVar("F", bound=Callable[..., object])


def register(app: Flask) -> None:
    """Put up the fences, in the order in which they are passed."""
    app.session_interface = TableSessions()
    app.config.update(MAX_CONTENT_LENGTH=BODY_LIMIT, MAX_FORM_MEMORY_SIZE=FIELDS_LIMIT, PROVIDE_AUTOMATIC_OPTIONS=False)
    for fence in (
        _refuse_foreign_host,
        _refuse_unknown_address,
        _refuse_large_body,
        line.enter,
        _load_session,
        _refuse_nul,
        _check_csrf,
        _hold_auditor,
    ):
        app.before_request(fence)
    app.teardown_request(line.leave)
    app.after_request(_add_headers)
    app.jinja_env.globals["csrf_token"] = csrf_token
    if count := settings_of(app).proxy_count:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]


def body_limit(size: int) -> Callable[[F], F]:
    """Let this view take bodies up to ``size`` bytes instead of 10 MiB (put it under ``@expose``)."""

    def declare(view: F) -> F:
        view.body_limit = size  # type: ignore[attr-defined]
        return view

    return declare


def guarded_by_token(view: F) -> F:
    """Let a view that looks at a token of its own be sent to without cookie and CSRF token."""
    view.guarded_by_token = True  # type: ignore[attr-defined]
    return view


def csrf_token() -> str:
    """Give the CSRF token of this session, for the form field ``csrf_token`` or the header X-CSRF-Token."""
    return desk_session().csrf_token(_key())


def _key() -> str:
    return settings_of(current_app).secret_key.get_secret_value()


def _refuse_foreign_host() -> None:
    settings = settings_of(current_app)
    trusted = [*settings.trusted_hosts, urlsplit(settings.url).hostname or ""]
    if not host_is_trusted(request.environ.get("HTTP_HOST", ""), trusted):
        abort(400)


def _refuse_unknown_address() -> None:
    """Refuse a request whose address the proxies did not tell in a form that can be read."""
    if not settings_of(current_app).proxy_count:
        return
    try:
        ip_address(request.remote_addr or "")
    except ValueError:
        abort(400)


def _refuse_large_body() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    # werkzeug reads such a body at once and makes an object of each field.
    is_plain_form = request.mimetype == "application/x-www-form-urlencoded"
    limit = FIELDS_LIMIT if is_plain_form else getattr(view, "body_limit", BODY_LIMIT)
    request.max_content_length = limit
    if (request.content_length or 0) > limit:
        abort(413)


def _has_own_token() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "guarded_by_token", False)


def _load_session() -> None:
    if request.endpoint in WITHOUT_SESSION or _has_own_token():
        return
    desk_session().load()
    g.actor = desk_session().actor


def _refuse_nul() -> None:
    """Refuse what PostgreSQL cannot hold, before it can become a fault."""
    if any("\x00" in text for text in (request.path, *request.args.keys(), *request.args.values())):
        abort(400)


def _check_csrf() -> None:
    if request.method in _READING or request.url_rule is None or _has_own_token():
        return
    if not _comes_from_our_page() or desk_session().sent is None:
        abort(400)
    given = request.form.get("csrf_token") or request.headers.get("X-CSRF-Token", "")
    if not hmac.compare_digest(given.encode(), csrf_token().encode()):
        abort(400)
    if any("\x00" in value for value in request.form.values()):
        abort(400)


def _comes_from_our_page() -> bool:
    if request.headers.get("Sec-Fetch-Site", "none") not in _OWN_PAGE:
        return False
    origin = request.headers.get("Origin")
    own = {request.host, urlsplit(settings_of(current_app).url).netloc}
    return origin is None or urlsplit(origin).netloc in own


def _hold_auditor() -> None:
    """Let an auditor change nothing, whatever a single view allows. Source: contract.md "Details"."""
    actor = current_actor()
    if actor is None or actor.role != Role.AUDITOR or request.method in _READING or request.url_rule is None:
        return
    if request.endpoint not in AUDITOR_MAY_POST:
        abort(403)


def _headers() -> dict[str, str]:
    """Give the headers of this answer; the self-service pages may be framed by the origins of the settings."""
    origins = settings_of(current_app).embed_origins
    if not origins or not is_self_service(request.path):
        return HEADERS
    policy = _POLICY.replace("frame-ancestors 'none'", f"frame-ancestors {' '.join(origins)}")
    framable = {name: value for name, value in HEADERS.items() if name != "X-Frame-Options"}
    return {**framable, "Content-Security-Policy": policy}


def _add_headers(response: Response) -> Response:
    for name, value in _headers().items():
        response.headers.setdefault(name, value)
    if request.path == "/admin" or request.path.startswith("/admin/") or is_self_service(request.path):
        response.headers.setdefault("Cache-Control", "no-store")
    if settings_of(current_app).secure:
        response.headers.setdefault("Strict-Transport-Security", _HSTS)
    return response
