"""Fixtures shared by all tests: the application on SQLite and on PostgreSQL, each test on a fresh database."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade

from backoffice import clock, create_app
from backoffice.extensions import db
from backoffice.settings import Settings, load
from tests.postgres import LocalPostgres
from tools.catalogue import compile_catalogue

pytest_plugins = ["tests.strict", "tests.fast_apps", "tests.one_database", "tests.mail_servers"]
DATABASE = "backoffice"
SECRET = "test-secret-key-of-thirty-two-bytes!"
SEAL = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


def make_settings(instance: Path, **overrides: object) -> Settings:
    """Settings of a test application; nothing from the environment."""
    values: dict[str, object] = {"instance": instance, "secret_key": SECRET, "seal_key": SEAL, **overrides}
    return load(values, environ={})


@pytest.fixture(scope="session", autouse=True)
def _catalogue() -> None:
    compile_catalogue()


@pytest.fixture(scope="session")
def postgres() -> Iterator[LocalPostgres]:
    server = LocalPostgres()
    server.start()
    try:
        server.create(DATABASE)
        _migrate(load({"instance": server.folder / "template", "database_url": server.url(DATABASE)}, environ={}))
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    _migrate(load({"instance": folder}, environ={}))
    return folder / "backoffice.sqlite"


def _migrate(settings: Settings) -> None:
    settings.instance.mkdir(exist_ok=True)
    app = create_app(settings, pages=False)
    with app.app_context():
        upgrade()
        db.session.remove()
        with db.engine.connect() as connection:
            if db.engine.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty, migrated database of each kind; tests that use it run on both."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "backoffice.sqlite")
        yield ""
        return
    server = request.getfixturevalue("postgres")
    yield server.url(DATABASE)
    server.empty(DATABASE)


@pytest.fixture
def overrides() -> dict[str, object]:
    """Settings of this test; override the fixture or parametrise it."""
    return {}


@pytest.fixture
def pages() -> bool:
    """Say whether the test's application has pages; override the fixture where it needs them."""
    return False


@pytest.fixture
def app(tmp_path: Path, database_url: str, overrides: dict[str, object], pages: bool) -> Iterator[Flask]:
    """The application with a fresh database, inside an application context."""
    application = create_app(make_settings(tmp_path, database_url=database_url, **overrides), pages=pages)
    application.testing = True
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()
    clock.use_offset_file(None)


@pytest.fixture
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no time pass, for pauses that would be over on a slow machine."""
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def later(app: Flask, tmp_path: Path) -> Iterator[Callable[[float], None]]:
    """Move the clock on: ``later(60)``."""
    offset, passed = tmp_path / "clock", [0.0]

    def move(seconds: float) -> None:
        passed[0] += seconds
        offset.write_text(str(passed[0]), "ascii")

    clock.use_offset_file(offset)
    yield move
    clock.use_offset_file(None)
