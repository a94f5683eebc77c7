"""The way to a page that needs a login."""

from tests.views.conftest import DeskClient


def test_a_stranger_is_sent_to_the_login_with_the_way_back(browser: DeskClient) -> None:
    answer = browser.get("/admin/?a=1")
    assert answer.status_code == 303
    assert answer.location == "/admin/login?next=/admin/?a%3D1"
