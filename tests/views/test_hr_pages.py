"""The HR sources, the list of files and the page of a file."""

import pytest
from flask import Flask

from backoffice.extensions import db
from backoffice.models import Snapshot
from tests.reconcile.exports import people
from tests.services.hr_imports import acts, bring, changed
from tests.views.conftest import ClientAs

TWO_SOURCES = {"source": [{"name": "staff", "title": "کارکنان"}, {"name": "faculty", "title": "هیات علمی"}]}


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"hr": TWO_SOURCES}


def brought(count: int = 100, source: str = "staff") -> int:
    number = bring(people(count), source=source).snapshot
    assert number is not None
    return number


def held(rows: int = 80, source: str = "staff") -> int:
    """A file that only the number of its rows holds."""
    brought(source=source)
    number = bring(people(rows), source=source).snapshot
    assert number is not None
    return number


def test_every_source_shows_what_counts_and_how_fresh_it_is(app: Flask, client_as: ClientAs) -> None:
    number = brought()
    page = client_as("it_operator").get("/admin/hr/").text
    assert "کارکنان" in page
    assert f"/admin/hr/file/{number}/" in page
    assert "به‌روز" in page
    assert "بدون فایل پذیرفته‌شده" in page
    assert "hr-inbox/staff" in page


def test_a_liaison_sees_only_own_sources_and_files(app: Flask, client_as: ClientAs) -> None:
    own, foreign = brought(source="faculty"), brought(source="staff")
    liaison = client_as("hr_liaison", sources=("faculty",))
    page = liaison.get("/admin/hr/").text
    assert "هیات علمی" in page
    assert "کارکنان" not in page
    files = liaison.get("/admin/hr/files/").text
    assert f"/admin/hr/file/{own}/" in files
    assert f"/admin/hr/file/{foreign}/" not in files
    assert liaison.get(f"/admin/hr/file/{own}/").status_code == 200
    assert liaison.get(f"/admin/hr/file/{foreign}/").status_code == 404
    assert liaison.get(f"/admin/hr/files/details/?id={foreign}").status_code == 404
    assert liaison.post_form(f"/admin/hr/file/{foreign}/accept", {"reason": "x"}).status_code == 404


def test_files_are_filtered_by_source_status_and_day(app: Flask, client_as: ClientAs) -> None:
    brought(source="faculty")
    number = held()
    client = client_as("it_operator")
    assert client.get("/admin/hr/files/?flt0_0=staff&flt1_1=held").text.count("/admin/hr/file/") == 1
    assert f"/admin/hr/file/{number}/" in client.get("/admin/hr/files/?flt1_1=held").text
    assert "/admin/hr/file/" not in client.get("/admin/hr/files/?flt2_2=1499/01/01").text
    assert "/admin/hr/file/" not in client.get("/admin/hr/files/?flt3_3=1390/01/01").text
    assert client.get("/admin/hr/files/?flt2_2=۱۳۹۰/۰۱/۰۱").text.count("/admin/hr/file/") == 3


def test_the_list_counts_only_what_the_person_may_see(app: Flask, client_as: ClientAs) -> None:
    brought(source="faculty")
    held()
    assert "۳ سطر" in client_as("auditor").get("/admin/hr/files/").text
    assert "۱ سطر" in client_as("hr_liaison", sources=("faculty",)).get("/admin/hr/files/").text


@pytest.mark.parametrize("query", ["flt2_2=1404/13/40", "flt0_0=nobody", "page=100000000000000000000", "sort=9"])
def test_a_hostile_question_to_the_list_is_answered(app: Flask, client_as: ClientAs, query: str) -> None:
    brought()
    assert client_as("auditor").get(f"/admin/hr/files/?{query}").status_code == 200


@pytest.mark.parametrize("number", ["0", "99", "x", "1,2", "100000000000000000000", "-1"])
def test_a_file_that_is_not_there_is_404(app: Flask, client_as: ClientAs, number: str) -> None:
    assert client_as("it_operator").get(f"/admin/hr/file/{number}/").status_code == 404


def test_the_page_says_what_the_gates_found_in_full_sentences(app: Flask, client_as: ClientAs) -> None:
    number = held()
    page = client_as("it_operator").get(f"/admin/hr/file/{number}/").text
    assert "۲۰" in page
    assert "fewer" not in page
    english = client_as("it_operator").get(f"/admin/hr/file/{number}/?lang=en").text
    assert "80 rows, 20 fewer than the 100 of the accepted file" in english


def test_rows_set_aside_are_listed_with_masked_codes(app: Flask, client_as: ClientAs) -> None:
    grid = people(100)
    grid[3][0] = "1234567890"
    number = bring(grid, source="staff").snapshot
    page = client_as("auditor").get(f"/admin/hr/file/{number}/").text
    assert "1234567890" not in page
    assert "123•••••90" in page
    assert "رقم کنترل کد ملی درست نیست" in page


def test_showing_the_codes_of_a_file_is_an_act_of_its_own(app: Flask, client_as: ClientAs) -> None:
    grid = people(100)
    grid[3][0] = "1234567890"
    path = f"/admin/hr/file/{bring(grid, source='staff').snapshot}/"
    client = client_as("it_operator")
    assert client_as("hr_liaison", sources=("staff",)).post_form(f"{path}unmask").status_code == 403
    assert (
        client_as("it_operator", name="stale", fresh=False)
        .post_form(f"{path}unmask")
        .location.startswith("/admin/login")
    )
    assert client.post_form(f"{path}unmask").location == path
    assert "1234567890" in client.get(path).text
    assert ("person:code:unmasked", "snapshot:1", "test-it_operator") in acts()


def test_who_would_vanish_is_listed_before_the_decision(app: Flask, client_as: ClientAs) -> None:
    page = client_as("it_operator").get(f"/admin/hr/file/{held()}/").text
    assert page.count('data-label="واحد سازمانی"') == 20
    assert "1080" in page


def test_an_accepted_file_counts_and_its_history_tells_who_and_why(app: Flask, client_as: ClientAs) -> None:
    number = held(rows=90)
    client = client_as("it_operator")
    answer = client.post_form(f"/admin/hr/file/{number}/accept", {"reason": "واحد ۳ برون‌سپاری شد"})
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "واحد ۳ برون‌سپاری شد" in page
    assert "test-it_operator" in page
    assert db.session.get_one(Snapshot, number).status == "accepted"


def test_without_a_reason_nothing_is_accepted_and_the_page_says_so(app: Flask, client_as: ClientAs) -> None:
    number = held(rows=90)
    answer = client_as("it_operator").post_form(f"/admin/hr/file/{number}/accept", {"reason": "  "})
    assert answer.status_code == 422
    assert "reason-error" in answer.text
    assert db.session.get_one(Snapshot, number).status == "held"


def test_a_file_a_fifth_smaller_waits_for_a_second_person(app: Flask, client_as: ClientAs) -> None:
    number = held(rows=70)
    path = f"/admin/hr/file/{number}/"
    first, second = client_as("it_operator"), client_as("hr_liaison", sources=("staff",))
    assert first.post_form(f"{path}accept", {"reason": "درست است"}).status_code == 303
    assert "منتظر تاییدکننده دوم" in first.get(path).text
    assert "<textarea" not in first.get(path).text
    assert first.post_form(f"{path}accept", {"reason": "درست است"}).status_code == 422
    assert "<textarea" in second.get(path).text
    assert second.post_form(f"{path}accept", {"reason": "من هم می‌دانم"}).status_code == 303
    snapshot = db.session.get_one(Snapshot, number)
    assert (snapshot.status, snapshot.accepted_by, snapshot.accepted_second) == (
        "accepted",
        "test-it_operator",
        "test-hr_liaison",
    )


def test_accepting_needs_a_fresh_login(app: Flask, client_as: ClientAs) -> None:
    number = held()
    client = client_as("it_operator", fresh=False)
    page = client.get(f"/admin/hr/file/{number}/").text
    assert "/admin/login/again" in page
    assert "<textarea" not in page
    answer = client.post_form(f"/admin/hr/file/{number}/accept", {"reason": "x"})
    assert answer.location.startswith("/admin/login/again")
    assert db.session.get_one(Snapshot, number).status == "held"


def test_an_auditor_reads_and_cannot_decide(app: Flask, client_as: ClientAs) -> None:
    number = held()
    auditor = client_as("auditor")
    page = auditor.get(f"/admin/hr/file/{number}/").text
    assert "<textarea" not in page
    assert auditor.post_form(f"/admin/hr/file/{number}/accept", {"reason": "x"}).status_code == 403


@pytest.mark.parametrize("role", ["helpdesk", "manager"])
@pytest.mark.parametrize("path", ["/admin/hr/", "/admin/hr/files/", "/admin/hr/file/1/", "/admin/hr/upload/"])
def test_other_roles_do_not_get_in(app: Flask, client_as: ClientAs, role: str, path: str) -> None:
    assert client_as(role).get(path).status_code == 403


def test_a_file_at_fault_cannot_be_accepted_and_says_what_to_do(app: Flask, client_as: ClientAs) -> None:
    number = bring("a,b\n1,2\n", source="staff").snapshot
    client = client_as("it_operator")
    page = client.get(f"/admin/hr/file/{number}/").text
    assert "<textarea" not in page
    assert client.post_form(f"/admin/hr/file/{number}/accept", {"reason": "x"}).status_code == 422


def test_a_file_overtaken_by_another_cannot_be_accepted(app: Flask, client_as: ClientAs) -> None:
    number = held()
    bring(changed(100, "unit", "x", 1), source="staff")
    page = client_as("it_operator").get(f"/admin/hr/file/{number}/").text
    assert "<textarea" not in page


def test_hostile_words_of_a_file_are_shown_not_run(app: Flask, client_as: ClientAs) -> None:
    grid = people(40)
    grid[0].append("<script>alert(1)</script>")
    for row in grid[1:]:
        row.append("x")
    grid[1][4] = "<img src=x onerror=alert(1)>"
    number = bring(grid, source="staff", file_name="<b>%s{{7*7}}.csv").snapshot
    for path in (f"/admin/hr/file/{number}/", "/admin/hr/", "/admin/hr/files/"):
        page = client_as("it_operator").get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b>%s" not in page
