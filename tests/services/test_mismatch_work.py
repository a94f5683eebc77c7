"""Deciding refused registrations, from the refusal to the link in the SMS."""

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.extensions import db, settings_of, writing
from backoffice.models import HrRow, Link, Operation, Override, Person, Registration, Snapshot
from backoffice.rules.errors import RefusedError
from backoffice.services import (
    accounts,
    continuation,
    identity,
    jobs,
    message_work,
    mismatch_link,
    mismatch_repairs,
    mismatch_undo,
    mismatch_work,
)
from backoffice.services.messages import SEND_SMS, SEND_URGENT
from backoffice.services.mismatch_work import Choice, StillRefusedError
from backoffice.settings import Settings
from tests.conftest import make_settings
from tests.directories import URN
from tests.factories import make_hr_row
from tests.identity_claims import claim
from tests.reconcile.worlds import code, name_of
from tests.services.mismatch_rows import CONTACT, make_refusal, the_attempt, the_case
from tests.services.test_identity import person_entry, with_directory

POLICY = {"mode": "act", "quiet_from": 0, "quiet_to": 0}
TYPED = {
    "national_code": code(1), "birth_date": "1980-05-21", "first_name": "مریم", "last_name": name_of(1),
    "father_name": "حسن", "personnel_number": "",
}  # fmt: skip
WRONG_DAY: dict[str, Any] = {"birth_date": "1980-05-22"}


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"policy": POLICY}


@pytest.fixture(params=["sqlite"])
def database_url(tmp_path: Path, sqlite_template: Path) -> str:
    (tmp_path / "backoffice.sqlite").write_bytes(sqlite_template.read_bytes())
    return ""


@pytest.fixture
def settings(app: Flask) -> Settings:
    make_hr_row(1)
    return settings_of(app)


def sent(settings: Settings, kind: str = SEND_SMS) -> list[dict[str, Any]]:
    """What has left for the gateway by now."""
    while message_work.work(kind, settings):
        pass
    file = settings.instance / "outbox" / "sms.jsonl"
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []


def token_in(text: str) -> str:
    return text.rpartition("/request/continue/")[2].split()[0]


def correct(case_id: int, settings: Settings, **changed: str) -> None:
    mismatch_work.correct(case_id, {**TYPED, **changed}, Choice(note="شناسنامه"), actor="amiri", settings=settings)


def test_a_corrected_birth_date_passes_and_the_person_goes_on_from_the_sms(settings: Settings) -> None:
    case_id = make_refusal(1, **WRONG_DAY)
    assert the_case(case_id).cause == "BIRTHDATE_DIFFERS"
    correct(case_id, settings)
    case, attempt = the_case(case_id), the_attempt(case_id)
    assert (case.state, case.verdict, case.decided_by) == ("resolved", "correct", "amiri")
    assert (attempt.state, attempt.birth_date, attempt.causes) == ("identity_ok", "1980-05-21", [])
    (sms,) = sent(settings)
    assert sms["to"] == CONTACT
    found = continuation.open_link(token_in(sms["text"]))
    assert found is not None
    assert found.id == attempt.id


def test_a_correction_that_does_not_pass_changes_nothing(settings: Settings) -> None:
    case_id = make_refusal(1, **WRONG_DAY)
    with pytest.raises(StillRefusedError) as fault:
        correct(case_id, settings, birth_date="1980-05-23")
    assert fault.value.causes == ("BIRTHDATE_DIFFERS",)
    assert (the_case(case_id).state, the_attempt(case_id).birth_date) == ("new", "1980-05-22")


def test_an_accepted_difference_passes_for_this_value_only(settings: Settings) -> None:
    case_id = make_refusal(1, **WRONG_DAY)
    mismatch_work.accept(case_id, 30, Choice("documents"), actor="amiri", settings=settings)
    assert (the_case(case_id).state, the_attempt(case_id).state) == ("resolved", "identity_ok")
    (made,) = db.session.query(Override)
    assert (made.kind, made.field, made.owner, made.case_id) == ("identity", "birth_date", "amiri", case_id)
    assert made.reason != "documents"
    assert identity.check(claim(1, **WRONG_DAY), settings).verdict == "passes"
    assert identity.check(claim(1, birth_date="1980-05-23"), settings).verdict == "refused"


def test_the_account_after_an_accepted_name_has_that_name(settings: Settings) -> None:
    case_id = make_refusal(1, last_name="شاه‌محمدی")
    mismatch_work.accept(case_id, 30, Choice("documents"), actor="amiri", settings=settings)
    with writing() as session:
        attempt = session.get_one(Registration, the_attempt(case_id).id)
        attempt.state, attempt.password_sealed, attempt.mobile = "otp_verified", "sealed", "09120000001"
        acting = settings.model_copy(update={"policy": settings.policy.model_copy(update={"mode": "act"})})
        accounts.request_temporary(session, attempt, acting, "applicant")
    (made,) = db.session.query(Operation).filter_by(kind="create_temporary")
    assert made.desired["fields"]["last_name"] == db.session.query(Person).one().last_name == "شاه‌محمدی"


def test_a_case_that_hr_repaired_in_part_comes_back_to_the_office(settings: Settings) -> None:
    case_id = make_refusal(1, **WRONG_DAY)
    mismatch_work.send_to_hr(case_id, Choice(), actor="amiri", settings=settings)
    mend(birth_date="1980-05-22")
    with_account = with_directory(person_entry("u1", schacPersonalUniqueID=URN + code(1)))
    assert mismatch_repairs.recheck_all(with_account) == mismatch_repairs.Repairs(refused=1)
    assert (the_case(case_id).state, the_attempt(case_id).causes) == ("new", ["EXISTS_STAFF"])


def test_an_existing_account_cannot_be_accepted_away(settings: Settings) -> None:
    with_account = with_directory(person_entry("u1", schacPersonalUniqueID=URN + code(1)))
    case_id = make_refusal(1, settings=with_account, **WRONG_DAY)
    with pytest.raises(StillRefusedError):
        mismatch_work.accept(case_id, 30, Choice("documents"), actor="amiri", settings=with_account)
    assert db.session.query(Override).count() == 0


def test_a_service_that_is_down_decides_nothing(settings: Settings) -> None:
    case_id = make_refusal(1, **WRONG_DAY)
    down = make_settings(settings.instance, policy=POLICY, ldap_uri="file:///nowhere.ldif", ldap_base_dn="dc=x")
    with pytest.raises(RefusedError):
        mismatch_work.recheck(case_id, actor="amiri", settings=down)
    assert the_case(case_id).state == "new"


def test_asking_goes_out_in_the_words_of_the_desk_and_needs_a_number(settings: Settings) -> None:
    case_id, silent = make_refusal(1, **WRONG_DAY), make_refusal(1, contact="", **WRONG_DAY)
    assert silent == case_id
    with pytest.raises(RefusedError):
        mismatch_work.ask_person(case_id, Choice(note="کدام روز؟"), actor="amiri", settings=settings)
    case_id = make_refusal(1, **WRONG_DAY)
    mismatch_work.ask_person(case_id, Choice(note="کدام روز؟"), actor="amiri", settings=settings)
    assert the_case(case_id).state == "waiting_person"
    assert "کدام روز؟" in sent(settings)[-1]["text"]


def test_what_hr_has_to_mend_waits_for_hr(settings: Settings) -> None:
    case_id = make_refusal(1, **WRONG_DAY)
    mismatch_work.send_to_hr(case_id, Choice(note="تاریخ تولد"), actor="amiri", settings=settings)
    assert (the_case(case_id).state, the_case(case_id).note) == ("waiting_hr", "تاریخ تولد")
    assert the_attempt(case_id).tracking_code in sent(settings)[-1]["text"]


def test_a_refusal_for_good_tells_no_reason(settings: Settings) -> None:
    case_id = make_refusal(1, **WRONG_DAY)
    mismatch_work.refuse(case_id, Choice("not_employed", "سند ندارد"), actor="amiri", settings=settings)
    assert (the_case(case_id).state, the_case(case_id).reason) == ("refused", "not_employed")
    assert "سند" not in sent(settings)[-1]["text"]


def test_of_two_people_one_decides(settings: Settings) -> None:
    case_id = make_refusal(1, **WRONG_DAY)
    mismatch_work.refuse(case_id, Choice("not_proved"), actor="amiri", settings=settings)
    with pytest.raises(RefusedError, match="amiri has already decided"):
        mismatch_work.send_to_hr(case_id, Choice(), actor="rezaei", settings=settings)


def test_another_attempt_meanwhile_is_looked_at_first(settings: Settings) -> None:
    shown = the_case(make_refusal(1, **WRONG_DAY)).fingerprint
    case_id = make_refusal(1, birth_date="1980-05-25")
    with pytest.raises(RefusedError, match="changed since"):
        mismatch_work.accept(case_id, 30, Choice("documents", fingerprint=shown), actor="amiri", settings=settings)


def test_a_decision_taken_back_ends_exception_and_link(settings: Settings) -> None:
    case_id = make_refusal(1, **WRONG_DAY)
    mismatch_work.accept(case_id, 30, Choice("documents"), actor="amiri", settings=settings)
    token = token_in(sent(settings)[-1]["text"])
    mismatch_undo.reopen(case_id, note="سند نادرست", actor="rezaei")
    assert (the_case(case_id).state, the_attempt(case_id).state) == ("new", "rejected")
    assert continuation.open_link(token) is None
    assert identity.check(claim(1, **WRONG_DAY), settings).verdict == "refused"


def test_a_decision_cannot_be_taken_back_once_an_account_was_asked_for(settings: Settings) -> None:
    case_id = make_refusal(1, **WRONG_DAY)
    correct(case_id, settings)
    the_attempt(case_id).state = "temporary"
    db.session.commit()
    with pytest.raises(RefusedError, match="account was made"):
        mismatch_undo.reopen(case_id, note="x", actor="rezaei")


def mend(**values: Any) -> None:
    """Let another file of HR be accepted in which person 1 has these values."""
    db.session.execute(sa.delete(HrRow))
    db.session.execute(sa.update(Snapshot).values(accepted_at=clock.now()))
    db.session.commit()
    make_hr_row(1, **values)


def test_a_new_file_closes_the_case_and_the_person_is_told(settings: Settings) -> None:
    case_id, before = make_refusal(1, **WRONG_DAY), mismatch_repairs.state_of_hr()
    mismatch_work.send_to_hr(case_id, Choice(), actor="amiri", settings=settings)
    mend(birth_date="1980-05-22", line=77)
    assert mismatch_repairs.state_of_hr() != before
    assert mismatch_repairs.recheck_all(settings).closed == 1
    assert (the_case(case_id).state, the_attempt(case_id).state) == ("auto_closed", "identity_ok")
    assert continuation.open_link(token_in(sent(settings)[-1]["text"])) is not None
    assert mismatch_repairs.recheck_all(settings) == mismatch_repairs.Repairs()


def test_the_job_of_the_watched_folder_notices_what_was_accepted_anywhere(settings: Settings) -> None:
    case_id = make_refusal(1, **WRONG_DAY)
    assert jobs.run_now("import", actor="tester", settings=settings, dry_run=False).counts == {}
    mend(birth_date="1980-05-22")
    counts = [jobs.run_now("import", actor="tester", settings=settings, dry_run=False).counts for _ in range(2)]
    assert (counts, the_case(case_id).state) == ([{"repaired": 1}, {}], "auto_closed")


def test_a_new_file_that_says_the_same_asks_no_service_again(settings: Settings) -> None:
    case_id = make_refusal(1, **WRONG_DAY)
    checked_at = the_attempt(case_id).evidence["checked_at"]
    mend(line=99)
    assert mismatch_repairs.recheck_all(settings) == mismatch_repairs.Repairs()
    assert the_attempt(case_id).evidence["checked_at"] == checked_at


def test_what_a_new_file_does_not_mend_keeps_the_newest_evidence(settings: Settings) -> None:
    case_id = make_refusal(1, **WRONG_DAY)
    mend(birth_date="1980-06-01", last_name="ناشناس")
    assert mismatch_repairs.recheck_all(settings).refused == 1
    assert the_case(case_id).cause == "NAME_DIFFERS"
    assert the_case(case_id).state == "new"


def test_an_outage_puts_repairs_off_and_calls_nobody_a_mismatch(settings: Settings) -> None:
    case_id = make_refusal(1, **WRONG_DAY)
    mend(birth_date="1980-05-22")
    down = make_settings(settings.instance, policy=POLICY, ldap_uri="file:///nowhere.ldif", ldap_base_dn="dc=x")
    assert mismatch_repairs.recheck_all(down).put_off == 1
    assert mismatch_repairs.recheck_all(settings).closed == 1
    assert the_case(case_id).state == "auto_closed"


def test_a_former_student_keeps_the_account_and_gets_the_role_after_a_code(settings: Settings) -> None:
    entry = person_entry("s1", "students", schacPersonalUniqueID=URN + code(1), eduPersonAffiliation="student")
    there = with_directory(entry, policy=POLICY)
    case_id = make_refusal(1, settings=there)
    assert the_case(case_id).cause == "EXISTS_STUDENT"
    (found,) = the_attempt(case_id).evidence["directory"]["entries"]
    issued = mismatch_link.send_code(case_id, actor="amiri", settings=there)
    assert issued.masked.startswith("0912")
    typed = sent(there, SEND_URGENT)[-1]["params"]["code"]
    with pytest.raises(RefusedError):
        mismatch_link.link(
            case_id, found["entry_uuid"], f"{(int(typed) + 1) % 10**6:06d}", Choice(), actor="amiri", settings=there
        )
    mismatch_link.link(case_id, found["entry_uuid"], typed, Choice(), actor="amiri", settings=there)
    (link,) = db.session.query(Link)
    assert (link.username, link.source, link.person.national_code) == ("s1", "hr", code(1))
    assert (the_case(case_id).state, the_case(case_id).verdict) == ("resolved", "link")
    assert sent(there)[-1]["template"] == "mismatch_linked"
    (role,) = db.session.scalars(sa.select(Operation.desired).where(Operation.kind == "update"))
    assert (role["entry_uuid"], role["new"]) == (found["entry_uuid"], {"affiliation": "staff"})
    mismatch_undo.reopen(case_id, note="x", actor="rezaei")
    assert db.session.query(Link).filter(Link.ended_at.is_(None)).count() == 0
    called_off = sa.select(Operation.state, Operation.outcome).where(Operation.kind == "update")
    assert db.session.execute(called_off).all() == [("done", "stale")]
    assert db.session.query(Person).count() == 1


def test_a_link_taken_up_makes_the_day_begin_anew(settings: Settings, later: Any) -> None:
    case_id = make_refusal(1, **WRONG_DAY)
    correct(case_id, settings)
    token = token_in(sent(settings)[-1]["text"])
    later(3 * 86_400)
    before = the_attempt(case_id).updated_at
    assert continuation.take_up(token) is not None
    assert the_attempt(case_id).updated_at > before
    assert db.session.scalars(continuation.awaited()).all() == [the_attempt(case_id).id]
