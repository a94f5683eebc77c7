"""«HR is right» on the page of a case that the comparison of an account holder opened."""

import pytest
from flask import Flask

from tests.services.test_synchronise_nightly import mismatch, the_person
from tests.views.conftest import ClientAs


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"policy": {"mode": "act", "nightly_sync": True}}


def test_the_page_of_the_case_offers_it_and_nothing_that_makes_an_account(app: Flask, client_as: ClientAs) -> None:
    case_id = mismatch(app)
    client = client_as("it_operator")
    page = client.get(f"/admin/cases/{case_id}/").text
    assert f"/admin/mismatch/{case_id}/hr_right" in page
    assert f"/admin/mismatch/{case_id}/accept" not in page
    assert client.post_form(f"/admin/mismatch/{case_id}/hr_right", {"note": "x"}).status_code == 303
    assert the_person().last_name == "دیگری"
