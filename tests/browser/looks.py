"""What every page must be in Chromium: it fits, is quiet, asks only this server, and is accessible."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response, expect

WIDTHS = (1280, 360)
LANGUAGES = ("fa", "en")
CHECKED = LANGUAGES if os.environ.get("BACKOFFICE_SOAK") else LANGUAGES[:1]
# Its thousands of passes stay in the browser: handing them over took longer than finding them.
SCRIPT = f"{Axe().axe_script}\n{{{Path(__file__).with_suffix('.js').read_text('utf-8')}}}"
FINE_PRINT = frozenset({"minor", "moderate"})


@contextmanager
def watch(page: Page) -> Iterator[tuple[list[str], list[str]]]:
    """Give the lists into which console messages and requested addresses fall."""
    said: list[str] = []
    asked: list[str] = []
    ears: dict[Any, Callable[[Any], None]] = {
        "console": lambda message: said.append(message.text),
        "pageerror": lambda error: said.append(str(error)),
        "request": lambda sent: asked.append(sent.url),
    }
    for event, ear in ears.items():
        page.on(event, ear)
    yield said, asked
    for event, ear in ears.items():
        page.remove_listener(event, ear)


def open_whole(page: Page, address: str) -> Response:
    """Open a page and wait for its fonts and for the parts it fetches itself."""
    answer = page.goto(address)
    assert answer is not None
    page.evaluate("document.fonts.ready.then(() => true)")
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    return answer


def with_language(path: str, lang: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={lang}"


def violations(page: Page, allowed: frozenset[str] = frozenset()) -> list[Any]:
    """Give rule and first place of what axe objects to; ``allowed`` are impacts that are let through."""
    if not page.evaluate("'faultsOfLooks' in window"):
        # Not by Playwright: what it evaluates is compiled anew for every page, and this is half a megabyte.
        tools = page.context.new_cdp_session(page)
        tools.send("Runtime.evaluate", {"expression": SCRIPT})
        tools.detach()
    return [(rule, place) for rule, impact, place in page.evaluate("faultsOfLooks()") if impact not in allowed]


def assert_polished(page: Page, path: str, lang: str) -> None:
    """Open a page in a language, and hold it to all of the above in every width.

    Words and direction alone differ in the second language, and no colour: `test_looks` holds the style sheets to that.
    So it is checked for accessibility in ``make soak``.
    """
    with watch(page) as (said, asked):
        assert open_whole(page, with_language(path, lang)).status == 200
        direction = "rtl" if lang == "fa" else "ltr"
        assert page.evaluate("[document.documentElement.lang, getComputedStyle(document.body).direction]") == [
            lang,
            direction,
        ]
        assert page.locator("h1").count() == page.locator("main").count() == 1
        for width in WIDTHS:
            resize(page, width)
            assert lang not in CHECKED or violations(page) == []
        assert said == []
        own = page.evaluate("location.origin")
        assert [url for url in asked if not url.startswith((own, "data:"))] == []


def assert_fits(page: Page, width: int, allowed: frozenset[str] = frozenset()) -> None:
    """Hold a page that is open to its looks in a width."""
    resize(page, width)
    assert violations(page, allowed) == []


def resize(page: Page, width: int) -> None:
    """Give the window a width, and see that the page is no wider."""
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
