"""Uploading an HR file: choose, look, import."""

import io
import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from backoffice.extensions import db, settings_of
from backoffice.models import AuditEntry, Snapshot
from backoffice.services import uploads
from tests.reconcile.exports import HEADER, as_csv, as_xlsx, people
from tests.services.hr_imports import bring
from tests.views.conftest import ClientAs, DeskClient
from tests.views.test_hr_pages import TWO_SOURCES

GOOD = as_csv(people(40)).encode()
ODD = ("کد", "شماره", "اسم", "فامیلی", "حالت", "بخش", "تولد")
MEANING = {f"column-{at}": name for at, name in enumerate(HEADER, start=1)}


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"hr": TWO_SOURCES}


def send(client: DeskClient, data: bytes = GOOD, name: str = "روز ۱.csv", **fields: object) -> TestResponse:
    form: dict[str, object] = {"source": "staff", "file": (io.BytesIO(data), name), **fields}
    answer = client.post_form("/admin/hr/upload/", form, content_type="multipart/form-data")
    answer.request.environ["wsgi.input"].close()  # the test client leaves a large body open
    return answer


def act(client: DeskClient, page: str, verb: str, **fields: object) -> TestResponse:
    return client.post_form(page, {"act": verb, **fields})


def files(app: Flask) -> list[Any]:
    return list((settings_of(app).instance / "uploads").glob("*.file"))


def snapshots() -> list[Snapshot]:
    return list(db.session.scalars(sa.select(Snapshot).order_by(Snapshot.id)))


def test_a_good_file_goes_from_form_to_preview_to_its_page(app: Flask, client_as: ClientAs) -> None:
    client = client_as("it_operator")
    answer = send(client)
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "روز ۱.csv" in page
    assert page.count('class="raw-row"') == 10
    assert snapshots() == []
    done = act(client, answer.location, "import")
    assert done.status_code == 303
    (snapshot,) = snapshots()
    assert done.location == f"/admin/hr/file/{snapshot.id}/"
    assert (snapshot.status, snapshot.rows, snapshot.created_by) == ("accepted", 40, "test-it_operator")
    assert snapshot.file_name == "روز ۱.csv"
    assert files(app) == []
    assert client.get(done.location).status_code == 200


def test_the_bytes_wait_on_the_server_and_for_the_uploader_alone(app: Flask, client_as: ClientAs) -> None:
    client = client_as("it_operator")
    page = send(client).location
    assert [path.stat().st_mode & 0o777 for path in files(app)] == [0o600]
    assert "uploads" not in str(client.get_cookie("desk"))
    other = client_as("it_operator", name="other")
    assert other.get(page).status_code == 404
    assert act(other, page, "import").status_code == 404
    assert snapshots() == []


def test_an_upload_that_is_gone_says_so(client_as: ClientAs) -> None:
    client = client_as("it_operator")
    answer = client.get("/admin/hr/upload/a-token-nobody-made/")
    assert answer.status_code == 404
    assert "یک ساعت" in answer.text


def test_a_liaison_sends_for_own_sources_only(app: Flask, client_as: ClientAs) -> None:
    liaison = client_as("hr_liaison", sources=("faculty",))
    page = liaison.get("/admin/hr/upload/").text
    assert "هیات علمی" in page
    assert "کارکنان" not in page
    assert send(liaison).status_code == 404
    assert send(liaison, source="nobody").status_code == 404
    assert send(liaison, source="faculty").status_code == 303


def test_an_upload_for_a_source_that_was_taken_away_is_404(app: Flask, client_as: ClientAs) -> None:
    liaison = client_as("hr_liaison", sources=("faculty",))
    page = send(liaison, source="faculty").location
    db.session.execute(sa.text("UPDATE staff SET sources = '[\"staff\"]'"))
    db.session.commit()
    assert liaison.get(page).status_code == 404


@pytest.mark.parametrize("role", ["auditor", "helpdesk", "manager"])
def test_who_only_reads_cannot_upload(client_as: ClientAs, role: str) -> None:
    assert send(client_as(role)).status_code == 403
    assert client_as(role).get("/admin/hr/upload/").status_code == 403


def test_without_the_token_of_the_form_nothing_is_taken(app: Flask, client_as: ClientAs) -> None:
    client = client_as("it_operator")
    form = {"source": "staff", "file": (io.BytesIO(GOOD), "a.csv")}
    assert client.post("/admin/hr/upload/", data=form, content_type="multipart/form-data").status_code == 400
    page = send(client).location
    assert client.post(page, data={"act": "import"}).status_code == 400
    assert snapshots() == []


def test_51_megabytes_are_too_large(app: Flask, client_as: ClientAs) -> None:
    assert send(client_as("it_operator"), b"x" * 51 * 1024**2).status_code == 413
    assert files(app) == []


def test_12_megabytes_are_not_too_large(app: Flask, client_as: ClientAs) -> None:
    assert send(client_as("it_operator"), GOOD + b"\n" * 12 * 1024**2).status_code == 303


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"file": ""}, "فایل را انتخاب کنید"),
        ({"source": ""}, "منبع اطلاعات را انتخاب کنید"),
        ({"as_of": "1404/12/30"}, "در تقویم شمسی وجود ندارد"),
        ({"as_of": "1490/01/01"}, "هنوز نرسیده"),
        ({"data": b""}, "خالی است"),
    ],
)
def test_a_form_at_fault_says_so_beside_the_field(client_as: ClientAs, fields: dict[str, Any], sentence: str) -> None:
    answer = send(client_as("it_operator"), **fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_the_day_of_the_file_may_be_given_with_persian_digits(client_as: ClientAs) -> None:
    client = client_as("it_operator")
    page = send(client, as_of="۱۴۰۴/۰۱/۳۱").location
    assert "۱۴۰۴/۰۱/۳۱" in client.get(page).text
    act(client, page, "import")
    assert snapshots()[0].as_of.isoformat() == "2025-04-19T20:30:00+00:00"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
        (b"<html><table></table></html>", "صفحه وب"),
        (b"PK\x03\x04 not a zip", "آسیب‌دیده"),
        (GOOD[:-20], "بریده"),
        (GOOD + b'"open,1\n', "نقل‌قول"),
        (GOOD + b"\x00\x01", "نویسه کنترلی"),
        (b"\xff\xfe\x00", "UTF-16"),
        (bytes(range(256)), "خوانده نمی‌شود"),
    ],
)
def test_a_broken_file_gives_sentences_and_nothing_is_stored(client_as: ClientAs, data: bytes, sentence: str) -> None:
    client = client_as("it_operator")
    page = client.get(send(client, data).location)
    assert page.status_code == 200
    assert sentence in page.text
    assert 'value="import"' not in page.text
    assert snapshots() == []


def test_unknown_columns_are_mapped_by_hand_and_remembered_for_the_source(app: Flask, client_as: ClientAs) -> None:
    client, odd = client_as("it_operator"), as_csv(people(40, ODD)).encode()
    page = send(client, odd).location
    assert 'value="import"' not in client.get(page).text
    assert act(client, page, "import", **MEANING).location == page
    assert snapshots() == []
    assert 'value="import"' in client.get(page).text
    act(client, page, "import", **MEANING)
    assert snapshots()[0].columns == list(HEADER)
    assert "hr:columns:remembered" in db.session.scalars(sa.select(AuditEntry.action)).all()
    again = client.get(send(client, as_csv(people(41, ODD)).encode()).location).text
    assert again.count("مانند انتخاب دفعه پیش") == 7
    assert 'value="import"' in again
    other = client.get(send(client, odd, source="faculty").location).text
    assert 'value="import"' not in other


def test_columns_changed_with_the_import_are_shown_once_more_first(client_as: ClientAs) -> None:
    client = client_as("it_operator")
    page = send(client).location
    answer = act(client, page, "import", **{"column-6": ""})
    assert answer.location == page
    assert snapshots() == []
    act(client, page, "import", **{"column-6": ""})
    assert "unit" not in snapshots()[0].columns


def test_an_unknown_meaning_is_ignored(client_as: ClientAs) -> None:
    client = client_as("it_operator")
    page = send(client).location
    assert act(client, page, "import", **{"column-1": "password", "column-99": "unit"}).status_code == 303
    assert snapshots()[0].columns == list(HEADER)


def test_two_columns_of_one_meaning_are_told_apart_by_hand(client_as: ClientAs) -> None:
    grid = [[*row, "x"] for row in people(40)]
    grid[0][-1] = "محل خدمت"
    client = client_as("it_operator")
    page = send(client, as_csv(grid).encode()).location
    assert "واحد سازمانی" in client.get(page).text
    assert 'value="import"' not in client.get(page).text
    act(client, page, "look", **{"column-6": ""})
    assert 'value="import"' in client.get(page).text


def test_what_would_be_held_set_aside_and_vanish_is_said_before(app: Flask, client_as: ClientAs) -> None:
    bring(people(100), source="staff")
    grid = people(60)
    grid[3][0] = "1234567890"
    client = client_as("it_operator")
    page = send(client, as_csv(grid).encode()).location
    text = client.get(page).text
    assert "رقم کنترل کد ملی درست نیست" in text
    assert re.search(r"stat-value\">۴۰<", text)
    assert "انتظار برای تصمیم" in text
    done = act(client, page, "import")
    assert snapshots()[-1].status == "held"
    assert client.get(done.location).status_code == 200


def test_the_same_bytes_confirm_the_accepted_file(client_as: ClientAs) -> None:
    client = client_as("it_operator")
    act(client, send(client).location, "import")
    page = send(client).location
    assert "تایید دوباره نسخه پذیرفته‌شده" in client.get(page).text
    done = act(client, page, "import")
    assert len(snapshots()) == 1
    assert done.location == f"/admin/hr/file/{snapshots()[0].id}/"
    assert "رسیدن دوباره همین فایل" in client.get(done.location).text


def test_a_workbook_is_taken(client_as: ClientAs) -> None:
    client = client_as("it_operator")
    act(client, send(client, as_xlsx(people(40)), "کارکنان.xlsx").location, "import")
    assert snapshots()[0].encoding == "xlsx"


def test_persian_digits_are_shown_as_they_stand(client_as: ClientAs) -> None:
    grid = people(40)
    grid[1][1] = "۱۲۳۴"
    client = client_as("it_operator")
    assert "<bdi>۱۲۳۴</bdi>" in client.get(send(client, as_csv(grid).encode()).location).text


def test_an_upload_can_be_thrown_away(app: Flask, client_as: ClientAs) -> None:
    client = client_as("it_operator")
    page = send(client).location
    assert act(client, page, "discard").location == "/admin/hr/"
    assert files(app) == []
    assert client.get(page).status_code == 404


@pytest.mark.parametrize("verb", ["", "delete", "IMPORT"])
def test_an_unknown_act_is_refused(client_as: ClientAs, verb: str) -> None:
    client = client_as("it_operator")
    assert act(client, send(client).location, verb).status_code == 400


@pytest.mark.parametrize(
    "name",
    ["../../../etc/cron.d/x", "<script>alert(1)</script>.csv", "a\tb.csv", "x" * 500 + ".csv", "\u202ecsv.exe"],
)
def test_hostile_file_names_stay_words(app: Flask, client_as: ClientAs, name: str) -> None:
    client = client_as("it_operator")
    answer = send(client, name=name)
    assert answer.status_code == 303
    text = client.get(answer.location).text
    assert "<script>alert" not in text
    assert "../" not in text
    done = act(client, answer.location, "import")
    assert "<script>alert" not in client.get(done.location).text
    assert len(snapshots()[0].file_name) <= uploads.FILE_NAME_LENGTH


def test_hostile_headers_and_cells_stay_words(client_as: ClientAs) -> None:
    data = b'<script>alert(1)</script>,"%(x)s{{7*7}}"\n<img src=x onerror=alert(1)>,=cmd|x\n'
    client = client_as("it_operator")
    text = client.get(send(client, data).location).text
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert "49" not in re.findall(r"\{\{.*", text)


def test_looking_stores_nothing(client_as: ClientAs) -> None:
    client = client_as("it_operator")
    page = send(client).location
    acts = db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry))
    for _ in range(2):
        client.get(page)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == acts
    assert snapshots() == []
