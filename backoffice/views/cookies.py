"""The session of a request: a random token in a cookie, everything else in our table.

Source: reliability.md §1 ("the Flask session is a signed, readable cookie and works after logout").
"""

import re
from typing import Any

from flask import Flask, Request, Response, g, session
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.datastructures import CallbackDict

from backoffice.extensions import settings_of
from backoffice.services import sessions
from backoffice.services.sessions import Actor

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


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

    def load(self) -> None:
        """Read the session of the cookie; without a cookie there is nothing to read."""
        if self.sent is None:
            return
        found = sessions.find(self.sent)
        self.update(found.data)
        self.modified, self.actor = False, found.actor

    def enter(self, token: str) -> None:
        """Leave the anonymous session for the person's own, which was opened under a new token."""
        sessions.end(self.token)
        self.clear()
        self.token, self.needed, self.modified = token, True, False

    def log_out(self) -> None:
        """Delete the session here and in the browser."""
        sessions.end(self.token)
        self.clear()
        self.ended, self.modified, self.actor = True, False, None

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
        token = request.cookies.get(cookie_name(app), "")
        return DeskSession(token if _TOKEN.fullmatch(token) else None)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Store what changed and tell the browser."""
        assert isinstance(session, DeskSession)
        name, secure = cookie_name(app), settings_of(app).secure
        if session.ended:
            response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="Lax")
            return
        if session.modified:
            sessions.keep(session.token, dict(session))
        if session.token != session.sent and (session.modified or session.needed):
            response.set_cookie(name, session.token, path="/", secure=secure, httponly=True, samesite="Lax")


def cookie_name(app: Flask) -> str:
    """Give the cookie's name: bound to this host on https, plain on loopback http."""
    return "__Host-desk" if settings_of(app).secure else "desk"


def desk_session() -> DeskSession:
    """Give the session of this request."""
    found = session._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - the way of werkzeug
    assert isinstance(found, DeskSession)
    return found


def current_actor() -> Actor | None:
    """Give the desk user of this request, None before the login."""
    actor: Actor | None = g.get("actor")
    return actor
