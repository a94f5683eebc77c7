"""One search box for codes, numbers, user names and names in any spelling."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.models import Person, PersonCode
from backoffice.services import search
from tests.factories import make_person
from tests.reconcile.worlds import code

PEOPLE = {
    1: ("علی", "کریمی"), 2: ("سید رضا", "پارسا"), 3: ("مریم", "گل‌محمدی"), 4: ("علی", "پورکریمی"), 5: ("زهرا", "یوسفی"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _people(app: Flask) -> None:
    for number, (first, last) in PEOPLE.items():
        make_person(number, first_name=first, last_name=last)


def numbers(question: str) -> list[int]:
    by_code = {code(number): number for number in PEOPLE}
    return [by_code[person.national_code] for person in search.people(question).people]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        (code(1), [1]),
        (code(1).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")), [1]),
        (f"{code(1)[:3]}-{code(1)[3:]}", [1]),
        (code(1).lstrip("0").zfill(8) if code(1).startswith("00") else code(1), [1]),
        (code(1)[:7], []),
        ("5003", [3]),
        ("۵۰۰", [2, 4, 1, 3, 5]),
        ("u5", [5]),
        ("U5@example.ac.ir", [5]),
        ("كريمي", [1]),
        ("علی", [4, 1]),
        ("کریمی علی", [1]),
        ("علی کری", [1]),
        ("رضا پارسا", [2]),
        ("سید رضا", [2]),
        ("پارسا رضا", []),
        ("پارسا سیدرضا", [2]),
        ("گل محمدی", [3]),
        ("گلمحم", [3]),
        ("%", []),
        ("' OR 1=1 --", []),
    ],
)
def test_people_are_found_by(question: str, found: list[int]) -> None:
    assert numbers(question) == found


@pytest.mark.parametrize("question", ["", " ", "ع", "\u200c\u200c", "1"])
def test_less_than_two_signs_find_nobody(question: str) -> None:
    assert search.people(question).too_short


def test_a_code_the_person_had_before_is_found() -> None:
    with writing() as session:
        person = session.query(Person).filter_by(national_code=code(3)).one()
        past = {"id_type": "national", "value": code(77), "since": clock.now(), "until": clock.now()}
        session.add(PersonCode(person_id=person.id, **past))
    assert numbers(code(77)) == [3]


def test_people_without_an_account_are_found_by_name() -> None:
    make_person(9, first_name="ژاله", last_name="بی‌حساب", linked=False)
    assert [person.first_name for person in search.people("ژاله").people] == ["ژاله"]


def test_a_question_that_finds_many_says_so() -> None:
    for number in range(100, 100 + search.SHOWN + 1):
        make_person(number, first_name="نازنین", last_name=f"آ{number}")
    found = search.people("نازنین")
    assert (len(found.people), found.more) == (search.SHOWN, True)
    assert db.session.query(Person).count() > search.SHOWN


@pytest.mark.parametrize("question", [code(1), "5003", "u5", "علی", "کریمی علی"])
def test_every_look_up_is_the_start_of_an_index(question: str) -> None:
    asked: list[tuple[str, Any]] = []
    engine = db.engine
    is_sqlite = engine.dialect.name == "sqlite"

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        asked.append((statement, parameters))

    sa.event.listen(engine, "before_cursor_execute", note)
    search.people(question)
    sa.event.remove(engine, "before_cursor_execute", note)
    with engine.connect() as connection:
        if not is_sqlite:
            connection.exec_driver_sql("SET enable_seqscan = off")
        for statement, parameters in asked:
            if not statement.startswith("SELECT"):
                continue
            explain = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
            plan = str(connection.exec_driver_sql(explain + statement, parameters).all())
            assert "SEARCH" in plan if is_sqlite else "Index Cond" in plan, (statement, plan)
            assert "SCAN" not in plan
