"""The pages of announced colleagues, as a liaison uses them."""

import pytest
from flask import Flask

from backoffice.extensions import db, settings_of
from backoffice.models import Announcement, AuditEntry
from backoffice.services import announcements
from tests.reconcile.worlds import code
from tests.views.conftest import ClientAs

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TYPED = {
    "national_code": code(7), "first_name": "زهرا", "last_name": "کاظمی", "father_name": "", "birth_date": "1370/05/21",
    "start_date": "", "mobile": "09121234567",
}  # fmt: skip
FORM = {**TYPED, "source": "hr"}


def announced(app: Flask) -> int:
    return announcements.announce(TYPED, "hr", actor="rezaei", settings=settings_of(app)).id


def test_a_liaison_announces_a_colleague_of_the_own_source(client_as: ClientAs) -> None:
    desk = client_as("hr_liaison", sources=("hr",))
    assert desk.post_form("/admin/announcements/new", FORM).status_code == 303
    page = desk.get("/admin/announcements/").text
    assert "کاظمی" in page
    assert code(7) not in page
    assert db.session.query(Announcement).one().created_by == "test-hr_liaison"


def test_another_liaisons_source_does_not_exist(app: Flask, client_as: ClientAs) -> None:
    number = announced(app)
    desk = client_as("hr_liaison", sources=("students",))
    assert desk.post_form("/admin/announcements/new", FORM).status_code == 404
    assert desk.get(f"/admin/announcements/{number}/").status_code == 404
    assert "کاظمی" not in desk.get("/admin/announcements/").text


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(client_as: ClientAs) -> None:
    desk = client_as("hr_liaison", sources=("hr",))
    answer = desk.post_form("/admin/announcements/new?lang=en", {**FORM, "birth_date": "1370/13/01"})
    assert answer.status_code == 422
    assert 'id="birth_date-error"' in answer.text
    assert 'value="1370/13/01"' in answer.text


def test_the_last_day_of_an_earlier_announcement_is_named(app: Flask, client_as: ClientAs) -> None:
    announced(app)
    answer = client_as("hr_liaison", sources=("hr",)).post_form("/admin/announcements/new", FORM)
    assert answer.status_code == 422
    assert "اعتبار دارد" in answer.text


def test_it_is_taken_back_with_a_reason(app: Flask, client_as: ClientAs) -> None:
    number = announced(app)
    desk, path = client_as("hr_liaison", sources=("hr",)), f"/admin/announcements/{number}/"
    assert desk.post_form(f"{path}end", {"reason": ""}).status_code == 422
    assert desk.post_form(f"{path}end", {"reason": "did not come"}).status_code == 303
    assert "Taken back" in desk.get("/admin/announcements/?state=ended&lang=en").text
    act = db.session.query(AuditEntry).filter_by(action="hr:colleague:taken_back").one()
    assert (act.actor, act.reason) == ("test-hr_liaison", "did not come")
