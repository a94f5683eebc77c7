"""Through the pages only: a person registers, goes straight on, asks for the permanent account, and gets it."""

import pytest
from flask import Flask

from backoffice.demo.slapd import LocalSlapd
from backoffice.extensions import settings_of
from backoffice.services import approval, jobs
from tests.factories import make_hr_row
from tests.real.account_rooms import dn_of, opens, overrides_of, work_off
from tests.real.permanent_rooms import permanent_dn, promoted
from tests.reconcile.worlds import code
from tests.registering import PASSWORD, Applicant, last_code
from tests.views.conftest import pages

__all__ = ["pages"]

DEAD = "imap://127.0.0.1:1"
pytestmark = pytest.mark.usefixtures("emptied")


@pytest.fixture(scope="module")
def server(empty_server: LocalSlapd) -> LocalSlapd:
    return empty_server


@pytest.fixture
def overrides(server: LocalSlapd) -> dict[str, object]:
    return {**overrides_of(server), "policy": {"mode": "act", "unlisted_mobile": "matched"}, "old_imap_url": DEAD}


def registered(app: Flask, number: int) -> Applicant:
    """A person who has gone on to the profile right after the temporary account was made."""
    make_hr_row(number)
    person = Applicant(app).up_to_code(number)
    assert person.enter(last_code(app, number)).location == "/request/done"
    work_off(app)
    assert "ایجاد شد" in person.get("/request/done").text
    assert person.post("/request/done", {}).location == "/profile/"
    return person


def test_in_one_sitting_from_the_first_form_to_the_permanent_account(app: Flask) -> None:
    person = registered(app, 1)
    assert "اخطار!" in person.get("/profile/").text
    assert person.post("/profile/sync", {}).status_code == 303
    assert "m.karimi" in person.get("/profile/permanent").text
    sent = person.post("/profile/permanent", {"had_mailbox": "no", "preferred_name": "M.Karimi"})
    assert (sent.status_code, sent.location) == (303, "/profile/permanent")
    assert "در حال بررسی است" in person.get("/profile/permanent").text
    assert "اخطار!" not in person.get("/profile/").text
    jobs.run_now("approve", actor="tester", settings=settings_of(app), dry_run=False)
    assert "تایید شد" in person.get("/profile/permanent").text
    work_off(app)
    assert opens(app, permanent_dn("m.karimi"), PASSWORD)
    assert not opens(app, dn_of(code(1)), PASSWORD)
    assert "m.karimi" in person.get("/profile/").text
    page = person.get("/profile/permanent").text
    assert "<dt>نام دائم:</dt><dd>انجام شد</dd>" in page
    assert "<dt>صندوق ایمیل:</dt><dd>هنوز نه</dd>" in page


def test_the_national_code_still_finds_who_has_a_permanent_name(app: Flask) -> None:
    promoted(app, 1, "m.karimi")
    from tests.real.account_rooms import PASSWORD as CHOSEN  # noqa: PLC0415 - another password than the forms'

    for name in (code(1), "m.karimi"):
        sent = Applicant(app).post("/profile/login", {"username": name, "password": CHOSEN})
        assert (name, sent.status_code, sent.location) == (name, 303, "/profile/login")


def test_a_request_says_what_it_waits_for_and_can_be_taken_back(app: Flask) -> None:
    person = registered(app, 1)
    make_hr_row(1, "faculty", status_class="ended")
    with app.app_context():
        settings = settings_of(app)
    off = settings.model_copy(update={"policy": settings.policy.model_copy(update={"auto_approve": False})})
    person.post("/profile/permanent", {"had_mailbox": "no", "preferred_name": "m.karimi"})
    for request_id in approval.undecided():
        approval.judge(request_id, off)
    page = person.get("/profile/permanent").text
    assert "در انتظار واحد فناوری اطلاعات است؛ زمان پیش‌بینی‌شده: پایان" in page
    assert "همه درخواست‌ها را واحد فناوری اطلاعات بررسی می‌کند" in page
    assert person.post("/profile/cancel", {}, person.hidden("/profile/permanent")).status_code == 303
    assert 'name="preferred_name"' in person.get("/profile/permanent").text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "یکی از دو گزینه"),
        ({"had_mailbox": "no", "preferred_name": "admin"}, "بخش‌های دانشگاه"),
        ({"had_mailbox": "no", "preferred_name": ""}, ""),
        ({"had_mailbox": "no", "preferred_name": ["a.b", "c.d"]}, ""),
        ({"had_mailbox": "maybe", "preferred_name": "m.karimi", "state": "permanent"}, ""),
        ({"had_mailbox": "yes", "mailbox": "../../x", "mailbox_password": "x"}, "صندوق ایمیل دانشگاه نیست"),
        ({"had_mailbox": "yes", "mailbox": "a@evil.example", "mailbox_password": "x"}, "صندوق ایمیل دانشگاه نیست"),
    ],
)
def test_a_form_that_cannot_be_is_refused_and_files_nothing(app: Flask, fields: dict[str, str], words: str) -> None:
    person = registered(app, 1)
    answer = person.post("/profile/permanent", fields, person.hidden("/profile/permanent"))
    assert answer.status_code == 422
    assert words in answer.text
    assert approval.undecided() == []


def test_an_old_server_that_does_not_answer_is_an_outage_and_not_a_wrong_password(app: Flask) -> None:
    person = registered(app, 1)
    asked = {"had_mailbox": "yes", "mailbox": "m.karimi", "mailbox_password": "secret 12"}
    answer = person.post("/profile/permanent", asked, person.hidden("/profile/permanent"))
    assert answer.status_code == 503
    assert "به معنای نادرست بودن رمز نیست" in answer.text
    assert "secret 12" not in answer.text


def test_without_an_old_server_the_page_says_so_and_takes_the_name_alone(app: Flask) -> None:
    app.extensions["settings"] = settings_of(app).model_copy(update={"old_imap_url": ""})
    person = registered(app, 1)
    page = person.get("/profile/permanent").text
    assert "سرور ایمیل قبلی در حال حاضر وصل نیست" in page
    assert 'name="mailbox_password"' not in page
    sent = person.post("/profile/permanent", {"had_mailbox": "yes", "mailbox": "m.karimi"})
    assert (sent.status_code, sent.location) == (303, "/profile/permanent")
    jobs.run_now("approve", actor="tester", settings=settings_of(app), dry_run=False)
    page = person.get("/profile/permanent").text
    assert "باید مطمئن شود که صندوق قبلی از آن شماست" in page
    assert "واحد فناوری اطلاعات" in page


def test_whether_a_name_is_free_is_told_after_the_login_only(app: Flask) -> None:
    promoted(app, 2, "k.ahmadi")
    assert Applicant(app).get("/profile/names?name=m.karimi").status_code == 303
    person = registered(app, 1)
    told = person.get("/profile/names?name=M.Karimi").json
    assert told is not None
    assert (told["name"], told["free"]) == ("m.karimi", True)
    assert 3 <= len(told["suggestions"]) <= 5
    taken = person.get("/profile/names?name=kahmadi").json
    assert taken is not None
    assert taken["free"] is False
