"""Chromium, and the real desk behind a threaded server: every test module has a desk of its own to fill."""

import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright
from werkzeug.serving import make_server
from werkzeug.wsgi import ClosingIterator

from backoffice import create_app
from backoffice.extensions import db
from backoffice.models import Staff
from backoffice.services import sessions
from backoffice.views.cookies import cookie_name
from tests.conftest import make_settings
from tests.views.conftest import make_staff
from tools import debian, front_end

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Every page runs the accessibility checker once or twice: compiling it at once costs less than interpreting it.
    "--js-flags=--always-sparkplug",
]
WINDOW: ViewportSize = {"width": 1280, "height": 720}


@dataclass(frozen=True)
class LiveDesk:
    """The served application; ``enter`` opens a browser context in which a person of the role is logged in."""

    app: Flask
    address: str
    chromium: Browser
    kept: dict[tuple[Any, ...], Page] = field(default_factory=dict)

    @contextmanager
    def tab(self, role: str, *, sources: tuple[str, ...] = ()) -> Iterator[Page]:
        """Lend the tab in which a person of the role looks at page after page, and so keeps what it fetched."""
        page = self.kept.pop((role, sources), None) or self.enter(role, sources=sources).new_page()
        try:
            yield page
        except BaseException:
            page.context.close()
            raise
        page.set_viewport_size(WINDOW)
        page.context.clear_cookies(name="lang")
        self.kept[role, sources] = page

    def enter(self, role: str, *, sources: tuple[str, ...] = (), **options: Any) -> BrowserContext:
        with self.app.app_context():
            token = sessions.start(self._staff(role, sources))
        context = self.chromium.new_context(base_url=self.address, **options)
        context.add_cookies([{"name": cookie_name(self.app), "value": token, "url": self.address}])
        return context

    def _staff(self, role: str, sources: tuple[str, ...]) -> int:
        name = "-".join((role.replace("_", "-"), *sources))
        found = db.session.query(Staff).filter_by(username=name).one_or_none()
        return found.id if found else make_staff(name, role, sources, display_name="مریم کاظمی")


def whole(app: Flask) -> WSGIApplication:
    """Hand each answer to the server in one piece: when a browser hangs up, werkzeug's leaves the sent file open."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with closing(ClosingIterator(app(environ, start_response))) as parts:
            return [b"".join(parts)]

    return answer


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    assert front_end.is_current(), "fetch the front-end files first: python -m tools.front_end"
    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=debian.browser(), args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def desk_settings() -> dict[str, object]:
    """Settings of the module's desk; override the fixture."""
    return {}


@pytest.fixture(scope="module")
def desk(
    chromium: Browser,
    sqlite_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
    desk_settings: dict[str, object],
) -> Iterator[LiveDesk]:
    """An empty desk on SQLite; fill it inside ``with desk.app.app_context():``."""
    instance = tmp_path_factory.mktemp("desk")
    shutil.copy(sqlite_template, instance / "backoffice.sqlite")
    app = create_app(make_settings(instance, **desk_settings))
    # Each page would ask ten times whether a file has changed since the page before.
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600
    server = make_server("127.0.0.1", 0, whole(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    live = LiveDesk(app, f"http://127.0.0.1:{server.port}", chromium)
    yield live
    for page in live.kept.values():
        page.context.close()
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.engine.dispose()
