"""A person who registers, through the forms of the request pages only."""

import json
import re
from collections.abc import Mapping
from typing import Any

from flask import Flask, has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backoffice.extensions import db, settings_of
from backoffice.services import message_work, messages
from tests.reconcile.worlds import code, name_of

PASSWORD = "blue kettle 77"
_TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]+)"')
_HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">')
_TRACKING = re.compile(r"<bdi>([0-9A-Z-]{4,20})</bdi>")
FieldValues = Mapping[str, str | list[str]]


def identity_of(number: int, **changed: Any) -> dict[str, Any]:
    """What person ``number`` types into the first form; it agrees with ``tests.factories.make_hr_row``."""
    return {
        "id_type": "national", "national_code": code(number), "birth_date": "1359/02/31", "first_name": "مریم",
        "last_name": name_of(number), "father_name": "حسن", "personnel_number": "", **changed,
    }  # fmt: skip


def details_of(number: int, **changed: Any) -> dict[str, Any]:
    """What person ``number`` types into the second form."""
    return {
        "latin_first_name": "Maryam", "latin_last_name": "Karimi", "password": PASSWORD, "password_repeat": PASSWORD,
        "mobile": f"0912{number:07d}", "personal_email": f"p{number}@gmail.com", **changed,
    }  # fmt: skip


class Applicant:
    """A browser that keeps cookies; forms are sent with what their page hides in them."""

    def __init__(self, app: Flask, address: str = "127.0.0.1") -> None:
        self.app, self.address = app, address
        self.client: FlaskClient = app.test_client()

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        return self._open("GET", path, **kwargs)

    def post(self, path: str, fields: FieldValues, hidden: Mapping[str, str] | None = None) -> TestResponse:
        """Send a form; without ``hidden`` its page is opened first."""
        page = "/request/code" if path.startswith("/request/code/") else path
        return self._open("POST", path, data={**(self.hidden(page) if hidden is None else hidden), **fields})

    def hidden(self, path: str = "/request/") -> dict[str, str]:
        """Give the hidden fields of a page's first form; of the first page, where this one is not open."""
        text = self.get(path).text
        found = _HIDDEN.findall(text) or _HIDDEN.findall(self.get("/request/").text)
        seen: dict[str, str] = {}
        for name, value in found:
            seen.setdefault(name, value)
        return seen

    def identify(self, number: int, **changed: Any) -> TestResponse:
        return self.post("/request/", identity_of(number, **changed))

    def give_details(self, number: int, **changed: Any) -> TestResponse:
        return self.post("/request/account", details_of(number, **changed))

    def enter(self, typed: str | list[str]) -> TestResponse:
        return self.post("/request/code", {"code": typed})

    def up_to_code(self, number: int) -> "Applicant":
        """Go through the first two steps and let the SMS leave."""
        assert self.identify(number).location == "/request/account"
        assert self.give_details(number).location == "/request/code"
        deliver(self.app)
        return self

    def _open(self, method: str, path: str, **kwargs: Any) -> TestResponse:
        with self.app.app_context():
            answer = self.client.open(path, method=method, environ_base={"REMOTE_ADDR": self.address}, **kwargs)
        if has_app_context():  # not in a thread of a test
            db.session.rollback()
        return answer


def tracking_code(answer: TestResponse) -> str:
    """Give the tracking code of a page."""
    found = _TRACKING.search(answer.text)
    assert found, answer.text
    return found[1]


def without_tokens(answer: TestResponse) -> str:
    """Give a page without what differs from one visit to the next."""
    return _TRACKING.sub("<bdi></bdi>", _TOKEN.sub("", answer.text))


def deliver(app: Flask) -> None:
    """Hand over what somebody waits for."""
    while message_work.work(messages.SEND_URGENT, settings_of(app)):
        pass
    db.session.rollback()


def outbox(app: Flask) -> list[dict[str, Any]]:
    """Give every SMS that left, oldest first."""
    path = settings_of(app).instance / "outbox" / "sms.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def last_code(app: Flask, number: int) -> str:
    """Give the newest code that went to person ``number``."""
    mine = [sms for sms in outbox(app) if sms["to"] == f"0912{number:07d}"]
    return str(mine[-1]["params"]["code"])


def wrong(right: str) -> str:
    """Give another code."""
    return f"{(int(right) + 1) % 1_000_000:06d}"
