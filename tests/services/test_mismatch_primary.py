"""Choosing which of HR's contradicting rows is right, from the case to the account and back."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.extensions import db, settings_of, writing
from backoffice.models import AuditEntry, HrRow, Operation, Override, Person, Registration
from backoffice.rules.errors import RefusedError
from backoffice.rules.mismatch_offers import Act
from backoffice.rules.primary_row import choices
from backoffice.services import (
    accounts,
    continuation,
    corrections,
    hr_index,
    identity,
    mismatch_primary,
    mismatch_undo,
    mismatch_work,
    mobile_ownership,
    row_choices,
)
from backoffice.services.mismatch_work import Choice
from backoffice.settings import Settings
from tests.factories import make_hr_row
from tests.identity_claims import claim
from tests.reconcile.exports import HEADER, people
from tests.reconcile.worlds import code, name_of
from tests.services.hr_imports import bring
from tests.services.mismatch_rows import CONTACT, make_refusal, the_attempt, the_case
from tests.services.test_mismatch_work import POLICY, sent, token_in

OTHER: dict[str, Any] = {"last_name": "دیگری", "personnel_number": "9001", "mobile": "09120009001"}


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"policy": POLICY}


@pytest.fixture
def settings(app: Flask) -> Settings:
    make_hr_row(1)
    make_hr_row(1, **OTHER)
    return settings_of(app)


def mark(settings: Settings, last_name: str = "", number: str = "") -> str:
    rows = choices(hr_index.rows_with_code(number or code(1), settings))
    return next(key for key, row in rows.items() if row.value("last_name") == (last_name or name_of(1)))


def choose(case_id: int, settings: Settings, last_name: str = "", **given: Any) -> tuple[str, ...]:
    chosen = {"days": 30, "choice": Choice("documents", "شناسنامه"), **given}
    if "mark" not in chosen:
        chosen["mark"] = mark(settings, last_name)
    return mismatch_primary.choose(case_id, **chosen, actor="amiri", settings=settings)


def acts() -> list[str]:
    return list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))


def test_the_person_goes_on_from_the_sms_once_the_right_row_was_chosen(settings: Settings) -> None:
    case_id = make_refusal(1)
    assert the_case(case_id).cause == "DUPLICATE_IN_HR"
    assert choose(case_id, settings) == ()
    case, attempt = the_case(case_id), the_attempt(case_id)
    assert (case.state, case.verdict, case.cause, attempt.state) == (
        "resolved", Act.CHOOSE, "DUPLICATE_IN_HR", "identity_ok",
    )  # fmt: skip
    (sms,) = sent(settings)
    assert sms["to"] == CONTACT
    assert continuation.open_link(token_in(sms["text"])) is not None
    (made,) = db.session.query(Override)
    assert (made.kind, made.owner, made.case_id, made.source) == ("primary_row", "amiri", case_id, "hr")
    assert "cases:mismatch:row_chosen" in acts()


def test_every_later_check_goes_by_that_row(settings: Settings) -> None:
    choose(make_refusal(1), settings)
    checked = identity.check(claim(1), settings)
    assert (checked.verdict, checked.flags, len(checked.evidence["hr"])) == ("passes", ("OVERRIDDEN",), 2)
    assert checked.evidence["hr"][0]["last_name"] == name_of(1)
    assert identity.check(claim(1, last_name="دیگری"), settings).causes == ("NAME_DIFFERS",)


def test_only_the_mobile_of_that_row_is_the_persons_own(settings: Settings) -> None:
    as_hr = settings.model_copy(update={"mobile_owner_provider": "hr"})
    choose(make_refusal(1), settings)
    assert mobile_ownership.owner_of(code(1), "09123456789", as_hr).value == "matched"
    assert mobile_ownership.owner_of(code(1), "09120009001", as_hr).value == "not_matched"


def test_the_account_has_the_name_of_that_row(settings: Settings) -> None:
    case_id = make_refusal(1, last_name="ديگري")
    choose(case_id, settings, "دیگری")
    with writing() as session:
        attempt = session.get_one(Registration, the_attempt(case_id).id)
        attempt.state, attempt.password_sealed, attempt.mobile = "otp_verified", "sealed", "09120000001"
        accounts.request_temporary(session, attempt, settings, "applicant")
    (made,) = db.session.query(Operation).filter_by(kind="create_temporary")
    assert made.desired["fields"]["last_name"] == db.session.query(Person).one().last_name == "دیگری"


def test_what_else_stands_against_the_person_keeps_the_case_open_but_the_row_counts(settings: Settings) -> None:
    case_id = make_refusal(1, birth_date="1980-05-22")
    assert choose(case_id, settings) == ("BIRTHDATE_DIFFERS",)
    case = the_case(case_id)
    assert (case.state, case.cause, case.verdict) == ("new", "BIRTHDATE_DIFFERS", "")
    mismatch_work.accept(case_id, 30, Choice("documents"), actor="amiri", settings=settings)
    assert the_attempt(case_id).state == "identity_ok"
    mismatch_undo.reopen(case_id, note="سند نادرست", actor="amiri")
    assert identity.check(claim(1), settings).causes == ("DUPLICATE_IN_HR",)


@pytest.mark.parametrize(
    "wrong",
    [{"choice": Choice("")}, {"choice": Choice("other")}, {"days": 61}, {"mark": ""}, {"mark": "f" * 64}],
)
def test_nothing_is_chosen_without_a_row_a_reason_and_an_end(settings: Settings, wrong: dict[str, Any]) -> None:
    case_id = make_refusal(1, birth_date="1980-05-22")
    with pytest.raises(RefusedError):
        choose(case_id, settings, **wrong)
    assert (the_case(case_id).state, db.session.query(Override).count()) == ("new", 0)


def test_a_case_that_changed_or_that_somebody_else_has_is_not_decided(settings: Settings) -> None:
    case_id = make_refusal(1, birth_date="1980-05-22")
    with pytest.raises(RefusedError, match="changed since"):
        choose(case_id, settings, choice=Choice("documents", fingerprint="old"))
    with writing() as session:
        session.get_one(type(the_case(case_id)), case_id).taken_by = "rezaei"
    with pytest.raises(RefusedError, match="rezaei"):
        choose(case_id, settings)
    assert db.session.query(Override).count() == 0


def test_a_choice_taken_back_refuses_the_person_again(settings: Settings) -> None:
    case_id = make_refusal(1)
    choose(case_id, settings)
    token = token_in(sent(settings)[-1]["text"])
    mismatch_undo.reopen(case_id, note="سند نادرست", actor="rezaei")
    assert (the_case(case_id).state, the_attempt(case_id).state) == ("new", "rejected")
    assert continuation.open_link(token) is None
    assert identity.check(claim(1), settings).causes == ("DUPLICATE_IN_HR",)


def test_the_choice_stands_while_only_the_post_changes_and_ends_with_the_row(settings: Settings) -> None:
    choose(make_refusal(1), settings)
    db.session.execute(sa.delete(HrRow).where(HrRow.personnel_number == "5001"))
    db.session.commit()
    make_hr_row(1, unit="دانشکده علوم", status_class="limited")
    with writing() as session:
        row_choices.end_changed(session)
    assert db.session.query(Override).one().ended_at is None
    db.session.execute(sa.delete(HrRow).where(HrRow.personnel_number == "9001"))
    db.session.commit()
    with writing() as session:
        row_choices.end_changed(session)
    ended = db.session.query(Override).one()
    assert (ended.end_reason, acts()[-1]) == ("rows_changed", "overrides:override:rows_changed")
    assert identity.check(claim(1), settings).verdict == "refused"  # limited: HR_INACTIVE, not the contradiction


def twice() -> list[list[str]]:
    """A file in which the first person has a second row with another name."""
    grid = people(30)
    again = [*grid[1]]
    again[HEADER.index("last_name")], again[HEADER.index("personnel_number")] = "دیگری", "9001"
    return [*grid, again]


def test_hr_finds_the_wrong_row_in_its_corrections_and_a_mended_file_ends_the_choice(
    app: Flask, tmp_path: Path
) -> None:
    settings, first = settings_of(app), dict(zip(HEADER, people(1)[1], strict=True))
    assert bring(twice()).status == "accepted"
    fact = next(row for row in hr_index.rows_with_code(first["national_code"], settings))
    case_id = make_refusal(
        1, national_code=first["national_code"], first_name=first["first_name"], last_name=first["last_name"],
        birth_date=fact.value("birth_date"),
    )  # fmt: skip
    given = {"mark": mark(settings, first["last_name"], first["national_code"])}
    choose(case_id, settings, **given)
    written = tmp_path / "corrections.xlsx"
    written.write_bytes(corrections.correction_file("hr", actor="amiri", settings=settings))
    sheet = openpyxl.load_workbook(written).active
    assert sheet is not None
    _header, line = sheet.iter_rows(values_only=True)
    assert str(line[len(HEADER)]) == "32"
    assert first["last_name"] in line
    assert f"{first['first_name']} {first['last_name']}" in str(line[len(HEADER) + 1])
    bring(people(30))
    assert db.session.query(Override).one().end_reason == "rows_changed"
    assert "overrides:override:rows_changed" in acts()
