"""Exceptions from the desk to a plan: made, respected by runs, ended by people and by HR; the correction file."""

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.extensions import db, settings_of
from backoffice.models import AuditEntry, Override
from backoffice.rules.errors import FormError, RefusedError
from backoffice.services import corrections
from backoffice.services import overrides as service
from backoffice.services.mismatch_work import Choice, send_to_hr
from backoffice.services.override_subjects import Subject
from tests.reconcile.exports import HEADER, people
from tests.reconcile.worlds import code
from tests.services.mismatch_rows import make_refusal
from tests.services.test_cases import entries
from tests.services.test_reconciliation import COUNT, Plan, overrides, plan

__all__ = ["overrides", "plan"]
PERSON = people(COUNT)[1]
SUBJECT = Subject("national", PERSON[0], "hr")
STATUS, UNIT = HEADER.index("status"), HEADER.index("unit")
TYPED = {"kind": "entitled", "reason": "HR mixed him up", "days": "30"}


def make(app: Flask, **typed: str) -> Override:
    return service.make(SUBJECT, {**TYPED, **typed}, actor="amiri", settings=settings_of(app))


def first_row(column: int, value: str) -> list[list[str]]:
    grid = people(COUNT)
    grid[1][column] = value
    return grid


def test_it_has_an_owner_a_reason_and_an_end(app: Flask) -> None:
    row = make(app)
    assert (row.owner, row.reason, row.until - row.created_at) == ("amiri", "HR mixed him up", dt.timedelta(days=30))
    act = db.session.scalars(sa.select(AuditEntry)).one()
    assert (act.action, act.subject, act.actor) == ("overrides:override:made", f"override:{row.id}", "amiri")


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"days": "61"}, "days"),
        ({"days": "0"}, "days"),
        ({"reason": "  "}, "reason"),
        ({"kind": "x"}, "kind"),
        ({"kind": "attribute", "field": "national_code", "value": "1"}, "field"),
        ({"kind": "attribute", "field": "unit"}, "value"),
    ],
)
def test_what_is_wrong_is_named(app: Flask, typed: dict[str, str], wrong: str) -> None:
    with pytest.raises(FormError) as caught:
        make(app, **typed)
    assert set(caught.value.faults) == {wrong}


def test_two_exceptions_about_one_thing_do_not_stand_together(app: Flask) -> None:
    make(app)
    with pytest.raises(FormError):
        make(app, kind="not_entitled")
    make(app, kind="attribute", field="unit", value="امور مالی")


def test_a_run_respects_it_and_it_ends_when_hr_agrees(app: Flask, plan: Plan) -> None:
    plan(None, entries())
    row = make(app)
    run = plan(first_row(STATUS, "متوفی"), entries())
    assert (run.situations["OVERRIDDEN"], run.actions) == (1, {})
    plan(people(COUNT), entries())
    db.session.refresh(row)
    assert service.end_of(row) == service.ENDED_BY_HR
    assert plan(first_row(STATUS, "متوفی"), entries()).actions == {"disable": 1}


def test_it_counts_no_more_when_its_time_is_over_or_it_was_taken_back(app: Flask, plan: Plan, later: Any) -> None:
    plan(None, entries())
    make(app, days="1")
    later(86_401)
    assert service.standing(settings_of(app)) == ()
    second = make(app)
    service.end(second.id, reason="a mistake", actor="amiri")
    assert service.standing(settings_of(app)) == ()
    with pytest.raises(RefusedError, match="ended already"):
        service.end(second.id, reason="again", actor="amiri")


def test_the_correction_file_has_hrs_own_columns_with_the_right_value_in_red(app: Flask, plan: Plan) -> None:
    plan(None, entries())
    make(app, kind="attribute", field="unit", value="=امور مالی")
    sheet = openpyxl.load_workbook(
        io.BytesIO(corrections.correction_file("hr", actor="amiri", settings=settings_of(app)))
    ).worksheets[0]
    head, line = list(sheet.iter_rows())
    assert [cell.value for cell in head][: len(HEADER)] == [
        "کد ملی", "شماره پرسنلی", "نام", "نام خانوادگی", "وضعیت", "واحد سازمانی", "تاریخ تولد",
    ]  # fmt: skip
    values = [cell.value for cell in line]
    assert values[:UNIT] == PERSON[:UNIT]
    assert (values[UNIT], line[UNIT].font.color.rgb[-6:]) == ("'=امور مالی", "C00000")
    assert (values[UNIT + 1], values[len(HEADER)]) == (PERSON[UNIT + 1], "2")
    assert {cell.data_type for cell in line} == {"s"}


def test_the_correction_file_has_what_refused_people_write_beside_what_hr_has(app: Flask, plan: Plan) -> None:
    plan(None, entries())
    known: dict[str, Any] = {
        "national_code": PERSON[0],
        "first_name": PERSON[2],
        "birth_date": "",
        "personnel_number": PERSON[1],
    }
    for typed in ({**known, "last_name": "دیگری"}, {"last_name": "ناشناس"}):
        send_to_hr(make_refusal(90, contact="", **typed), Choice(note="کارت دیده شد"), actor="amiri",
                   settings=settings_of(app))  # fmt: skip
    content = corrections.correction_file("hr", actor="amiri", settings=settings_of(app))
    _head, wrong, unknown = list(openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows())
    last = HEADER.index("last_name")
    assert (wrong[last].value, wrong[last].font.color.rgb[-6:]) == (PERSON[last], "C00000")
    assert "دیگری" in str(wrong[len(HEADER) + 1].value)
    assert (unknown[0].value, unknown[last].value) == (code(90), "ناشناس")
    assert "سطری ندارد" in str(unknown[len(HEADER) + 1].value)
    assert [line[len(HEADER) + 2].value for line in (wrong, unknown)] == ["کارت دیده شد"] * 2


def test_without_an_exception_there_is_no_correction_file(app: Flask, plan: Plan) -> None:
    plan(None, entries())
    with pytest.raises(RefusedError, match="nothing to correct"):
        corrections.correction_file("hr", actor="amiri", settings=settings_of(app))
