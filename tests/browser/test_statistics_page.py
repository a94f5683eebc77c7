"""The statistics page as Chromium draws, saves and prints it; ``STATISTICS_PICTURES``: where pictures are kept."""

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from backoffice import clock
from backoffice.extensions import writing
from backoffice.models import Case
from backoffice.rules.jalali_months import month_of
from backoffice.services import figure_store
from tests.browser.conftest import LiveDesk
from tests.browser.looks import LANGUAGES, WIDTHS, open_whole, resize, watch, with_language
from tests.services.onboarding import TEHRAN, population, settle

PICTURES = os.environ.get("STATISTICS_PICTURES", "")
CAUSES = ("NAME_DIFFERS", "NC_NOT_IN_HR", "HR_INACTIVE")
# The columns that a chart shows, where it is not the one after the title.
COLUMNS = {"months": (1, 4, 5, 7), "history": (1, 2, 3, 4), "coverage": (3,), "reminders": (3,), "comparison": (1, 2)}
DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789", "٬,٪%")
# What stands in each chart: its bars or points as the browser has them, the texts it drew, and where they are.
DRAWN = """(_, left = (text) => text.getBoundingClientRect().left) =>
Object.fromEntries([...document.querySelectorAll("[data-chart]")].map((box) => {
    const place = box.getBoundingClientRect();
    const texts = [...box.querySelectorAll(".main-svg text")].filter((text) => text.textContent.trim());
    const cut = texts.filter((text) => {
        const own = text.getBoundingClientRect();
        return own.left < place.left - 1 || own.right > place.right + 1 || own.bottom > place.bottom + 1;
    });
    const ticks = [...box.querySelectorAll(".xtick text")].sort((one, two) => left(one) - left(two));
    const over = ticks.filter((text, at) => at && ticks[at - 1].getBoundingClientRect().right > left(text));
    return [box.id.slice("chart-".length), {
        data: box.data.map((trace) => ({name: trace.name, x: trace.x, y: trace.y, lies: trace.orientation === "h"})),
        marks: box.querySelectorAll(".point path, .scatterlayer .trace path.js-line").length,
        cut: cut.map((text) => text.textContent), over: over.map((text) => text.textContent),
        font: getComputedStyle(texts[0]).fontFamily,
        places: box.layout.xaxis.ticktext?.map((name) => name.replace("<br>", "")),
        ticks: ticks.map((tick) => tick.textContent),
    }];
}))"""
# The page's policy forbids what Playwright's own waiting for a function would evaluate.
FITTED = """async () => {
    const boxes = [...document.querySelectorAll("[data-chart]")];
    const fits = () => boxes.every((box) => box.layout.width === box.clientWidth);
    for (let frame = 0; frame < 300 && !fits(); frame += 1) await new Promise(requestAnimationFrame);
    return fits();
}"""
CHARTS = "[...document.querySelectorAll('[data-chart]')].map((box) => box.layout.width)"
# Between the margins of the page.
A4: ViewportSize = {"width": 703, "height": 1032}
CUT_TABLES = """[...document.querySelectorAll(".figure-part .table-box")]
    .filter((box) => box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight)
    .map((box) => box.closest("section").id)"""
TABLE = """(name) => [...document.querySelectorAll(`#${name} tbody tr`)].map((row) =>
    [...row.children].map((cell) => cell.textContent.trim()))"""


@pytest.fixture(scope="module")
def filled(desk: LiveDesk) -> str:
    """Eight months of people; gives the address of their statistics."""
    with desk.app.app_context():
        last = month_of(clock.now(), TEHRAN)
        settle(population(last - 8, 8, people=14))
        with writing() as session:
            session.add_all(
                Case(kind="MISMATCH", key=str(number), state="new", fingerprint="", cause=CAUSES[number % 3],
                     opened_at=clock.now())
                for number in range(40)
            )  # fmt: skip
        figure_store.note_day(TEHRAN)
    return f"/admin/statistics/?from={last - 8}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_charts_are_drawn_whole_and_say_what_their_tables_say(desk: LiveDesk, filled: str, lang: str) -> None:
    with desk.tab("manager") as page, watch(page) as (said, asked):
        page.set_viewport_size({"width": WIDTHS[0], "height": 800})
        open_whole(page, with_language(filled, lang))
        for width in WIDTHS:
            resize(page, width)
            charts = drawn(page)
            keep(page, f"page-{lang}-{width}.png")
            assert {"funnel", "months", "coverage", "causes", "temporary"} <= charts.keys()
            for name, chart in charts.items():
                assert (name, chart["cut"]) == (name, [])
                assert (name, chart["over"]) == (name, [])
                assert chart["marks"] > 0
                assert "Vazirmatn" in chart["font"]
                assert numbers_of(chart) == numbers_in(page.evaluate(TABLE, name), chart, name)
            ticks = charts["months"]["ticks"]
            assert (ticks[::-1] if lang == "fa" else ticks) == charts["months"]["places"]
        assert said == []
        assert [url for url in asked if not url.startswith((desk.address, "data:"))] == []


def test_a_saved_picture_says_what_it_shows_in_the_font_of_the_page(desk: LiveDesk, filled: str) -> None:
    with desk.enter("manager") as context, watch(page := context.new_page()) as (said, _asked):
        open_whole(page, with_language(filled, "fa"))
        drawn(page)
        picture = saved(page, "coverage")
        assert picture == saved(page, "coverage")
        page.evaluate("document.querySelector('[data-period]').textContent = ''")
        without_period = saved(page, "coverage")
        page.evaluate("document.querySelector('[data-png=coverage]').dataset.title = ''")
        without_words = saved(page, "coverage")
        assert said == []
        page.route("**/vazirmatn.woff2", lambda route: route.abort())
        assert len({picture, without_period, without_words, saved(page, "coverage")}) == 4


def test_paper_has_charts_and_tables_within_its_margins_and_no_navigation(desk: LiveDesk, filled: str) -> None:
    with desk.tab("manager") as page:
        page.set_viewport_size({"width": 1280, "height": 800})
        open_whole(page, with_language(filled, "fa"))
        shown = drawn(page)
        assert set(page.evaluate(f"dispatchEvent(new Event('beforeprint')) && {CHARTS}")) == {700}
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert drawn(page) == shown
        page.set_viewport_size(A4)
        page.emulate_media(media="print")
        assert page.evaluate("document.documentElement.scrollWidth") == A4["width"]
        assert page.evaluate(CUT_TABLES) == []
        expect(page.locator(".figure-part .chart").first).to_be_visible()
        expect(page.locator("[data-period]")).to_be_visible()
        for control in (".top-bar", ".desk-menu", ".period", ".panel-actions", "[data-print]"):
            expect(page.locator(control).first).to_be_hidden()


def saved(page: Page, name: str) -> bytes:
    """The picture that the button of a chart gives."""
    with page.expect_download() as given:
        page.locator(f"[data-png={name}]").click()
    return given.value.path().read_bytes()


def drawn(page: Page) -> dict[str, Any]:
    expect(page.locator("html")).to_have_attribute("data-charts", "drawn")
    assert page.evaluate(FITTED)
    found: dict[str, Any] = page.evaluate(DRAWN)
    return found


def numbers_of(chart: dict[str, Any]) -> list[list[int | None]]:
    """The numbers of each trace."""
    return [[each and round(each) for each in trace["x" if trace["lies"] else "y"]] for trace in chart["data"]]


def numbers_in(table: list[list[str]], chart: dict[str, Any], name: str) -> list[list[int | None]]:
    """The same as the table of the chart has them."""
    count = len(numbers_of(chart)[0])
    rows = table[:count] if chart["data"][0]["lies"] else table[::-1]
    return [[number(row[column]) for row in rows] for column in COLUMNS.get(name, (1,))]


def number(cell: str) -> int | None:
    digits = cell.translate(DIGITS)
    return int(digits) if digits.isdigit() else None


def keep(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / name, full_page=True)
