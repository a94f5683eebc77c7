"""The page of the whole office's state."""

import pytest
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


@pytest.mark.parametrize("overrides", [{"sms_provider": "http", "sms_url": "http://127.0.0.1:1"}])
def test_a_gateway_that_is_away_is_said_on_the_page_on_the_work_list_and_in_the_metrics(client_as: ClientAs) -> None:
    desk = client_as("it_admin")
    page = desk.get("/admin/system/?lang=en").text
    assert "SMS gateway" in page
    assert "127.0.0.1 cannot be reached." in page
    assert "SMS gateway is unavailable; what needs it waits." in desk.get("/admin/?lang=en").text
    assert 'backoffice_up{part="sms"} 0.0' in desk.get("/metrics").text
