"""Findings go to HR as an Excel file and come back as answers."""

from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.extensions import db, settings_of, writing
from backoffice.models import Case, Finding, Override, Run, Staff
from backoffice.rules.errors import RefusedError
from backoffice.services import hr_answers, run_export
from backoffice.services.hr_answers import Taken
from tests.directories import account
from tests.reconcile.exports import people
from tests.services.test_reconciliation import COUNT, Plan, overrides, plan
from tests.views.conftest import make_staff

__all__ = ["overrides", "plan"]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ANSWER = run_export.HEADER_HR.index(run_export.ANSWER)
SIDES = ANSWER - 2


@pytest.fixture
def run(plan: Plan) -> Run:
    """One unit differs, one account carries another name."""
    rows = people(COUNT)[1:]
    there = [account(rows[0], ou="=کتابخانه"), account(rows[1], **{"sn;lang-fa": "ناشناس"})]
    return plan(None, [*there, *(account(row) for row in rows[2:])])


def written(app: Flask, run: Run, audience: str = "hr") -> Path:
    path = settings_of(app).instance / "findings.xlsx"
    path.write_bytes(run_export.export(run.id, audience, actor="amiri", settings=settings_of(app)))
    return path


def answered(app: Flask, path: Path, *answers: str, role: str = "it_operator") -> Taken:
    book = openpyxl.load_workbook(path)
    for number, answer in enumerate(answers, start=2):
        book.worksheets[0].cell(number, ANSWER + 1).value = answer
    book.save(path)
    make_staff("rezaei", role, ("hr",))
    person = db.session.scalars(sa.select(Staff).where(Staff.username == "rezaei")).one()
    return hr_answers.take_in(path, person=person, settings=settings_of(app))


def test_each_difference_is_a_line_with_its_answers_and_no_formula(app: Flask, run: Run) -> None:
    sheet = openpyxl.load_workbook(written(app, run)).worksheets[0]
    lines = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [line[SIDES : SIDES + 2] for line in lines] == [
        (people(COUNT)[1][5], "'=کتابخانه"),
        (" ".join(people(COUNT)[2][2:4]), f"{people(COUNT)[2][2]} ناشناس"),
    ]
    offered = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert offered["K2"] == '"مقدار کارگزینی درست است,مقدار دایرکتوری درست است"'
    assert len(offered) == 2


def test_where_the_directory_is_right_an_exception_is_made(app: Flask, run: Run) -> None:
    taken = answered(app, written(app, run), "The directory's value is right")
    assert (taken.exceptions, taken.refused) == (1, [])
    row = db.session.scalars(sa.select(Override)).one()
    assert (row.kind, row.field, row.value, row.owner) == ("attribute", "unit", "=کتابخانه", "rezaei")


def test_an_identity_that_hr_knows_decides_its_case(app: Flask, run: Run) -> None:
    taken = answered(app, written(app, run), "", "شخص دیگری است")
    assert (taken.cases, taken.refused) == (1, [])
    case = db.session.scalars(sa.select(Case)).one()
    assert (case.state, case.verdict, case.reason, case.decided_by) == ("resolved", "different", "hr_said", "rezaei")


def test_a_liaison_does_not_decide_what_only_it_may(app: Flask, run: Run) -> None:
    taken = answered(app, written(app, run), "The directory's value is right", role="hr_liaison")
    assert [line for line, _fault in taken.refused] == [2]
    assert db.session.scalar(sa.select(sa.func.count(Override.id))) == 0


def test_a_wrong_word_is_named_with_its_line_and_the_others_count(app: Flask, run: Run) -> None:
    taken = answered(app, written(app, run), "perhaps", "شخص دیگری است")
    assert (taken.cases, [(line, str(why)) for line, why in taken.refused]) == (
        1, [(2, "«perhaps» is not an answer to this line.")],
    )  # fmt: skip


def test_another_file_is_refused(app: Flask, run: Run) -> None:
    with pytest.raises(RefusedError, match="is not a file"):
        answered(app, written(app, run, "it"), "x")
    broken = settings_of(app).instance / "broken.xlsx"
    broken.write_bytes(b"PK nothing")
    person = db.session.scalars(sa.select(Staff)).one()
    with pytest.raises(RefusedError, match="cannot be read"):
        hr_answers.take_in(broken, person=person, settings=settings_of(app))


@pytest.mark.parametrize("audience", ["hr", "it"])
def test_a_status_in_no_class_is_told_in_the_language_of_the_file(app: Flask, run: Run, audience: str) -> None:
    with writing() as session:
        finding = session.scalars(sa.select(Finding).where(Finding.situation == "NAME_CONFLICT")).one()
        finding.situation, finding.detail = "UNKNOWN_STATUS", "the status «معلق» is in no class"
        finding.evidence = {**finding.evidence, "hr": {**finding.evidence["hr"], "status": "معلق"}}
    sheet = openpyxl.load_workbook(written(app, run, audience)).worksheets[0]
    texts = [cell for line in sheet.iter_rows(min_row=2, values_only=True) for cell in line if "معلق" in str(cell)]
    assert texts == ["وضعیت «معلق» برای سامانه شناخته‌شده نیست"]
