"""The first form: what is understood, and what is refused beside its field."""

import datetime as dt

import pytest

from backoffice.rules import identity_fields as rule
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import DOUBLED, EMPTY, TOO_LONG, InvalidFieldsError
from backoffice.rules.identity_fields import read_identity

TODAY = dt.date(2026, 11, 28)
GOOD = {
    "id_type": "national", "national_code": "0012345679", "birth_date": "1359/02/31", "first_name": "مریم",
    "last_name": "کریمی", "father_name": "حسن", "personnel_number": "5001",
}  # fmt: skip


def sent(**changed: str | list[str]) -> dict[str, list[str]]:
    fields = {**GOOD, **changed}
    return {name: value if isinstance(value, list) else [value] for name, value in fields.items()}


def faults(**changed: str | list[str]) -> dict[str, str]:
    with pytest.raises(InvalidFieldsError) as caught:
        read_identity(sent(**changed), TODAY)
    return {name: fault.message for name, fault in caught.value.faults.items()}


def test_a_good_form_gives_folded_values() -> None:
    assert read_identity(sent(), TODAY) == {**GOOD, "birth_date": "1980-05-21"}


@pytest.mark.parametrize("typed", ["۰۰۱۲۳۴۵۶۷۹", "٠٠١٢٣٤٥٦٧٩", " 001-234-5679 ", "\u200e0012345679\u202c"])
def test_a_national_code_is_taken_in_any_script(typed: str) -> None:
    assert read_identity(sent(national_code=typed), TODAY)["national_code"] == "0012345679"


@pytest.mark.parametrize("typed", ["0012345678", "1111111111", "12345679", "00123456790", "abcdefghij", "0x12345679"])
def test_a_wrong_national_code_is_refused_beside_its_field(typed: str) -> None:
    assert faults(national_code=typed) == {"national_code": rule.BAD_CODE}


@pytest.mark.parametrize(
    "typed", ["1359/2/31", "1359-02-31", "13590231", "۱۳۵۹/۰۲/۳۱", "1359.2.31", "1359 02 31", "1359\\02\\31"]
)
def test_a_jalali_date_is_taken_however_it_is_written(typed: str) -> None:
    assert read_identity(sent(birth_date=typed), TODAY)["birth_date"] == "1980-05-21"


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("1359/13/01", rule.BAD_DATE), ("1359/12/30x", rule.BAD_DATE), ("31/02/1359", rule.BAD_DATE),
        ("1980/05/21", rule.GREGORIAN), ("59/02/31", rule.SHORT_YEAR), ("1450/01/01", rule.FUTURE),
        ("1403/12/31", rule.BAD_DATE), ("x", rule.BAD_DATE), ("///", rule.BAD_DATE), ("1359//31", rule.BAD_DATE),
    ],
)  # fmt: skip
def test_what_is_no_birth_date_is_refused_with_how_to_mend_it(typed: str, fault: str) -> None:
    assert faults(birth_date=typed) == {"birth_date": fault}


@pytest.mark.parametrize("typed", ["سید‌مهدی", "آل احمد", "كريمي", "محمد-رضا", "مؤمنی", "ده‌ خدا"])
def test_persian_names_are_taken(typed: str) -> None:
    read_identity(sent(first_name=typed, last_name=typed, father_name=typed), TODAY)


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("Maryam", rule.NOT_PERSIAN), ("مریم۲", rule.BAD_NAME), ("<b>مریم</b>", rule.BAD_NAME), ("😀", rule.BAD_NAME),
        ("م" * 65, TOO_LONG), ("م" * 3000, TOO_LONG), ("   ", EMPTY), ("\u202e", EMPTY), ("-", rule.BAD_NAME),
        ("مریم\nکریمی\x07", rule.BAD_NAME),
    ],
)  # fmt: skip
def test_what_is_no_name_is_refused(typed: str, fault: str) -> None:
    assert faults(last_name=typed) == {"last_name": fault}


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(InvalidFieldsError) as caught:
        read_identity({}, TODAY)
    assert set(caught.value.faults) == set(GOOD) - {"personnel_number"}


def test_a_doubled_field_is_a_fault() -> None:
    assert faults(national_code=["0012345679", "0012345679"]) == {"national_code": DOUBLED}
    assert set(faults(id_type=["national", "foreign"])) == {"id_type"}


@pytest.mark.parametrize("typed", ["", "nobody", "National"])
def test_the_kind_of_code_is_one_of_two(typed: str) -> None:
    assert faults(id_type=typed) == {"id_type": rule.BAD_TYPE}


def test_a_foreigner_gives_other_letters_and_either_calendar() -> None:
    foreign = sent(id_type="foreign", national_code="ab12345", first_name="Anna", last_name="O'Neil", father_name="")
    found = read_identity({**foreign, "birth_date": ["1980-05-21"]}, TODAY)
    assert (found["national_code"], found["birth_date"], found["father_name"]) == ("AB12345", "1980-05-21", "")
    assert faults(id_type="foreign", national_code="abc") == {"national_code": rule.BAD_FOREIGN_CODE}


@pytest.mark.parametrize("typed", ["12 34<", "x" * 21, "؛"])
def test_a_personnel_number_has_letters_and_digits(typed: str) -> None:
    assert faults(personnel_number=typed) == {"personnel_number": rule.BAD_NUMBER}


def test_faults_are_refusals() -> None:
    assert issubclass(InvalidFieldsError, RefusedError)
