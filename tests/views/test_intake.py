"""POST /intake: the token opens it, nothing else does."""

from typing import Any

import pytest
from flask import Flask

from backoffice.extensions import db
from backoffice.models import Case, WebSession
from tests.factories import make_hr_row
from tests.reconcile.worlds import code

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TOKEN = "t" * 32
HEADERS = {"Authorization": f"Bearer {TOKEN}"}
ROW = {
    "reference": "A-1", "outcome": "refused", "national_code": code(4), "first_name": "مریم", "last_name": "ناشناس",
    "father_name": "حسن", "birth_date": "1359/02/31",
}  # fmt: skip


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"intake_token": TOKEN}


def send(app: Flask, body: Any, headers: dict[str, str] = HEADERS) -> Any:
    with app.app_context():
        answer = app.test_client().post("/intake", json=body, headers=headers)
    db.session.rollback()
    return answer


def test_attempts_are_taken_in_with_the_token_alone(app: Flask) -> None:
    make_hr_row(4)
    answer = send(app, {"registrations": [ROW]})
    assert answer.status_code == 200
    (result,) = answer.json["results"]
    assert (result["reference"], result["result"], len(result["tracking_code"])) == ("A-1", "taken", 9)
    assert db.session.query(Case).one().cause == "NAME_DIFFERS"
    assert "Set-Cookie" not in answer.headers
    assert db.session.query(WebSession).count() == 0


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer "}, {"Authorization": TOKEN}, {"Authorization": f"Bearer {TOKEN}x"}]
)
def test_without_the_right_token_nothing_happens(app: Flask, headers: dict[str, str]) -> None:
    assert send(app, {"registrations": [ROW]}, headers).status_code == 401
    assert db.session.query(Case).count() == 0


@pytest.mark.parametrize("body", [None, [], {"registrations": {}}, {"registrations": [ROW] * 201}])
def test_a_body_that_is_no_list_of_attempts_is_refused(app: Flask, body: Any) -> None:
    assert send(app, body).status_code == 422


def test_a_body_nested_without_end_is_refused(app: Flask) -> None:
    with app.app_context():
        assert app.test_client().post("/intake", data="[" * 100_000, headers=HEADERS).status_code == 422


@pytest.mark.parametrize("overrides", [{}])
def test_where_no_token_is_set_there_is_no_such_page(app: Flask) -> None:
    assert send(app, {"registrations": [ROW]}, {"Authorization": "Bearer "}).status_code == 404
