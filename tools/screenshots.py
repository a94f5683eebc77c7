"""Take the pictures of README.md from a running demo: ``python -m tools.screenshots INSTANCE`` while `make run` runs.

The pictures are small: a width of 1280 (or a phone's), reduced to a palette of 64 colours where Pillow is present.
"""

import json
import re
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page, ViewportSize, sync_playwright

from backoffice.demo.instance import MARK
from backoffice.settings import load

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
WIDE, PHONE = ViewportSize(width=1280, height=800), ViewportSize(width=360, height=740)


class Picture(NamedTuple):
    """A page of the desk, and by which links from there to what is shown."""

    name: str
    path: str
    links: tuple[str, ...] = ()
    language: str = "fa"
    size: ViewportSize = WIDE
    whole: bool = False


PICTURES = (
    Picture("home", "/admin/"),
    Picture("run", "/admin/reconciliation/2/"),
    Picture("home-phone", "/admin/", size=PHONE),
    Picture("home-english", "/admin/", language="en"),
)


def main(folder: Path) -> None:
    """Log in as the administrator of the demo and take every picture."""
    address = load({"instance": folder}).url
    logins = json.loads((folder / MARK).read_text("utf-8"))["logins"]
    admin = next(login for login in logins if login["role"] == "it_admin")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(base_url=address, viewport=WIDE)
        page.goto("/admin/login")
        page.fill("#username", admin["uid"])
        page.fill("#password", admin["password"])
        page.press("#password", "Enter")
        page.wait_for_url(re.compile(r"/admin/$"))
        for picture in PICTURES:
            take(page, picture)
        browser.close()


def take(page: Page, picture: Picture) -> None:
    """Go to the page and store what is seen."""
    page.set_viewport_size(picture.size)
    page.goto(f"{picture.path}?lang={picture.language}")
    for link in picture.links:
        page.click(link)
        page.wait_for_load_state()
    page.evaluate("document.fonts.ready")
    path = IMAGES / f"{picture.name}.png"
    page.screenshot(path=path, full_page=picture.whole)
    sys.stdout.write(f"{path}: {path.stat().st_size // 1024} kB\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
