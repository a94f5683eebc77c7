"""People, one person's story, and the search box."""

import json

import pandas as pd
import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.extensions import db, settings_of
from backoffice.models import AuditEntry, Person
from backoffice.services import snapshot_files
from tests.factories import (
    entry_evidence,
    hr_evidence,
    make_hr_row,
    make_person,
    make_registration,
    make_run,
    make_snapshot,
)
from tests.reconcile.worlds import code, name_of
from tests.registering import Applicant, last_code
from tests.views.conftest import ClientAs

MOBILE = "09123456789"


def stored_row(app: Flask, number: int) -> int:
    """An accepted file with a row of one person; give its number."""
    frame = pd.DataFrame([{**hr_evidence(number), "line": 12}])
    return make_snapshot(stored_file=snapshot_files.keep(frame, settings_of(app)))


def test_an_empty_register_says_what_fills_it(client_as: ClientAs) -> None:
    assert "The register is empty" in client_as("it_operator").get("/admin/people/?lang=en").text


def test_people_stand_in_the_order_of_the_alphabet(client_as: ClientAs) -> None:
    for number, last in enumerate(("گلابی", "پارسا", "احمدی", "یوسفی"), start=1):
        make_person(number, last_name=last)
    page = client_as("it_operator").get("/admin/people/").text
    assert sorted(("گلابی", "پارسا", "احمدی", "یوسفی"), key=page.index) == ["احمدی", "پارسا", "گلابی", "یوسفی"]


def test_a_story_tells_register_account_findings_and_acts(client_as: ClientAs) -> None:
    person = make_person(3)
    run_id = make_run([{"number": 3, "situation": "LEAVER"}])
    desk = client_as("it_admin")
    desk.post_form(f"/admin/people/{person}/unmask")
    page = desk.get(f"/admin/people/{person}/?lang=en").text
    for part in (name_of(3), "uid=u3,ou=people,dc=x", "no longer works here", "A national code was shown in full"):
        assert part in page
    assert f"/admin/reconciliation/{run_id}/findings/1/" in page
    assert "Read for run" in page


def test_a_story_reads_hr_on_demand_and_without_script(app: Flask, client_as: ClientAs) -> None:
    person, snapshot = make_person(3), stored_row(app, 3)
    desk = client_as("it_operator")
    page = desk.get(f"/admin/people/{person}/").text
    assert f'data-load="/admin/people/{person}/hr"' in page
    assert "امور مالی" not in page
    for path in (f"/admin/people/{person}/hr", f"/admin/people/{person}/?hr=1"):
        part = desk.get(path).text
        assert "امور مالی" in part
        assert f"/admin/hr/file/{snapshot}/" in part
        assert "0912•••6789" in part
        assert MOBILE not in part


def test_a_file_whose_rows_are_gone_is_no_fault(app: Flask, client_as: ClientAs) -> None:
    person = make_person(3)
    make_snapshot(stored_file="gone.parquet")
    assert "No accepted file" in client_as("it_operator").get(f"/admin/people/{person}/hr?lang=en").text


def test_codes_and_mobiles_are_masked_until_asked_for(app: Flask, client_as: ClientAs) -> None:
    person = make_person(3)
    stored_row(app, 3)
    desk, path = client_as("it_operator"), f"/admin/people/{person}/"
    assert code(3) not in desk.get(f"{path}?hr=1").text
    assert desk.post_form(f"{path}unmask").status_code == 303
    shown = desk.get(f"{path}?hr=1").text
    assert code(3) in shown
    assert MOBILE in shown
    entry = db.session.query(AuditEntry).one()
    assert (entry.action, entry.subject, entry.actor) == (
        "person:code:unmasked",
        f"person:{person}",
        "test-it_operator",
    )
    assert code(3) not in json.dumps([entry.before, entry.after, entry.reason])


def test_unmasking_one_person_shows_no_other(client_as: ClientAs) -> None:
    one, other = make_person(3), make_person(4)
    desk = client_as("it_operator")
    desk.post_form(f"/admin/people/{one}/unmask")
    assert code(4) not in desk.get(f"/admin/people/{other}/").text


def test_everything_about_a_person_is_given_as_a_file_after_a_fresh_login(client_as: ClientAs) -> None:
    person = make_person(3)
    answer = client_as("it_operator").post_form(f"/admin/people/{person}/export")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="person-{person}.json"'
    assert answer.get_json()["register"][0]["national_code"] == code(3)
    old = client_as("it_operator", fresh=False).post_form(f"/admin/people/{person}/export")
    assert old.location.startswith("/admin/login/again")


def test_the_help_desk_never_sees_codes_findings_or_birth_dates(app: Flask, client_as: ClientAs) -> None:
    person = make_person(3, father_name="حسن")
    stored_row(app, 3)
    make_run([{"number": 3, "situation": "LEAVER"}])
    desk = client_as("helpdesk")
    page = desk.get(f"/admin/people/{person}/?hr=1").text
    for hidden in (code(3), MOBILE, "حسن", "۱۳۵۹/۰۲/۳۱", "/admin/reconciliation/", "unmask"):
        assert hidden not in page
    assert "u3" in page
    assert desk.post_form(f"/admin/people/{person}/unmask").status_code == 403


@pytest.mark.parametrize("number", ["0", "77", "x", "1,2", "99999999999999999999"])
def test_a_person_who_is_not_there_is_not_found(client_as: ClientAs, number: str) -> None:
    make_person(3)
    for path in ("", "hr", "directory", "history"):
        assert client_as("it_admin").get(f"/admin/people/{number}/{path}").status_code == 404


def test_the_search_shows_people_and_findings_masked(client_as: ClientAs) -> None:
    make_person(3)
    run_id = make_run([{"number": 3, "situation": "LEAVER"}, {"number": 5, "person_name": "ناشناس"}])
    for question in (code(3), name_of(3), "u3", "5003"):
        page = client_as("it_operator").get(f"/admin/search/?q={question}").text
        assert f"/admin/reconciliation/{run_id}/findings/1/" in page
        assert page.count(code(3)) == (2 if question == code(3) else 0)
        assert "ناشناس" not in page


def test_what_is_searched_is_written_back_harmlessly(client_as: ClientAs) -> None:
    page = client_as("it_operator").get("/admin/search/?q=<script>alert(1)</script>").text
    assert "<script>alert" not in page


def test_the_help_desk_searches_people_but_no_findings(client_as: ClientAs) -> None:
    make_person(3)
    make_run([{"number": 3, "situation": "LEAVER", "evidence": {"entries": [entry_evidence(3)]}}])
    page = client_as("helpdesk").get(f"/admin/search/?q={name_of(3)}").text
    assert "/admin/people/" in page
    assert "/admin/reconciliation/" not in page


@pytest.mark.parametrize("question", ["", "ع", "%20"])
def test_a_short_question_asks_for_more(client_as: ClientAs, question: str) -> None:
    assert "at least two signs" in client_as("helpdesk").get(f"/admin/search/?q={question}&lang=en").text


def test_the_search_box_stands_on_every_page_of_those_who_may(client_as: ClientAs) -> None:
    assert 'action="/admin/search' in client_as("helpdesk").get("/admin/").text
    assert 'action="/admin/search' not in client_as("hr_liaison").get("/admin/").text


@pytest.mark.parametrize("overrides", [{"policy": {"mode": "act", "unlisted_mobile": "matched"}}])
def test_a_story_tells_registrations_the_account_and_messages(app: Flask, client_as: ClientAs) -> None:
    make_hr_row(1)
    Applicant(app).up_to_code(1).enter(last_code(app, 1))
    person = db.session.scalars(sa.select(Person.id)).one()
    page = client_as("it_operator").get(f"/admin/people/{person}/?lang=en").text
    for words in ("account is being made", "request page", "One-time code (by SMS)", "handed over"):
        assert words in page
    assert "/admin/temporary/1/" in page
    assert code(1) not in page
    assert "09120000001" not in page
    assert "/admin/temporary/1/" not in client_as("helpdesk").get(f"/admin/people/{person}/").text


def test_search_shows_similar_names_and_attempts_of_nobody(client_as: ClientAs) -> None:
    make_person(6, first_name="محمدرضا", last_name="کریمی")
    make_registration(88, state="rejected", tracking_code="7KQ2-M9XD")
    near = client_as("helpdesk").get("/admin/search/?q=محمدرضا کرمی&lang=en").text
    assert "People with a similar name" in near
    assert "محمدرضا کریمی" in near
    attempt = client_as("helpdesk").get("/admin/search/?q=7kq2m9xd&lang=en").text
    assert "Registrations that belong to nobody yet" in attempt
    assert "Nobody is found" not in attempt
    assert code(88) not in attempt
