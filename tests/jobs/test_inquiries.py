"""Who came during an outage is checked again by the job, and can go on or becomes a case."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.extensions import db, settings_of
from backoffice.models import AuditEntry, Case, Registration
from backoffice.services import jobs, registration_retry
from backoffice.settings import Settings
from tests.conftest import make_settings
from tests.factories import make_hr_row
from tests.ports.gateways import CUT, Gateway, serving
from tests.reconcile.worlds import code
from tests.registering import Applicant
from tests.views.conftest import pages

__all__ = ["pages"]


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"policy": {"mode": "act", "unlisted_mobile": "matched"}}


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
