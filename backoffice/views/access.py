"""Who gets to a page: the login first, then the role, then, for weighty acts, a fresh login."""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backoffice.rules.permissions import Permission, may, may_use_source
from backoffice.services.sessions import Actor
from backoffice.views.cookies import current_actor

F = TypeVar("F", bound=Callable[..., object])
HOME = "/admin/"
_SEE_OTHER = 303


class FreshLoginNeededError(Exception):
    """The act is weighty and the last proof of the login is more than ten minutes old."""


def register(app: Flask) -> None:
    """Send a person whose login is not fresh to prove it again, and back."""
    app.register_error_handler(FreshLoginNeededError, _ask_again)


def post_permission(permission: Permission) -> Callable[[F], F]:
    """Declare the permission a POST of this view needs beside the class's (put it under ``@expose``)."""

    def declare(view: F) -> F:
        view.post_permission = permission  # type: ignore[attr-defined]
        return view

    return declare


def the_actor() -> Actor:
    """Give the desk user of a guarded view."""
    actor = current_actor()
    if actor is None:
        abort(401)
    return actor


def allowed(permission: Permission) -> bool:
    """Say whether the person of this request holds a permission; for templates and menus too."""
    actor = current_actor()
    return actor is not None and may(actor.role, permission)


def require_source(source: str) -> None:
    """Refuse a source that is not the liaison's own: to that person it does not exist (404)."""
    actor = the_actor()
    if not may_use_source(actor.role, actor.sources, source):
        abort(404)


def require_fresh() -> None:
    """Let a weighty act pass only within ten minutes after the person proved the login. Source: reliability.md §4."""
    if not the_actor().is_fresh:
        raise FreshLoginNeededError


def guard(*needed: Permission | None) -> ResponseReturnValue | None:
    """Give None where the person may pass, the way to the login before it; raises Forbidden."""
    actor = current_actor()
    if actor is None:
        return redirect(url_for("login.log_in", next=way_back()), _SEE_OTHER)
    if not all(permission is not None and may(actor.role, permission) for permission in needed):
        abort(403)
    return None


def safe_next(target: str | None) -> str:
    """Give the address to go on to: only a path of this desk, else its home. No other host, no trick with ``//``."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return HOME
    if any(ord(letter) < ord(" ") for letter in target) or "\\" in target:
        return HOME
    return target


def way_back() -> str:
    """Give the page to come back to after the login: this one, or the one whose form was sent."""
    if request.method in ("GET", "HEAD"):
        return request.full_path.rstrip("?")
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc != request.host:
        return HOME
    return f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path


def _ask_again(_fault: FreshLoginNeededError) -> Response:
    return redirect(url_for("login.again", next=way_back()), _SEE_OTHER)  # type: ignore[return-value]
