"""The session of a request: a random token in a cookie, everything else in our table.

The desk has a cookie of its own; request pages and profile share one, so that one sitting leads through both. In a
frame of another site (the portal) a cookie is only kept if it says so itself: ``SameSite=None; Secure; Partitioned``.
Source: reliability.md §1 ("the Flask session is a signed,
readable cookie and works after logout") and §2 (framed request pages).
"""

import re
from typing import Any

from flask import Flask, Request, Response, current_app, g, request, session
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.datastructures import CallbackDict

from backoffice.extensions import settings_of
from backoffice.services import registrations, sessions
from backoffice.services.sessions import Actor
from backoffice.settings import is_loopback

SELF_SERVICE = ("/request", "/profile")
REQUEST_PAGES = "request"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_FRAMES = frozenset({"iframe", "frame"})


class DeskSession(CallbackDict[str, Any], SessionMixin):
    """What ``flask.session`` is here. Read from the table by ``load``, written back when it was changed."""

    def __init__(self, token: str | None) -> None:
        super().__init__(None, _mark_modified)
        self.modified = False
        self.sent = token
        self.token = token or sessions.new_token()
        self.needed = False
        self.ended = False
        self.actor: Actor | None = None
        self.account_id: int | None = None

    def load(self) -> None:
        """Read the session of the cookie; without a cookie there is nothing to read.

        On the request pages ``g.attempt`` is read with it, see views.request.room.
        """
        if self.sent is None:
            return
        if request.blueprint == REQUEST_PAGES:
            found, g.attempt = registrations.find_with_session(self.sent)
        else:
            found = sessions.find(self.sent)
        self.update(found.data)
        self.modified, self.actor, self.account_id = False, found.actor, found.account_id

    def enter(self, token: str) -> None:
        """Leave the anonymous session for the person's own, which was opened under a new token."""
        sessions.end(self.token)
        self.clear()
        self.token, self.needed, self.modified = token, True, False

    def log_out(self) -> None:
        """Delete the session here and in the browser."""
        sessions.end(self.token)
        self.clear()
        self.ended, self.modified, self.actor, self.account_id = True, False, None, None

    def store(self) -> None:
        """Write what is remembered to the table now, in the caller's transaction if there is one."""
        sessions.keep(self.token, dict(self))
        self.needed, self.modified = True, False

    def csrf_token(self, key: str) -> str:
        """Give the CSRF token; from now on the browser needs the cookie."""
        self.needed = True
        return sessions.csrf_of(self.token, key)


def _mark_modified(changed: "DeskSession") -> None:
    changed.modified = True


class TableSessions(SessionInterface):
    """Flask's session interface over our table. Opening asks nothing of the database."""

    def open_session(self, app: Flask, request: Request) -> DeskSession:
        """Take the token from the cookie; one that we cannot have made is ignored."""
        token = request.cookies.get(cookie_name(app, request.path), "")
        return DeskSession(token if _TOKEN.fullmatch(token) else None)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Store what changed and tell the browser."""
        assert isinstance(session, DeskSession)
        name, attributes = cookie_name(app, request.path), cookie_attributes(app)
        if session.ended:
            response.delete_cookie(name, **attributes)
            return
        if session.modified:
            session.store()
        if session.token != session.sent and session.needed:
            response.set_cookie(name, session.token, **attributes)


def cookie_name(app: Flask, path: str = "/") -> str:
    """Give the cookie's name for pages at a path: bound to this host on https, plain on loopback http."""
    name = "request" if is_self_service(path) else "desk"
    return f"__Host-{name}" if settings_of(app).secure else name


def is_self_service(path: str) -> bool:
    """Say whether a path belongs to the pages of people who ask for an account or have one."""
    return any(path == root or path.startswith(f"{root}/") for root in SELF_SERVICE)


def is_framed() -> bool:
    """Say whether this request fills a frame of a page that may frame ours."""
    settings = settings_of(current_app)
    may_be = bool(settings.embed_origins) and (settings.secure or is_loopback(settings.url))
    return may_be and is_self_service(request.path) and request.headers.get("Sec-Fetch-Dest") in _FRAMES


def cookie_attributes(app: Flask) -> dict[str, Any]:
    """Give the attributes of every cookie of ours in the answer to this request."""
    kept = {"path": "/", "httponly": True}
    if is_framed():
        return {**kept, "secure": True, "samesite": "None", "partitioned": True}
    return {**kept, "secure": settings_of(app).secure, "samesite": "Lax"}


def desk_session() -> DeskSession:
    """Give the session of this request."""
    found = session._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - the way of werkzeug
    assert isinstance(found, DeskSession)
    return found


def current_actor() -> Actor | None:
    """Give the desk user of this request, None before the login."""
    actor: Actor | None = g.get("actor")
    return actor
