"""Reminding HR and IT of requests that wait for them too long. Source: mission S37, S40."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.extensions import db, settings_of, writing
from backoffice.models import Account, Case, CorrectionRequest, Escalation, Message, PermanentRequest
from backoffice.rules.deadlines import end_of_day
from backoffice.services import approval, case_work, correction_requests, escalation, jobs
from tests.factories import make_account
from tests.views.conftest import make_staff

DAY = dt.timedelta(days=1)
# Noon of a Tuesday in Tehran; Thursday and Friday are free.
NOON = dt.datetime(2026, 12, 1, 8, 30, tzinfo=dt.UTC)
At = Callable[[dt.datetime], None]


@pytest.fixture
def overrides() -> dict[str, object]:
    sources = [{"name": "hr", "liaison_mail": "hr@example.com"}, {"name": "faculty"}]
    return {"policy": {"mode": "act"}, "hr": {"source": sources}}


@pytest.fixture
def at(app: Flask, tmp_path: Path) -> Iterator[At]:
    """Set the clock."""
    del app
    file, began = tmp_path / "offset", clock.now()

    def set_to(moment: dt.datetime) -> None:
        file.write_text(str((moment - began).total_seconds()), "ascii")

    clock.use_offset_file(file)
    yield set_to
    clock.use_offset_file(None)


def late(number: int, waits_for: str = "hr", state: str = "waiting_source", source: str = "hr") -> int:
    """A request whose last day was the Tuesday."""
    account_id = make_account(number, source=source)
    with writing() as session:
        request = PermanentRequest(
            tracking_code=f"7KQ2-000{number}", account_id=account_id, state=state, waits_for=waits_for,
            username=f"p{number}", created_at=NOON - 3 * DAY, due_at=NOON + dt.timedelta(hours=8),
        )  # fmt: skip
        session.add(request)
        session.flush()
        return request.id


def mails() -> list[tuple[str, str]]:
    db.session.rollback()
    rows = sa.select(Message.address, Message.params["count"].as_string()).where(Message.template == "escalation")
    return sorted((address, count) for address, count in db.session.execute(rows))


def run(app: Flask) -> int:
    return escalation.escalate_all(settings_of(app))


def test_each_office_gets_one_mail_a_stage_however_often_the_job_runs(app: Flask, at: At) -> None:
    make_staff("op", "it_operator", mail="op@example.com", language="en")
    for number in (1, 2):
        late(number)
    late(3, "it", "needs_review")
    late(4, "", "failed")
    found = []
    for days in (0, 1, 1.1, 2, 4, 5, 6, 20):
        at(NOON + days * DAY)
        found.append(run(app))
    assert found == [0, 4, 0, 0, 0, 4, 0, 0]
    assert mails() == [("hr@example.com", "۲")] * 2 + [("op@example.com", "2")] * 2
    stages = db.session.execute(sa.select(Escalation.party, Escalation.stage, sa.func.count()).group_by(
        Escalation.party, Escalation.stage
    ))  # fmt: skip
    assert sorted(tuple(row) for row in stages) == [("hr", 1, 2), ("hr", 2, 2), ("it", 1, 2), ("it", 2, 2)]


def wish(number: int, source: str = "hr") -> None:
    """Somebody's wish for a correction, of the Sunday before."""
    account_id = make_account(number)
    with writing() as session:
        account = session.get_one(Account, account_id)
        session.add(
            CorrectionRequest(
                account_id=account_id, person_id=account.person_id, source=source, field="unit", value="Physics",
                state="waiting", created_at=NOON - 2 * DAY,
            )
        )  # fmt: skip


def referred(source: str | None = "hr") -> int:
    """A case of long ago that is referred to HR now."""
    with writing() as session:
        case = Case(
            kind="MISMATCH", key=str(source), source=source, state="new", fingerprint="", opened_at=NOON - 60 * DAY,
            person_name="Amiri",
        )  # fmt: skip
        session.add(case)
        session.flush()
        number = case.id
    case_work.wait(number, "waiting_hr", note="birth date", actor="op")
    return number


def test_wishes_and_cases_that_wait_for_hr_count_like_requests(app: Flask, at: At) -> None:
    at(NOON - 2 * DAY)
    case_id = referred()
    late(1)
    wish(2)
    found = []
    for days in (0, 1, 1.1, 5):
        at(NOON + days * DAY)
        found.append(run(app))
    assert found == [0, 3, 0, 3]
    assert mails() == [("hr@example.com", "۳")] * 2
    subjects = set(db.session.scalars(sa.select(Escalation.subject)))
    assert subjects == {"request:1", "correction:1", f"case:{case_id}"}


def test_what_was_answered_reminds_nobody_and_what_is_of_no_source_reminds_everybody(app: Flask, at: At) -> None:
    make_staff("l1", "hr_liaison", ("faculty",), mail="faculty@example.com", language="en")
    at(NOON - 2 * DAY)
    referred(None)
    wish(2)
    correction_requests.decide(1, "done", "", actor="l1", settings=settings_of(app))
    at(NOON + DAY)
    assert run(app) == 1
    assert mails() == [("faculty@example.com", "1"), ("hr@example.com", "۱")]


def test_after_days_without_a_worker_only_the_later_stage_goes_out(app: Flask, at: At) -> None:
    late(1)
    at(NOON + 20 * DAY)
    assert run(app) == 1
    assert db.session.scalars(sa.select(Escalation.stage)).all() == [2]


def test_a_liaison_hears_of_own_sources_only(app: Flask, at: At) -> None:
    make_staff("l1", "hr_liaison", ("faculty",), mail="faculty@example.com")
    make_staff("l2", "hr_liaison", ("hr",), mail="gone@example.com", active=False)
    late(1, source="faculty")
    at(NOON + DAY)
    assert run(app) == 1
    assert mails() == [("faculty@example.com", "۱")]


def test_what_waits_for_the_person_or_is_decided_reminds_nobody(app: Flask, at: At) -> None:
    late(1, "person", "waiting_sync")
    late(2, "", "done")
    late(3, "", "rejected")
    at(NOON + 20 * DAY)
    assert run(app) == 0
    assert mails() == []


def test_a_new_deadline_begins_anew_and_the_person_is_never_written_to(app: Flask, at: At) -> None:
    request_id = late(1, "it", "needs_review")
    make_staff("op", "it_operator", mail="op@example.com")
    at(NOON + DAY)
    run(app)
    with writing() as session:
        session.get_one(PermanentRequest, request_id).due_at = NOON + 7 * DAY
    at(NOON + 8 * DAY)
    assert run(app) == 1
    assert {address for address, _ in mails()} == {"op@example.com"}


def test_nothing_leaves_at_night(app: Flask, at: At) -> None:
    late(1)
    at(NOON + DAY + dt.timedelta(hours=11))
    jobs.run_now("remind", actor="tester", settings=settings_of(app))
    assert mails() == []
    at(NOON + 2 * DAY)
    jobs.run_now("remind", actor="tester", settings=settings_of(app))
    assert len(mails()) == 1


def test_whoever_is_waited_for_anew_has_the_whole_service_level(app: Flask, at: At) -> None:
    request_id = late(1, "person", "waiting_sync")
    at(NOON + 14 * DAY)
    assert approval.judge(request_id, settings_of(app)) == "needs_review"
    db.session.rollback()
    request = db.session.get_one(PermanentRequest, request_id)
    assert (request.waits_for, request.due_at) == ("it", end_of_day(dt.date(2026, 12, 19), "Asia/Tehran"))
    assert run(app) == 0
