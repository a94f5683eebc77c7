"""The weekly figures by mail: one a week to whoever asked, the same as on the page, nothing that is hidden there."""

import email
import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.policy import default
from html import unescape

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice import clock, create_app
from backoffice.extensions import db, settings_of, writing
from backoffice.models import AuditEntry, Staff
from backoffice.rules.jalali_months import month_of
from backoffice.services import jobs, message_work
from backoffice.services.messages import SEND_MAIL
from tests.ports.mail_server import Server, running
from tests.services.onboarding import TEHRAN, population, settle
from tests.views.conftest import ClientAs, DeskClient

Later = Callable[[float], None]
OWN, WEEK = "/admin/own-login/", 7 * 86_400


@pytest.fixture
def server() -> Iterator[Server]:
    with running() as found:
        yield found


@pytest.fixture
def overrides(server: Server) -> dict[str, object]:
    return {
        "policy": {"mode": "act"}, "smtp_url": f"smtp://127.0.0.1:{server.port}", "mail_from": "desk@example.ac.ir",
    }  # fmt: skip


def manager(client_as: ClientAs, mail: str = "m@example.com") -> DeskClient:
    client = client_as("manager")
    with writing() as session:
        session.execute(sa.update(Staff).values(mail=mail))
    return client


@pytest.fixture
def worker(app: Flask) -> Iterator[Flask]:
    """The application as worker and commands have it, without pages."""
    made = create_app(settings_of(app), pages=False)
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


def run(worker: Flask) -> int:
    with worker.app_context():
        found = jobs.run_now("digest", actor="cli:x", settings=settings_of(worker))
    db.session.rollback()
    assert found.status == "done", found.detail
    return int(found.counts.get("sent", 0))


def send(worker: Flask) -> None:
    with worker.app_context():
        message_work.work(SEND_MAIL, settings_of(worker))


def acts() -> list[str]:
    asked = sa.select(AuditEntry.action).where(AuditEntry.action.like("staff:digest:%"))
    return list(db.session.scalars(asked.order_by(AuditEntry.id)))


def test_one_mail_a_week_goes_to_whoever_asked_until_it_is_stopped(
    worker: Flask, client_as: ClientAs, later: Later
) -> None:
    client = manager(client_as)
    assert run(worker) == 0
    assert client.post_form(f"{OWN}digest?lang=en", {"wanted": "yes"}).status_code == 303
    assert (run(worker), run(worker)) == (1, 0)
    client.post_form(f"{OWN}digest")
    client.post_form(f"{OWN}digest", {"wanted": "yes"})
    assert run(worker) == 0
    later(WEEK)
    assert (run(worker), run(worker)) == (1, 0)
    client = client_as("manager")
    client.post_form(f"{OWN}digest")
    later(WEEK)
    assert run(worker) == 0
    assert acts() == ["staff:digest:begun", "staff:digest:stopped"] * 2


def test_nobody_gets_it_without_an_address_or_the_right_to_see_it(worker: Flask, client_as: ClientAs) -> None:
    assert manager(client_as, mail="").post_form(f"{OWN}digest", {"wanted": "yes"}).status_code == 422
    client = client_as("helpdesk")
    manager(client_as)
    assert client.post_form(f"{OWN}digest", {"wanted": "yes"}).status_code == 422
    with writing() as session:
        session.execute(sa.update(Staff).where(Staff.role == "helpdesk").values(digest=True))
    assert run(worker) == 0


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_the_mail_says_what_the_page_says(worker: Flask, client_as: ClientAs, server: Server, lang: str) -> None:
    settle(population(month_of(clock.now(), TEHRAN) - 2, 2, people=9))
    client = manager(client_as)
    client.post_form(f"{OWN}digest?lang={lang}", {"wanted": "yes"})
    run(worker)
    send(worker)
    mail = email.message_from_bytes(server.got[0], policy=default)
    html, pictures = html_of(mail), [part for part in mail.walk() if part.get_content_type() == "image/png"]
    text = body(mail, "plain")
    page = client.get(f"/admin/statistics/?lang={lang}").text
    for name in ("funnel", "months", "causes", "cases", "temporary", "mail"):
        section = page.partition(f'id="{name}"')[2].partition("</section>")[0]
        rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", section)
        cells = [[plain(cell) for cell in re.findall(r"<t[hd][ >].*?</t[hd]>", row)] for row in rows]
        for row in cells:
            assert " | ".join(row) in text
            assert all(cell in html for cell in row)
    assert "پنهان" in text if lang == "fa" else "hidden" in text
    named = {str(part["Content-ID"]).strip("<>") for part in pictures}
    assert named == set(re.findall(r'src="cid:(\w+)"', html)) >= {"funnel"}
    assert "http" not in re.sub(r"http://127\.0\.0\.1(:\d+)?/admin/(statistics|own-login)/", "", html)


def body(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    assert isinstance(found, EmailMessage)
    return str(found.get_content())


def html_of(mail: EmailMessage) -> str:
    return unescape(body(mail, "html"))


def plain(cell: str) -> str:
    text = unescape(re.sub(r"<[^>]*>", "", cell)).strip()
    return "—" if text.startswith("—") else text
