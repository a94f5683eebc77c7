"""Who came during an outage is checked again by the job, and can go on or becomes a case."""

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.extensions import db, settings_of, writing
from backoffice.models import AuditEntry, Case, Continuation, Registration, Snapshot
from backoffice.services import jobs, message_work, messages, registration_retry, registrations
from backoffice.settings import Settings
from tests.conftest import make_settings
from tests.factories import make_hr_row
from tests.ports.gateways import CUT, Gateway, serving
from tests.reconcile.worlds import code
from tests.registering import Applicant, deliver, outbox, tracking_code
from tests.views.conftest import pages

__all__ = ["pages"]


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"policy": {"mode": "act", "unlisted_mobile": "matched", "quiet_from": 0, "quiet_to": 0}}


def checked(app: Flask, *, dry_run: bool = False) -> dict[str, int]:
    run = jobs.run_now("inquiries", actor="test", settings=settings_of(app), dry_run=dry_run)
    assert run.status == "done", run.detail_values
    return {name: count for name, count in run.counts.items() if count}


def states() -> list[str]:
    return list(db.session.scalars(sa.select(Registration.state).order_by(Registration.id)))


def test_as_long_as_a_service_is_down_everybody_waits(app: Flask) -> None:
    for number in (1, 2):
        assert Applicant(app).identify(number).status_code == 503
    assert checked(app) == {"waits": 2}
    assert states() == ["waiting_service", "waiting_service"]


def test_a_dry_run_only_counts(app: Flask) -> None:
    Applicant(app).identify(1)
    make_hr_row(1)
    assert checked(app, dry_run=True) == {"waits": 1}
    assert states() == ["waiting_service"]


def test_after_an_outage_who_is_right_goes_on_and_who_is_not_becomes_a_case(app: Flask) -> None:
    right, wrong = Applicant(app), Applicant(app)
    right.identify(1)
    wrong.identify(2, last_name="دیگری")
    make_hr_row(1)
    make_hr_row(2)
    assert checked(app) == {"passes": 1, "refused": 1}
    assert states() == ["identity_ok", "rejected"]
    assert db.session.scalars(sa.select(Case.cause)).all() == ["NAME_DIFFERS"]
    assert 'href="/request/account"' in right.get("/request/").text
    assert right.give_details(1).location == "/request/code"
    assert 'href="/request/account"' not in wrong.get("/request/").text
    assert checked(app) == {}
    acts = sa.select(AuditEntry.actor).where(AuditEntry.action == "registration:identity:passed")
    assert db.session.scalars(acts).all() == ["job:inquiries"]


def test_who_tried_again_meanwhile_is_left_alone(app: Flask) -> None:
    person = Applicant(app)
    person.identify(1)
    make_hr_row(1)
    person.identify(1)
    assert checked(app) == {}
    assert states() == ["identity_ok"]


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """A civil registry that never answers for person 1."""
    running = Gateway()

    def answer(body: bytes) -> None:
        running.answer = {"answer": "unavailable" if code(1).encode() in body else "matched"}

    running.before = answer
    with serving(running):
        yield running


def with_registry(app: Flask, gateway: Gateway, numbers: range) -> Settings:
    """Let these people come during an outage of HR's file, and give settings with a registry for the time after."""
    for number in numbers:
        Applicant(app).identify(number)
    for number in numbers:
        make_hr_row(number)
    registry = {"civil_registry_provider": "http", "civil_registry_url": gateway.url, "civil_registry_api_key": "key"}
    return make_settings(settings_of(app).instance, policy={"mode": "act"}, **registry)


def test_a_person_without_an_answer_holds_up_nobody(app: Flask, gateway: Gateway) -> None:
    settings = with_registry(app, gateway, range(1, 4))
    assert registration_retry.check_again(settings) == {"passes": 2, "refused": 0, "waits": 1}
    assert states() == ["waiting_service", "identity_ok", "identity_ok"]


def test_a_service_that_is_silent_is_asked_a_few_times_only(app: Flask, gateway: Gateway) -> None:
    settings = with_registry(app, gateway, range(2, 8))
    gateway.status = CUT
    assert registration_retry.check_again(settings)["waits"] == 6
    assert len(gateway.asked) == registration_retry.MOST_SILENT


def leave(app: Flask, person: Applicant, mobile: str) -> None:
    """Leave a number to be told through, and prove it."""
    assert person.post("/request/contact", {"contact_mobile": mobile}).status_code == 303
    deliver(app)
    assert person.post("/request/contact", {"code": code_to(app, mobile)}).location == "/request/status"


def code_to(app: Flask, mobile: str) -> str:
    return str([sms for sms in outbox(app) if sms["to"] == mobile][-1]["params"]["code"])


def told(app: Flask) -> list[tuple[str, str]]:
    """Send what waits, and give to whom which words went, codes left out."""
    while message_work.work(messages.SEND_SMS, settings_of(app)):
        pass
    db.session.rollback()
    return [(sms["to"], sms["text"]) for sms in outbox(app) if "code" not in sms["params"]]


def test_who_left_a_number_during_the_outage_goes_on_by_its_link(app: Flask) -> None:
    person = Applicant(app)
    page = person.identify(1)
    assert (tracking_code(page), 'href="/request/contact"' in page.text) == (
        tracking_code(person.get("/request/")),
        True,
    )
    leave(app, person, "09350000001")
    assert "خودکار بررسی می‌شود" in person.get("/request/status").text
    assert checked(app) == {"waits": 1}
    make_hr_row(1)
    assert checked(app) == {"passes": 1}
    [(to, text)] = told(app)
    assert (to, "مشخصات شما تایید شد" in text) == ("09350000001", True)
    other = Applicant(app)
    path = text.rsplit(settings_of(app).url)[-1].strip()
    assert other.post(path, {}).location == "/request/account"
    assert other.give_details(1).location == "/request/code"


def test_a_number_that_was_left_is_handed_to_the_case(app: Flask) -> None:
    person = Applicant(app)
    person.identify(1, last_name="دیگری")
    leave(app, person, "09350000001")
    make_hr_row(1)
    assert checked(app) == {"refused": 1}
    assert db.session.scalars(sa.select(Case.contact_mobile)).all() == ["09350000001"]
    assert db.session.scalars(sa.select(Registration.contact_mobile)).all() == [""]
    [(to, text)] = told(app)
    assert (to, "عدم تطابق اطلاعات یا وجود کاربر" in text, "/request/" in text) == ("09350000001", True, False)


def test_the_number_of_an_earlier_case_gets_words_but_no_link(app: Flask) -> None:
    make_hr_row(1)
    before = Applicant(app)
    before.identify(1, last_name="دیگری")
    leave(app, before, "09350000009")
    with writing() as session:
        session.execute(sa.update(Snapshot).values(status="held"))
    person = Applicant(app)
    assert person.identify(1).status_code == 503
    with writing() as session:
        session.execute(sa.update(Snapshot).values(status="accepted"))
    assert checked(app) == {"passes": 1}
    assert db.session.scalars(sa.select(Case.verdict)).all() == ["came_in"]
    [(to, text)] = told(app)
    assert (to, "/request/continue/" in text, text.strip().endswith("/request/")) == ("09350000009", False, True)


def test_who_follows_the_attempt_goes_on_from_there(app: Flask) -> None:
    person = Applicant(app)
    asked = tracking_code(person.identify(1))
    leave(app, person, "09350000001")
    make_hr_row(1)
    checked(app)
    other = Applicant(app)
    other.post("/request/status", {"tracking_code": asked})
    deliver(app)
    other.post("/request/status", {"code": code_to(app, "09350000001")})
    page = other.get("/request/status").text
    assert ('action="/request/status/go-on"' in page, 'href="/request/account"' in page) == (True, False)
    assert other.post("/request/status/go-on", {}).location == "/request/account"
    assert 'href="/request/account"' in other.get("/request/status").text
    stranger = Applicant(app)
    assert stranger.post("/request/status/go-on", {}).location == "/request/status"


def test_without_a_good_link_the_followed_attempt_begins_again(app: Flask) -> None:
    person = Applicant(app)
    person.identify(1)
    leave(app, person, "09350000001")
    make_hr_row(1)
    checked(app)
    with writing() as session:
        session.execute(sa.update(Continuation).values(ended_at=clock.now()))
    assert person.post("/request/status/go-on", {}).status_code == 404


@pytest.mark.parametrize(
    ("number", "days", "kept"), [("", 2, False), ("09350000001", 2, True), ("09350000001", 8, False)]
)
def test_who_was_promised_an_sms_waits_a_week(
    app: Flask, later: Callable[[float], None], number: str, days: int, kept: bool
) -> None:
    person = Applicant(app)
    person.identify(1)
    if number:
        leave(app, person, number)
    later(days * 24 * 3600)
    assert checked(app, dry_run=True) == ({"waits": 1} if kept else {})
    assert registrations.abandon() == (0 if kept else 1)
    assert db.session.scalars(sa.select(Registration.contact_mobile)).all() == [number if kept else ""]
