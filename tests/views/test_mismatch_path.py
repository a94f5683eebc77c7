"""The whole way of a refused person: the forms, the desk, the SMS, and on from the details."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from backoffice.extensions import db, settings_of, writing
from backoffice.models import Account, Case, Registration
from backoffice.services import message_work, mismatch_repairs, registrations
from backoffice.services.messages import SEND_SMS
from tests.factories import make_hr_row
from tests.registering import Applicant, deliver, last_code, outbox
from tests.services.mismatch_rows import CONTACT
from tests.services.test_mismatch_work import mend
from tests.views.conftest import ClientAs
from tests.views.test_mismatch import FORM

OFF = "1359/03/01"


@pytest.fixture
def overrides() -> dict[str, object]:
    policy = {"mode": "act", "unlisted_mobile": "matched", "quiet_from": 0, "quiet_to": 0}
    return {"policy": policy}


@pytest.fixture(params=["sqlite"])
def database_url(tmp_path: Path, sqlite_template: Path) -> str:
    (tmp_path / "backoffice.sqlite").write_bytes(sqlite_template.read_bytes())
    return ""


@pytest.fixture
def case_id(app: Flask) -> int:
    """The case of person 1, who mistyped the birth date and left a mobile."""
    make_hr_row(1)
    assert Applicant(app).identify(1, birth_date=OFF).status_code == 422
    with writing() as session:
        case = session.query(Case).one()
        case.contact_mobile = CONTACT
        return case.id


def link_in_sms(app: Flask) -> str:
    message_work.work(SEND_SMS, settings_of(app))
    found = [str(sms["text"]) for sms in outbox(app) if sms["to"] == CONTACT]
    return "/request/continue/" + found[-1].rpartition("/request/continue/")[2].split()[0]


def finish(app: Flask, link: str) -> None:
    """Go on from the link, in a browser that was never here, up to the account."""
    person = Applicant(app)
    assert person.get(link).status_code == 200
    assert person.get("/request/account").location == "/request/"
    assert person.post(link, {}).location == "/request/account"
    assert person.give_details(1).location == "/request/code"
    deliver(app)
    assert person.enter(last_code(app, 1)).location == "/request/done"
    assert db.session.query(Account).one().person_id == db.session.query(Registration).one().person_id


def test_what_the_desk_corrects_is_finished_from_the_sms(app: Flask, client_as: ClientAs, case_id: int) -> None:
    assert client_as("it_operator").post_form(f"/admin/mismatch/{case_id}/correct", FORM).status_code == 303
    link = link_in_sms(app)
    finish(app, link)
    assert Applicant(app).get(link).status_code == 404


def test_what_the_desk_accepts_is_finished_from_the_sms(app: Flask, client_as: ClientAs, case_id: int) -> None:
    form = {"reason": "documents", "days": "30"}
    assert client_as("it_operator").post_form(f"/admin/mismatch/{case_id}/accept", form).status_code == 303
    finish(app, link_in_sms(app))


def test_what_a_new_file_repairs_is_finished_from_the_sms_days_later(app: Flask, case_id: int, later: Any) -> None:
    mend(birth_date="1980-05-22")
    assert mismatch_repairs.recheck_all(settings_of(app)).closed == 1
    link = link_in_sms(app)
    later(3 * 86_400)
    assert registrations.abandon() == 0
    finish(app, link)


def test_a_link_nobody_made_is_not_found(app: Flask) -> None:
    person = Applicant(app)
    assert person.get("/request/continue/x").status_code == 404
    assert person.post("/request/continue/x", {}, person.hidden()).status_code == 404


def test_who_passes_with_another_try_leaves_no_case_open(app: Flask, case_id: int) -> None:
    assert Applicant(app).identify(1).status_code == 303
    assert db.session.get_one(Case, case_id).state == "auto_closed"
