"""Every fault is a page of ours, in both languages, without a trace of its inside."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, abort
from flask.typing import ResponseReturnValue

from backoffice import create_app
from backoffice.extensions import db
from backoffice.postgres import WAIT_SECONDS
from backoffice.rules.errors import RefusedError
from backoffice.services import sessions
from backoffice.views.errors import SENTENCES
from tests.conftest import make_settings
from tests.views.conftest import DeskClient

SECRET = "canary-0012345679"
TRACES = ("Traceback", "werkzeug", "sqlalchemy", SECRET, "File &#34;")


@pytest.fixture
def broken(app: Flask) -> Flask:
    """The desk with a page that answers any fault."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.add_url_rule("/fault/<int:code>", "fault", _fault)
    return app


def _fault(code: int) -> ResponseReturnValue:
    if code == 500:
        raise ZeroDivisionError(SECRET)
    abort(code, SECRET)


@pytest.mark.parametrize("code", sorted(SENTENCES))
@pytest.mark.parametrize(("lang", "direction"), [("fa", "rtl"), ("en", "ltr")])
def test_each_fault_has_its_page_in_both_languages(broken: Flask, code: int, lang: str, direction: str) -> None:
    answer = broken.test_client().get(f"/fault/{code}?lang={lang}")
    assert answer.status_code == code
    assert f'<html lang="{lang}" dir="{direction}"' in answer.text
    assert '<meta name="viewport"' in answer.text
    assert (SENTENCES[code][1] in answer.text) is (lang == "en")
    assert not [trace for trace in TRACES if trace in answer.text]


def test_a_rare_fault_reads_like_its_kind(broken: Flask) -> None:
    answer = broken.test_client().get("/fault/418?lang=en")
    assert answer.status_code == 400
    assert SENTENCES[400][1] in answer.text


def test_a_refusal_shows_its_sentence_in_the_language_of_the_page(app: Flask) -> None:
    def refuse() -> ResponseReturnValue:
        raise RefusedError("The password is too short: at least %(count)s characters are needed.", {"count": 15})

    app.add_url_rule("/refuse", "refuse", refuse)
    answer = app.test_client().get("/refuse")
    assert answer.status_code == 422
    assert "رمز عبور کوتاه است" in answer.text


def without_database(tmp_path: Path, port: int) -> Iterator[DeskClient]:
    app = create_app(make_settings(tmp_path, database_url=f"postgresql+psycopg://desk@127.0.0.1:{port}/desk"))
    app.test_client_class = DeskClient
    client = app.test_client()
    assert isinstance(client, DeskClient)
    client.token = sessions.new_token()
    client.set_cookie("desk", client.token)
    with app.app_context():
        yield client
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def gone(tmp_path: Path) -> Iterator[DeskClient]:
    """A desk whose database refuses connections."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield from without_database(tmp_path, taken.getsockname()[1])


@pytest.fixture
def silent(tmp_path: Path) -> Iterator[DeskClient]:
    """A desk whose database takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield from without_database(tmp_path, listener.getsockname()[1])


def test_without_a_database_pages_say_so_at_once(gone: DeskClient) -> None:
    assert "پاسخ نمی‌دهد" in gone.get("/admin/").text
    began = time.monotonic()
    assert gone.get("/admin/").status_code == 503
    assert time.monotonic() - began < 2


def test_without_a_database_a_login_is_an_outage(gone: DeskClient) -> None:
    assert gone.post_form("/admin/login", {"username": "sara", "password": "x"}).status_code == 503


def test_without_a_database_the_process_is_alive_but_not_ready(gone: DeskClient) -> None:
    assert gone.get("/healthz").status_code == 200
    answer = gone.get("/readyz")
    assert answer.status_code == 503
    assert '"database"' in answer.text


def test_a_database_that_hangs_is_an_outage_within_seconds(silent: DeskClient) -> None:
    began = time.monotonic()
    assert silent.get("/admin/").status_code == 503
    assert time.monotonic() - began < 2 * WAIT_SECONDS
