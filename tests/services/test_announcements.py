"""New colleagues announced by HR: what is taken, who is invited, and when an announcement ends."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.extensions import db, settings_of, writing
from backoffice.models import Announcement, AuditEntry, Message
from backoffice.rules.errors import FormError, RefusedError
from backoffice.services import announcements
from tests.factories import make_hr_row
from tests.reconcile.exports import people
from tests.reconcile.worlds import code
from tests.services.hr_imports import bring

DAY = 24 * 3600
TYPED = {
    "national_code": code(7), "first_name": "زهرا", "last_name": "كاظمي", "father_name": "علی",
    "birth_date": "۱۳۷۰/۰۵/۲۱", "start_date": "1405/09/15", "mobile": "+98 912 123 4567",
}  # fmt: skip


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"policy": {"mode": "act", "quiet_from": 0, "quiet_to": 0}}


def announce(app: Flask, **changed: str) -> Announcement:
    source = changed.pop("source", "hr")
    row = announcements.announce({**TYPED, **changed}, source, actor="rezaei", settings=settings_of(app))
    return db.session.get_one(Announcement, row.id)


def faults(app: Flask, **changed: str) -> set[str]:
    with pytest.raises(FormError) as caught:
        announce(app, **changed)
    return set(caught.value.faults)


def ended() -> int:
    with writing() as session:
        return announcements.end_arrived(session)


def test_an_announcement_is_folded_kept_for_thirty_days_and_audited(app: Flask) -> None:
    row = announce(app)
    assert (row.last_name, row.mobile, row.birth_date) == ("کاظمی", "09121234567", "1991-08-12")
    assert (row.until - row.created_at).days == 30
    act = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "hr:colleague:announced")).one()
    assert code(7) not in str([act.before, act.after, act.subject])


def test_the_new_colleague_is_invited_by_sms(app: Flask) -> None:
    row = announce(app)
    message = db.session.get_one(Message, row.message_id)
    assert (message.channel, message.address, message.template) == ("sms", "09121234567", "invitation")
    assert message.params["url"].endswith("/request/")


@pytest.mark.parametrize("overrides", [{"policy": {"mode": "observe"}}])
def test_nobody_is_invited_to_a_page_that_is_not_open(app: Flask) -> None:
    assert announce(app).message_id is None


def test_without_a_mobile_nobody_is_invited(app: Flask) -> None:
    assert announce(app, mobile="", father_name="", start_date="").message_id is None


def test_every_fault_of_the_form_is_told_at_once(app: Flask) -> None:
    wrong = {
        "national_code": "1111111111", "first_name": "Zahra", "last_name": "", "birth_date": "1370/13/01",
        "start_date": "x", "mobile": "021", "source": "nosuch",
    }  # fmt: skip
    assert faults(app, **wrong) == set(wrong)
    assert db.session.query(Announcement).count() == 0


@pytest.mark.parametrize("day", ["1300/01/01", "1404/01/01", "1991/08/12"])
def test_a_birth_date_must_fit_somebody_who_begins_to_work(app: Flask, day: str) -> None:
    assert faults(app, birth_date=day) == {"birth_date"}


def test_somebody_already_announced_is_not_announced_again(app: Flask, later: Callable[[float], None]) -> None:
    announce(app)
    assert faults(app) == {"national_code"}
    later(31 * DAY)
    announce(app)


def test_somebody_in_the_file_of_the_source_needs_no_announcement(app: Flask) -> None:
    make_hr_row(7)
    assert faults(app) == {"national_code"}


def test_somebody_who_left_or_is_in_another_file_can_be_announced(app: Flask) -> None:
    make_hr_row(7, status_class="ended")
    make_hr_row(7, "students")
    announce(app)
    assert ended() == 0


def test_it_ends_when_the_row_of_its_own_source_arrives(app: Flask) -> None:
    row = announce(app)
    make_hr_row(7)
    assert (ended(), ended()) == (1, 0)
    db.session.rollback()
    assert db.session.get_one(Announcement, row.id).end_reason == "arrived"
    assert db.session.query(AuditEntry).filter_by(action="hr:colleague:arrived").count() == 1


def test_accepting_the_file_that_has_the_person_ends_it(app: Flask) -> None:
    grid = people(9)
    row = announce(app, national_code=grid[7][0])
    assert bring(grid).status == "accepted"
    db.session.rollback()
    assert db.session.get_one(Announcement, row.id).end_reason == "arrived"


def test_taking_it_back_needs_a_reason_and_withdraws_the_invitation(app: Flask) -> None:
    row = announce(app)
    with pytest.raises(RefusedError):
        announcements.end(row.id, reason=" ", actor="rezaei")
    announcements.end(row.id, reason="did not come", actor="rezaei")
    assert db.session.get_one(Message, row.message_id).state == "withdrawn"
    with pytest.raises(RefusedError):
        announcements.end(row.id, reason="again", actor="rezaei")


def test_one_that_ran_out_is_among_the_ended(app: Flask, later: Callable[[float], None]) -> None:
    announce(app)
    assert announcements.page("live", 0, 10, None)[1] == 1
    later(31 * DAY)
    assert announcements.page("live", 0, 10, None) == ([], 0)
    (line,) = announcements.page("ended", 0, 10, ("hr",))[0]
    assert line.end == "ran_out"
    assert announcements.page("ended", 0, 10, ("staff",)) == ([], 0)
