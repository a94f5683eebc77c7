"""Take the pictures of README.md from a running demo: ``python -m tools.screenshots INSTANCE`` while `make run` runs.

Best from a fresh demo (`make reset`), before anything was uploaded. Needs the packages of `make test`.
"""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

from backoffice.demo.first_run import EXPORTS
from backoffice.demo.instance import MARK
from backoffice.settings import load
from tools import debian

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
WIDE, TALL, PHONE = (ViewportSize(width=w, height=h) for w, h in ((1120, 680), (1120, 880), (360, 680)))
RUN = "/admin/reconciliation/2"


def main(folder: Path) -> None:
    """Log in as the administrator of the demo and take every picture."""
    logins = json.loads((folder / MARK).read_text("utf-8"))["logins"]
    admin = next(login for login in logins if login["role"] == "it_admin")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=debian.browser(), args=["--no-sandbox"])
        page = browser.new_page(base_url=load({"instance": folder}).url, viewport=WIDE)
        log_in(page, admin["uid"], admin["password"])
        for name, (show, size) in PICTURES.items():
            page.set_viewport_size(size)
            show(page, folder)
            take(page, name)
        browser.close()


def log_in(page: Page, username: str, password: str) -> None:
    """Log in with name and password."""
    page.goto("/admin/login?lang=fa")
    page.fill("#username", username)
    page.fill("#password", password)
    page.press("#password", "Enter")
    page.wait_for_url(re.compile(r"/admin/$"))


def home(page: Page, _folder: Path) -> None:
    """Go to the work list."""
    page.goto("/admin/?lang=fa")


def home_in_english(page: Page, _folder: Path) -> None:
    """Go to the work list in the other language."""
    page.goto("/admin/?lang=en")


def difference(page: Page, _folder: Path) -> None:
    """Go to the first finding in which HR and the directory differ."""
    page.goto(f"{RUN}/findings/?situation=DRIFT&lang=fa")
    page.click("main table a")


def cut_file(page: Page, folder: Path) -> None:
    """Upload the export that ends in the middle, as far as the preview."""
    page.goto("/admin/hr/upload/?lang=fa")
    page.select_option("#source", "staff")
    page.set_input_files("input[type=file]", folder / EXPORTS / "staff-try-cut-in-the-middle.csv")
    page.click("main form .btn-primary")


def statistics(page: Page, _folder: Path) -> None:
    """Go to the figures for managers, and wait for the charts."""
    page.goto("/admin/statistics/?lang=fa")
    page.wait_for_selector(".main-svg")


PICTURES: dict[str, tuple[Callable[[Page, Path], None], ViewportSize]] = {
    "work-list": (home, WIDE),
    "work-list-phone": (home, PHONE),
    "difference": (difference, TALL),
    "cut-file": (cut_file, WIDE),
    "work-list-english": (home_in_english, WIDE),
    "statistics": (statistics, TALL),
}


def take(page: Page, name: str) -> None:
    """Store what is seen."""
    page.wait_for_load_state()
    page.evaluate("document.fonts.ready")
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path)
    sys.stdout.write(f"{path}: {path.stat().st_size // 1024} kB\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
