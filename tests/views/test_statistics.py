"""The statistics page: counts only, hidden where small, each table a file, nothing else for a manager."""

import io
import json
import re
from html import unescape

import pytest
import sqlalchemy as sa
from flask import Flask
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from backoffice import clock
from backoffice.extensions import writing
from backoffice.models import Case, Person, Registration
from backoffice.rules.jalali_months import month_of
from backoffice.views import statistic_words
from tests.reconcile.worlds import code
from tests.services.onboarding import TEHRAN, UNITS, chosen, population, settle
from tests.views.conftest import ClientAs, DeskClient
from tests.views.test_every_route import gets

PAGE = "/admin/statistics/"


@pytest.fixture
def manager(app: Flask, client_as: ClientAs) -> DeskClient:
    del app
    return client_as("manager")


def last_month() -> int:
    return month_of(clock.now(), TEHRAN)


def charts(page: str) -> dict[str, object]:
    found = re.findall(r'id="chart-(\w+)".*?data-chart="([^"]*)"', page)
    return {name: json.loads(unescape(chart)) for name, chart in found}


def test_an_empty_desk_says_so_in_both_languages(manager: DeskClient) -> None:
    page = manager.get(f"{PAGE}?lang=fa").text
    assert "در این بازه کسی ثبت‌نام را آغاز نکرده" in page
    assert "هیچ موردی در انتظار تصمیم نیست" in page
    page = manager.get(f"{PAGE}?lang=en").text
    assert "Nobody began a registration in this period" in page
    assert charts(page) == {}


def test_table_and_chart_say_what_was_counted(manager: DeskClient) -> None:
    last = last_month()
    people = population(last - 3, 3, people=20)
    settle(people)
    page = manager.get(f"{PAGE}?lang=en&from={last - 2}&to={last - 1}").text
    mine = chosen(people, last - 2, last - 1)
    assert f"{len(mine)} registrations began in this period." in page
    chart = charts(page)["funnel"]
    assert isinstance(chart, dict)
    assert chart["data"][0]["x"][:2] == [len(mine), sum("identity" in each.passed for each in mine)]
    of_unit = manager.get(f"{PAGE}?lang=fa&group=unit:{UNITS[0]}&from={last - 2}&to={last - 2}").text
    assert charts(of_unit)["funnel"]["data"][0]["x"][0] == 20  # type: ignore[index]
    assert "۲۰ ثبت‌نام آغاز شده است" in of_unit


@pytest.mark.parametrize("count", [0, 1, 5, 12])
def test_the_sentences_fit_every_number(manager: DeskClient, count: int) -> None:
    with writing() as session:
        session.add_all(
            Case(kind="MISMATCH", key=str(number), state="new", fingerprint="", opened_at=clock.now())
            for number in range(count)
        )
    said = {
        0: "No case waits", 1: "A few cases wait", 5: "5 cases wait for a decision; the oldest was opened 0 days ago",
        12: "12 cases wait for a decision; the oldest was opened 0 days ago",
    }  # fmt: skip
    assert said[count] in manager.get(f"{PAGE}?lang=en").text


def test_tables_come_as_files_without_formulas(manager: DeskClient) -> None:
    last = last_month()
    settle(population(last - 2, 2, people=20))
    csv = manager.get(f"{PAGE}table/funnel.csv?lang=fa&from={last - 2}&to={last - 1}")
    assert csv.mimetype == "text/csv"
    assert csv.text.splitlines()[1].startswith('"آغاز ثبت‌نام","80","100٪"') or '"80"' in csv.text
    assert csv.text.startswith("\ufeff")
    book = load_workbook(io.BytesIO(manager.get(f"{PAGE}table/months.xlsx?lang=en").data))
    assert book.active is not None
    assert all(cell.data_type != "f" for row in book.active.iter_rows() for cell in row)
    for other in ("nosuch.csv", "funnel.exe"):
        assert manager.get(f"{PAGE}table/{other}").status_code == 404


@pytest.mark.parametrize("query", ["from=1&to=99999999", "from=x&to=y", "group=unit:nosuch", "from=16870&to=10"])
def test_whatever_stands_in_the_address_there_is_a_page(manager: DeskClient, query: str) -> None:
    assert manager.get(f"{PAGE}?{query}").status_code == 200


def test_a_manager_finds_nobody_by_any_address_or_file(app: Flask, manager: DeskClient) -> None:
    last = last_month()
    people = population(last - 2, 2, people=6)
    settle(people)
    with writing() as session:
        session.execute(sa.update(Person).values(first_name="شراگیم", last_name="یوشیج"))
        session.execute(sa.update(Registration).values(first_name="شراگیم", mobile="09120000017", source="hr"))
    names = ["شراگیم", "یوشیج", "09120000017", *(code(each.number) for each in people)]
    names += [f"{letter}{each.number:07d}" for letter in "RP" for each in people]
    manager.post_form(f"{PAGE}targets", {"covered_30": "50"})
    page = manager.get(f"{PAGE}?from={last - 2}").text
    files = [unescape(link) for link in re.findall(r'href="([^"]*/table/[^"]*)"', page)]
    assert len(files) == 2 * len(statistic_words.TITLES)
    ours = [path for path in gets(app) if path.startswith(("/admin", "/metrics", "/profile"))]
    for path in (*ours, *files, *(f"{PAGE}?group=unit:{name}" for name in (*UNITS, "شراگیم"))):
        text = text_of(manager.get(path, buffered=True))
        assert (path, [name for name in names if name in text]) == (path, [])


def text_of(answer: TestResponse) -> str:
    if "spreadsheet" not in str(answer.mimetype):
        return answer.get_data().decode(errors="replace")
    book = load_workbook(io.BytesIO(answer.data))
    return str([[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()])


def test_a_share_names_its_whole_where_a_month_is_left_out(manager: DeskClient) -> None:
    last = last_month()
    people = population(last - 3, 2, people=20)
    newer = [each for each in chosen(people, last - 2, last - 2) if "permanent" in each.passed]
    for each in newer[2:]:
        each.passed.pop("permanent", None)
        each.passed.pop("moved", None)
    settle(people)
    older = chosen(people, last - 3, last - 3)
    done = sum("permanent" in each.passed for each in older)
    page = manager.get(f"{PAGE}?lang=en&from={last - 3}&to={last - 2}").text
    assert f"Of the {len(older)} of which this is shown, {done} have led to a permanent account" in page
