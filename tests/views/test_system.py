"""The page of the whole office's state."""

from flask import Flask

from backoffice.services import queue
from backoffice.services.mail_moves import MOVE_KIND
from backoffice.views.system_words import queue_title
from tests.factories import make_snapshot
from tests.services.test_system import add
from tests.views.conftest import ClientAs


def test_it_says_what_is_down_waits_and_runs(client_as: ClientAs) -> None:
    make_snapshot()
    add("send_sms", "parked", 3)
    page = client_as("auditor").get("/admin/system/?lang=en").text
    for words in ("Worker", "does not answer", "Send SMS", "fresh", "Nightly reconciliation", "flask-admin"):
        assert words in page


def test_an_office_at_rest_says_so(client_as: ClientAs) -> None:
    assert "Nothing is under way" in client_as("it_operator").get("/admin/system/?lang=en").text


def test_every_queue_has_a_title(app: Flask) -> None:
    kinds = {*queue._DUE, MOVE_KIND}
    assert {kind for kind in kinds if queue_title(kind) == kind} == set()
