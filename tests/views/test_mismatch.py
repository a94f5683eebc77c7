"""The page of a refused registration: what it shows to whom, and deciding on it."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from backoffice import clock
from backoffice.extensions import db, settings_of, writing
from backoffice.models import Account, Case, Registration
from backoffice.services import mismatches, roles
from tests.factories import make_account, make_hr_row, make_registration
from tests.reconcile.worlds import code, name_of
from tests.services.mismatch_rows import CONTACT, make_refusal
from tests.views.case_rows import make_case
from tests.views.conftest import ClientAs

WRONG_DAY: dict[str, Any] = {"birth_date": "1980-05-22"}
FORM = {
    "first_name": "مریم", "last_name": name_of(1), "father_name": "حسن", "birth_date": "۱۳۵۹/۰۲/۳۱",
    "personnel_number": "",
}  # fmt: skip


@pytest.fixture(params=["sqlite"])
def database_url(tmp_path: Path, sqlite_template: Path) -> str:
    (tmp_path / "backoffice.sqlite").write_bytes(sqlite_template.read_bytes())
    return ""


@pytest.fixture
def case_id(app: Flask) -> int:
    make_hr_row(1)
    return make_refusal(1, **WRONG_DAY)


def state_of(case_id: int) -> str:
    db.session.expire_all()
    return db.session.get_one(Case, case_id).state


def test_the_page_says_why_and_what_the_person_will_be_told(client_as: ClientAs, case_id: int) -> None:
    page = client_as("it_operator").get(f"/admin/cases/{case_id}/?lang=en").text
    for said in (
        "The birth date differs from HR", "BIRTHDATE_DIFFERS", "HR has another birth date for you", "one day apart",
        "همکار گرامی، مشخصات شما تایید شد",
    ):  # fmt: skip
        assert said in page
    assert code(1) not in page
    assert CONTACT not in page


def test_the_page_opens_also_where_nothing_was_kept_of_the_check(client_as: ClientAs, case_id: int) -> None:
    with writing() as session:
        session.query(Registration).filter_by(case_id=case_id).update({"evidence": {}})
    page = client_as("it_operator").get(f"/admin/cases/{case_id}/?lang=en")
    assert (page.status_code, "Why it was refused" in page.text) == (200, True)


def test_a_role_that_the_directory_refused_is_told_on_the_case_and_on_the_first_page(
    app: Flask, client_as: ClientAs, case_id: int
) -> None:
    with writing() as session:
        role = roles.add_role(
            session, "uuid", ["student"], "staff", source="hr", actor="amiri", settings=settings_of(app)
        )
        assert role
        role.state, role.outcome, role.detail = "done", "failed", "The entry is no longer in the directory."
        role.finished_at = clock.now()
        case = session.get_one(Case, case_id)
        case.state, case.verdict, case.effects = "resolved", "link", {"roles": [role.id]}
    first_page = client_as("it_operator").get("/admin/?lang=en").text
    assert "Further roles that the directory refused" in first_page
    assert f'href="/admin/cases/{case_id}/"' in first_page
    assert "Further roles" not in client_as("helpdesk").get("/admin/?lang=en").text
    page = client_as("it_operator").get(f"/admin/cases/{case_id}/?lang=en").text
    for said in ("Further role of the account:", "staff", "refused", "The entry is no longer in the directory."):
        assert said in page


def test_correcting_lets_the_person_go_on_and_the_next_case_opens(client_as: ClientAs, case_id: int) -> None:
    make_hr_row(2)
    other = make_refusal(2, **WRONG_DAY)
    answer = client_as("it_operator").post_form(f"/admin/mismatch/{case_id}/correct", FORM)
    assert (answer.status_code, answer.location) == (303, f"/admin/cases/{other}/")
    assert state_of(case_id) == "resolved"


def test_a_correction_that_does_not_pass_says_why_and_keeps_what_was_typed(client_as: ClientAs, case_id: int) -> None:
    desk = client_as("it_operator")
    answer = desk.post_form(f"/admin/mismatch/{case_id}/correct?lang=en", {**FORM, "birth_date": "1359/01/01"})
    assert (answer.status_code, state_of(case_id)) == (422, "new")
    assert "The check still refuses this person: The birth date differs from HR." in answer.text
    assert 'value="1359/01/01"' in answer.text
    wrong = desk.post_form(f"/admin/mismatch/{case_id}/correct?lang=en", {**FORM, "birth_date": "x"})
    assert (wrong.status_code, "Birth date: " in wrong.text) == (422, True)


@pytest.mark.parametrize(
    ("act", "form", "state"),
    [
        ("accept", {"reason": "documents", "days": "30"}, "resolved"),
        ("to_hr", {"note": "تاریخ تولد"}, "waiting_hr"),
        ("ask", {"note": "کدام روز؟"}, "waiting_person"),
        ("refuse", {"reason": "not_proved"}, "refused"),
    ],
)
def test_each_decision_leaves_its_state(
    client_as: ClientAs, case_id: int, act: str, form: dict[str, str], state: str
) -> None:
    desk = client_as("it_operator")
    assert desk.post_form(f"/admin/mismatch/{case_id}/{act}", form).status_code == 303
    assert state_of(case_id) == state
    assert desk.get(f"/admin/cases/{case_id}/").status_code == 200


def test_what_was_done_is_told_with_its_reason_in_words(client_as: ClientAs, case_id: int) -> None:
    desk = client_as("it_operator")
    desk.post_form(f"/admin/mismatch/{case_id}/refuse", {"reason": "not_employed", "note": "نامه ۱۲"})
    page = desk.get(f"/admin/cases/{case_id}/?lang=en").text
    assert ("Does not work here: نامه ۱۲" in page, "not_employed" in page) == (True, False)


def test_a_decision_without_a_reason_is_refused_in_its_open_form(client_as: ClientAs, case_id: int) -> None:
    answer = client_as("it_operator").post_form(f"/admin/mismatch/{case_id}/accept?lang=en", {"days": "30"})
    assert (answer.status_code, "Please choose a reason." in answer.text) == (422, True)
    assert 'id="act-accept" name="act" open' in answer.text


def test_the_help_desk_reads_these_cases_only_and_decides_nothing(client_as: ClientAs, case_id: int) -> None:
    desk = client_as("helpdesk")
    page = desk.get(f"/admin/cases/{case_id}/?lang=en").text
    assert ("HR has another birth date for you" in page, "/admin/mismatch/" in page) == (True, False)
    assert desk.post_form(f"/admin/mismatch/{case_id}/refuse", {"reason": "not_proved"}).status_code == 403


def test_a_decision_can_be_taken_back_on_the_page(client_as: ClientAs, case_id: int) -> None:
    desk = client_as("it_operator")
    desk.post_form(f"/admin/mismatch/{case_id}/refuse", {"reason": "not_proved"})
    assert desk.post_form(f"/admin/cases/{case_id}/reopen", {"note": "اشتباه"}).status_code == 303
    assert state_of(case_id) == "new"


def test_a_code_can_be_corrected_once_it_was_shown(client_as: ClientAs, case_id: int) -> None:
    desk = client_as("it_operator")
    assert 'name="national_code"' not in desk.get(f"/admin/cases/{case_id}/").text
    desk.post_form(f"/admin/cases/{case_id}/unmask")
    assert 'name="national_code"' in desk.get(f"/admin/cases/{case_id}/").text


def test_the_code_of_a_near_row_is_taken_without_showing_it(client_as: ClientAs, app: Flask) -> None:
    make_hr_row(7)
    typed = code(700)
    number = make_refusal(7, national_code=typed)
    desk = client_as("it_operator")
    page = desk.get(f"/admin/cases/{number}/?lang=en").text
    assert ('name="near" value="1"' in page, code(7) in page) == (True, False)
    form = {
        "first_name": "مریم",
        "last_name": name_of(7),
        "father_name": "حسن",
        "birth_date": "1359/02/31",
        "near": "1",
    }
    assert desk.post_form(f"/admin/mismatch/{number}/correct", form).status_code == 303
    assert (state_of(number), db.session.query(Registration).one().national_code) == ("resolved", code(7))


def test_the_user_name_of_a_temporary_account_is_masked(client_as: ClientAs, app: Flask) -> None:
    make_hr_row(7)
    number = make_refusal(7, **WRONG_DAY)
    with writing() as session:
        attempt = session.query(Registration).filter_by(case_id=number).one()
        entry = {
            "cause": "EXISTS_TEMPORARY", "dn": f"uid={code(7)},ou=temporary,dc=x", "entry_uuid": "u", "temporary": True,
            "username": code(7), "affiliations": [], "expires_at": None, "shown": {"username": code(7)},
        }  # fmt: skip
        attempt.evidence = {**attempt.evidence, "directory": {"answered": True, "entries": [entry]}}
    page = client_as("it_operator").get(f"/admin/cases/{number}/").text
    assert code(7) not in page
    # Without the signs around it, what is masked would read from right to left on a narrow page.
    assert f'data-label="دایرکتوری \u2066{code(7)[:3]}•••••{code(7)[-2:]}\u2069"' in page


def test_a_case_leads_to_the_other_case_and_to_the_account_of_the_person(client_as: ClientAs, app: Flask) -> None:
    make_hr_row(7)
    number, account = make_refusal(7, **WRONG_DAY), make_account(7)
    with writing() as session:
        other = make_case(8)
        session.get_one(Case, other).national_code = code(7)
        attempt = session.query(Registration).filter_by(case_id=number).one()
        known = {"username": code(7), "state": "temporary", "expires_at": None}
        attempt.evidence = {**attempt.evidence, "register": {"accounts": [known], "links": []}}
    page = client_as("it_operator").get(f"/admin/cases/{number}/").text
    assert f'href="/admin/cases/{other}/"' in page
    assert f'href="/admin/temporary/{account}/"' in page
    assert f"/admin/temporary/{account}/" not in client_as("helpdesk").get(f"/admin/cases/{number}/").text


def test_at_night_the_preview_says_when_the_message_leaves(client_as: ClientAs, case_id: int) -> None:
    page, said = f"/admin/cases/{case_id}/?lang=en", "No SMS leaves at night"
    with clock.begun_at(dt.datetime(2026, 11, 22, 20, 0, tzinfo=dt.UTC)):
        assert said in client_as("it_operator").get(page).text
    with clock.begun_at(dt.datetime(2026, 11, 22, 8, 0, tzinfo=dt.UTC)):
        assert said not in client_as("it_operator").get(page).text


def test_the_list_filters_by_cause(client_as: ClientAs, case_id: int) -> None:
    desk = client_as("it_operator")
    assert name_of(1) in desk.get("/admin/cases/?kind=MISMATCH&cause=BIRTHDATE_DIFFERS").text
    assert name_of(1) not in desk.get("/admin/cases/?cause=NAME_DIFFERS").text


def test_another_kind_of_case_has_no_such_decisions(client_as: ClientAs, app: Flask) -> None:

    number = make_case(1)
    answer = client_as("it_operator").post_form(f"/admin/mismatch/{number}/refuse", {"reason": "not_proved"})
    assert answer.status_code == 404


def test_a_case_that_another_attempt_closed_shows_what_each_attempt_came_to(
    app: Flask, client_as: ClientAs, case_id: int
) -> None:
    account = make_account(1)
    with writing() as session:
        person = session.get_one(Account, account).person_id
    taken = make_registration(
        1, state="temporary", channel="intake", causes=["EXISTS_STAFF"], account_id=account, person_id=person
    )
    with writing() as session:
        mismatches.settle(session, session.get_one(Registration, taken), mismatches.TAKEN_IN, "intake")
    page = client_as("it_operator").get(f"/admin/cases/{case_id}/?lang=en").text
    for said in ("Closed by itself", "The other registration site made an account", "one day apart"):
        assert said in page
    assert f'href="/admin/people/{person}/"' in page
    assert "lock that account instead" in page
    assert 'id="reopen-note"' not in page
    attempts = page[page.index(">Attempts</h2>") :]
    assert f'href="/admin/temporary/{account}/"' in attempts
    assert attempts.index("account made") < attempts.index("Has a permanent account") < attempts.index("refused")
    assert "other registration site" in page[page.index(">What was done</h2>") :]


def test_a_cause_that_only_the_other_site_names_is_said_to_be_its_word(client_as: ClientAs, case_id: int) -> None:
    said = "The other registration site says so"
    page = client_as("it_operator").get(f"/admin/cases/{case_id}/?lang=en").text
    assert said not in page
    with writing() as session:
        row = session.query(Registration).one()
        row.channel, row.causes, row.evidence = "intake", ["CIVIL_DIFFERS"], {**row.evidence, "verdict": "passes"}
    assert said in client_as("it_operator").get(f"/admin/cases/{case_id}/?lang=en").text
