"""What the tests of pages look with does see faults."""

import re
from pathlib import Path

from playwright.sync_api import Browser

import backoffice
from tests.browser.looks import violations

STYLES = Path(backoffice.__file__).parent / "static"
# A rule of a style sheet: its selectors, and what it sets.
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
OF_A_LANGUAGE = re.compile(r"\[(lang|dir)[=~|^\]]|:(lang|dir)\(")
OF_COLOURS = re.compile(r"(^|[;\s])(--[\w-]+|color|background[\w-]*|opacity|fill|filter)\s*:")


def test_faults_of_a_page_are_found_each_time(chromium: Browser) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.set_content("<!DOCTYPE html><html lang='fa'><title>x</title><main><h1>x</h1><img src=''></main></html>")
    assert [rule for rule, _place in violations(page)] == ["image-alt"]
    assert violations(page, frozenset({"critical"})) == []
    context.close()


def test_a_pale_text_is_found_among_others_of_its_kind(chromium: Browser) -> None:
    context = chromium.new_context()
    page = context.new_page()
    cells = "".join(f"<td id=c{number}>words</td>" for number in range(9))
    page.set_content(f"<!DOCTYPE html><html lang=fa><title>x</title><main><h1>x</h1><table><tr>{cells}</table></main>")
    assert violations(page) == []
    page.evaluate("c5.style.color = '#ddd'")
    assert violations(page) == [("color-contrast", ["#c5"])]
    page.evaluate("c5.style.color = ''; c6.style.background = '#555'")
    assert [place for _rule, place in violations(page)] == [["#c6"]]
    context.close()


def test_no_colour_depends_on_the_language() -> None:
    sheets = [sheet.read_text("utf-8") for sheet in STYLES.glob("*.css")]
    rules = [rule for sheet in sheets for rule in RULE.findall(sheet) if OF_A_LANGUAGE.search(rule[0])]
    assert rules
    assert [selector for selector, body in rules if OF_COLOURS.search(body)] == []
