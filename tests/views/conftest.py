"""Fixtures of the page tests: clients of each role, logged in through a real session row."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backoffice import clock
from backoffice.extensions import db, settings_of, writing
from backoffice.models import Staff, WebSession
from backoffice.rules.permissions import Role
from backoffice.services import sessions
from backoffice.views.cookies import cookie_name, is_self_service

ClientAs = Callable[..., "DeskClient"]


@pytest.fixture
def pages() -> bool:
    return True


class DeskClient(FlaskClient):
    """A browser of one person: ``post_form`` sends the CSRF token along.

    Request pages and profile have a session of their own.
    """

    staff_id: int | None = None
    token: str = ""
    request_token: str = ""

    def csrf(self, path: str = "/") -> str:
        key = settings_of(self.application).secret_key.get_secret_value()
        return sessions.csrf_of(self.request_token if is_self_service(path) else self.token, key)

    def begin_request(self) -> None:
        """Have the cookie of the request pages."""
        self.request_token = sessions.new_token()
        self.set_cookie(cookie_name(self.application, "/request/"), self.request_token)

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send the request in an application context of its own, as a server does; ours must see what it wrote."""
        with self.application.app_context():
            answer = super().open(*args, **kwargs)
        db.session.rollback()
        return answer

    def post_form(self, path: str, data: Mapping[str, object] | None = None, **kwargs: object) -> TestResponse:
        fields = {"csrf_token": self.csrf(path), **(data or {})}
        return self.post(path, data=fields, **kwargs)


def make_staff(username: str, role: str, sources: tuple[str, ...] = (), **values: object) -> int:
    """Add a desk user; give the id."""
    with writing() as session:
        staff = Staff(username=username, role=role, sources=list(sources), created_at=clock.now(), **values)
        session.add(staff)
        session.flush()
        return staff.id


@pytest.fixture
def browser(app: Flask) -> DeskClient:
    """A browser in which nobody is logged in; its anonymous session has a CSRF token."""
    app.test_client_class = DeskClient
    client = app.test_client()
    assert isinstance(client, DeskClient)
    client.token = sessions.new_token()
    client.set_cookie(cookie_name(app), client.token)
    client.begin_request()
    return client


@pytest.fixture
def stranger(app: Flask) -> DeskClient:
    """A browser that was never here: no cookie."""
    app.test_client_class = DeskClient
    client = app.test_client()
    assert isinstance(client, DeskClient)
    return client


@pytest.fixture
def client_as(app: Flask) -> ClientAs:
    """Give a browser in which a person of the role has just logged in: ``client_as("auditor")``.

    ``sources`` are a liaison's own; ``fresh=False`` makes the last proof of the login too old.
    """
    app.test_client_class = DeskClient

    def log_in(role: str | Role, *, sources: tuple[str, ...] = (), fresh: bool = True, name: str = "") -> DeskClient:
        username = name or f"test-{role}"
        staff = db.session.query(Staff).filter_by(username=username).one_or_none()
        staff_id = staff.id if staff else make_staff(username, str(role), sources)
        client = app.test_client()
        assert isinstance(client, DeskClient)
        client.staff_id, client.token = staff_id, sessions.start(staff_id)
        if not fresh:
            _age(client.token)
        client.set_cookie(cookie_name(app), client.token)
        client.begin_request()
        return client

    return log_in


def _age(token: str) -> None:
    with writing() as session:
        row = session.get_one(WebSession, sessions._hash(token))
        row.fresh_at = clock.now() - sessions.FRESH
