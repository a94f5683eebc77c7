"""The account that a refused person has already, on the page of the case and at the counter."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.models import Account, Case, Registration
from tests.factories import make_account, make_hr_row
from tests.reconcile.worlds import code
from tests.services.mismatch_rows import make_refusal
from tests.views.conftest import ClientAs

OWN_NUMBER = "09120000001"
DAY = dt.timedelta(days=1)


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"policy": {"mode": "act"}}


@pytest.fixture(params=["sqlite"])
def database_url(tmp_path: Path, sqlite_template: Path) -> str:
    (tmp_path / "backoffice.sqlite").write_bytes(sqlite_template.read_bytes())
    return ""


@pytest.fixture(autouse=True)
def _hr(app: Flask) -> None:
    make_hr_row(1)


def over(days: int = 20, **values: Any) -> int:
    return make_account(1, state="expired", expires_at=clock.now() - days * DAY, **values)


def state_of(case_id: int) -> tuple[str, str]:
    db.session.expire_all()
    case = db.session.get_one(Case, case_id)
    return case.state, case.verdict


def test_the_case_shows_the_account_and_extends_it(client_as: ClientAs) -> None:
    number, case_id = over(), make_refusal(1, contact=OWN_NUMBER)
    desk = client_as("it_operator")
    page = desk.get(f"/admin/cases/{case_id}/?lang=en").text
    for said in (
        "The account that exists", "0 of 2 times", f'href="/admin/temporary/{number}/"', "we extend it and send you",
        "Extend the account that exists", "to the number of the account:", "شما از پیش حساب موقت دارید",
        'data-said="',
    ):  # fmt: skip
        assert said in page
    assert (OWN_NUMBER in page, code(1) in page, "Tell the person how to log in" in page) == (False, False, False)
    answer = desk.post_form(f"/admin/mismatch/{case_id}/extend", {"reason": "asked_again", "days": "14"})
    assert (answer.status_code, state_of(case_id)) == (303, ("resolved", "extend"))
    assert db.session.get_one(Account, number).extensions == 1
    page = desk.get(f"/admin/cases/{case_id}/?lang=en").text
    assert ("Extend the account that exists" in page, "The person asked for an account again" in page) == (True, True)


def test_an_extension_without_a_reason_stays_in_its_open_form(client_as: ClientAs) -> None:
    over()
    case_id = make_refusal(1)
    answer = client_as("it_operator").post_form(f"/admin/mismatch/{case_id}/extend?lang=en", {"days": "7"})
    assert (answer.status_code, state_of(case_id)[0]) == (422, "new")
    assert 'id="act-extend" name="act" open' in answer.text
    assert '<option value="7" data-said' in answer.text
    assert "Please choose a reason." in answer.text


def test_the_way_in_is_sent_to_who_has_a_valid_account(client_as: ClientAs) -> None:
    make_account(1)
    case_id = make_refusal(1)
    desk = client_as("it_operator")
    page = desk.get(f"/admin/cases/{case_id}/?lang=en").text
    assert "The number left with the case is another one" in page
    assert "we send you the link to recover it" in page
    assert "/profile/recover" in page
    assert desk.post_form(f"/admin/mismatch/{case_id}/log_in", {}).status_code == 303
    assert state_of(case_id) == ("resolved", "log_in")


@pytest.mark.parametrize(
    ("values", "days", "said", "to_caller"),
    [
        ({"extensions": 2}, 3, "Until ", "come in with a one-time code"),
        ({"extensions": 2}, 30, "The days of grace are over too. From ", "cannot be opened now"),
        ({"state": "locked"}, 3, "Unlock it on its own page first", "cannot be opened now"),
        ({"state": "purging"}, 100, "Once it is gone, check this case again", "cannot be opened now"),
        ({"state": "purged"}, 100, "The account has been deleted since", "cannot be opened now"),
    ],
)
def test_what_stands_against_extending_is_said_in_words(
    client_as: ClientAs, values: dict[str, Any], days: int, said: str, to_caller: str
) -> None:
    number, case_id = over(days), make_refusal(1)
    with writing() as session:
        for name, value in values.items():
            setattr(session.get_one(Account, number), name, value)
    page = client_as("it_operator").get(f"/admin/cases/{case_id}/?lang=en").text
    assert said in page
    assert to_caller in page
    assert "Extend and tell the person" not in page


def test_an_account_that_only_the_directory_has_is_no_account_of_ours(client_as: ClientAs) -> None:
    over()
    case_id = make_refusal(1)
    with writing() as session:
        session.query(Account).one().state = "purged"
        attempt = session.query(Registration).filter_by(case_id=case_id).one()
        attempt.evidence = {**attempt.evidence, "register": {}}
    page = client_as("it_operator").get(f"/admin/cases/{case_id}/?lang=en").text
    assert "take it in from the other registration site" in page


def test_the_counter_says_the_same_to_the_caller_while_the_case_is_open(client_as: ClientAs) -> None:
    over()
    case_id = make_refusal(1)
    row = db.session.query(Registration).one().id
    desk = client_as("helpdesk")
    with desk.session_transaction() as kept:
        kept["callers"] = {str(row): clock.now().isoformat()}
    said = "we extend it and send you the link"
    assert said in desk.get(f"/admin/counter/{row}/?lang=en").text
    client_as("it_operator").post_form(f"/admin/mismatch/{case_id}/extend", {"reason": "asked_again", "days": "14"})
    assert said not in desk.get(f"/admin/counter/{row}/?lang=en").text


def test_the_help_desk_reads_how_the_account_stands_and_decides_nothing(client_as: ClientAs) -> None:
    number, case_id = over(), make_refusal(1)
    desk = client_as("helpdesk")
    page = desk.get(f"/admin/cases/{case_id}/?lang=en").text
    assert ("The account that exists" in page, f"/admin/temporary/{number}/" in page) == (True, False)
    assert (
        desk.post_form(f"/admin/mismatch/{case_id}/extend", {"reason": "asked_again", "days": "7"}).status_code == 403
    )
