"""The HR screens in Chromium: both languages, wide and narrow, with and without script."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from backoffice.extensions import settings_of
from backoffice.services import snapshots
from tests.browser.conftest import LiveDesk
from tests.browser.looks import LANGUAGES, assert_polished, violations
from tests.reconcile.exports import PERSIAN_HEADER, Grid, as_csv, as_xlsx, people

UNKNOWN = ("کد", "شماره", "اسم", "فامیلی", "حالت", "بخش", "تولد")
PAGES = {
    "sources": "/admin/hr/",
    "upload": "/admin/hr/upload/",
    "files": "/admin/hr/files/",
    "filtered files": "/admin/hr/files/?flt1_1=held",
    "no files": "/admin/hr/files/?flt2_2=1499/01/01",
    "accepted file": "/admin/hr/file/1/",
    "held file": "/admin/hr/file/2/",
    "file of another source": "/admin/hr/file/3/",
    "file at fault": "/admin/hr/file/4/",
}


@pytest.fixture(scope="module")
def desk_settings() -> dict[str, object]:
    return {"hr": {"source": [{"name": "staff", "title": "کارکنان"}, {"name": "faculty", "title": "هیات علمی"}]}}


@pytest.fixture(scope="module", autouse=True)
def _filled(desk: LiveDesk, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("exports")
    with desk.app.app_context():
        for source, content in (
            ("staff", as_csv(with_faults(people(120, PERSIAN_HEADER)))),
            ("staff", as_csv(people(60, PERSIAN_HEADER))),
            ("faculty", as_csv(people(30, PERSIAN_HEADER), ";")),
            ("faculty", "<html>"),
        ):
            path = folder / "پرسنل دی‌ماه (v2).csv"
            path.write_text(content, encoding="utf-8")
            snapshots.import_file(path, source=source, actor="sara.karimi", settings=settings_of(desk.app))


def with_faults(grid: Grid) -> Grid:
    """Two rows that are set aside, a status in no class, a column nobody knows."""
    grid[3][0], grid[4][2], grid[5][4] = "1234567890", "", "نامعلوم"
    return [[*row, "ردیف" if number == 0 else str(number)] for number, row in enumerate(grid)]


def upload(page: Page, data: bytes | str, name: str = "new.csv", source: str = "staff") -> None:
    page.goto(f"/admin/hr/upload/?source={source}")
    content = data.encode() if isinstance(data, str) else data
    page.set_input_files("#file", {"name": name, "mimeType": "text/csv", "buffer": content})
    page.locator("main .btn-primary").click()
    expect(page.locator("[aria-current=step]")).to_contain_text("پیش‌نمایش")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_every_hr_page_is_polished(desk: LiveDesk, name: str, lang: str) -> None:
    with desk.tab("it_operator") as page:
        assert_polished(page, PAGES[name], lang)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "data",
    [as_csv(with_faults(people(90, PERSIAN_HEADER))), as_csv(people(120, UNKNOWN)), "%PDF-1.7"],
    ids=["held", "unknown columns", "no table"],
)
def test_every_preview_is_polished(desk: LiveDesk, data: str, lang: str) -> None:
    with desk.tab("it_operator") as page:
        upload(page, data)
        assert_polished(page, page.url.removeprefix(desk.address), lang)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_workbook_with_unknown_columns_is_mapped_and_imported(desk: LiveDesk, script: bool) -> None:
    with desk.enter("hr_liaison", sources=("faculty",), java_script_enabled=script) as context:
        page = context.new_page()
        upload(page, as_xlsx(people(31, UNKNOWN)), "هیات علمی.xlsx", "faculty")
        for number, name in enumerate(PERSIAN_HEADER, start=1):
            page.locator(f"[name=column-{number}]").select_option(label=name.replace("محل خدمت", "واحد سازمانی"))
        page.get_by_role("button", name="تازه‌کردن پیش‌نمایش").click()
        page.get_by_role("button", name=re.compile("ثبت فایل|تایید دوباره")).click()
        expect(page.locator("h1")).to_have_text(re.compile("هیات علمی.xlsx"))
        expect(page.locator(".notice-success").first).to_be_visible()


def test_a_form_at_fault_is_accessible_and_keeps_the_source(desk: LiveDesk) -> None:
    with desk.tab("it_operator") as page:
        page.goto("/admin/hr/upload/?source=faculty")
        page.get_by_label("تاریخ اطلاعات").fill("۱۴۰۴/۱۳/۰۱")
        page.set_input_files("#file", {"name": "a.csv", "mimeType": "text/csv", "buffer": b"x"})
        page.locator("main .btn-primary").click()
        expect(page.get_by_label("تاریخ اطلاعات")).to_have_attribute("aria-invalid", "true")
        expect(page.get_by_label("منبع اطلاعات")).to_have_value("faculty")
        assert violations(page) == []


def test_the_chosen_file_is_named_in_the_field(desk: LiveDesk, tmp_path: Path) -> None:
    with desk.tab("it_operator") as page:
        page.goto("/admin/hr/upload/")
        expect(page.locator("[data-file-chosen]")).to_have_text("هنوز فایلی انتخاب نشده است")
        page.set_input_files("#file", {"name": "روز ۱.csv", "mimeType": "text/csv", "buffer": b"x"})
        expect(page.locator("[data-file-chosen]")).to_have_text("روز ۱.csv")


def test_two_people_accept_a_file_that_lost_many_rows(desk: LiveDesk) -> None:
    with desk.enter("it_operator") as first, desk.enter("hr_liaison", sources=("staff",)) as second:
        page = first.new_page()
        page.goto("/admin/hr/")
        page.get_by_role("link", name="پرسنل دی‌ماه").first.click()
        page.get_by_label("دلیل").fill("دو واحد به شرکت سپرده شد")
        page.get_by_role("button", name="تاییدکننده نخست").click()
        expect(page.get_by_text("منتظر تاییدکننده دوم").first).to_be_visible()
        expect(page.get_by_label("دلیل")).to_have_count(0)
        other = second.new_page()
        other.goto(page.url)
        other.get_by_label("دلیل").fill("همین‌طور است")
        other.get_by_role("button", name="تاییدکننده دوم").click()
        expect(other.get_by_text("از این پس مبنای کار است").first).to_be_visible()
        assert violations(other) == []
