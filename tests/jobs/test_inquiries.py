"""Who came during an outage is checked again by the job, and can go on or becomes a case."""

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.extensions import db, settings_of
from backoffice.models import AuditEntry, Case, Registration
from backoffice.services import jobs
from tests.factories import make_hr_row
from tests.registering import Applicant


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
