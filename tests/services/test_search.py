"""One search box for codes, numbers, user names and names in any spelling."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.models import Account, PermanentRequest, Person, PersonCode, Registration
from backoffice.services import search
from tests.factories import make_account, make_person, make_registration
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
    return [by_code[person.national_code] for person in search.find(question).people]


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
        ("parsa", [2]),
        ("karimi", [1]),
        ("ali", []),
        ("golmohammadi", [3]),
        ("Maryam Gol-Mohamadi", [3]),
        ("Pourkarimi Ali", [4]),
        ("%", []),
        ("' OR 1=1 --", []),
    ],
)
def test_people_are_found_by(question: str, found: list[int]) -> None:
    assert numbers(question) == found


@pytest.mark.parametrize("question", ["", " ", "ع", "\u200c\u200c", "1"])
def test_less_than_two_signs_find_nobody(question: str) -> None:
    assert search.find(question).too_short


def test_a_code_the_person_had_before_is_found() -> None:
    with writing() as session:
        person = session.query(Person).filter_by(national_code=code(3)).one()
        past = {"id_type": "national", "value": code(77), "since": clock.now(), "until": clock.now()}
        session.add(PersonCode(person_id=person.id, **past))
    assert numbers(code(77)) == [3]


def test_people_without_an_account_are_found_by_name() -> None:
    make_person(9, first_name="ژاله", last_name="بی‌حساب", linked=False)
    assert [person.first_name for person in search.find("ژاله").people] == ["ژاله"]


def test_a_question_that_finds_many_says_so() -> None:
    for number in range(100, 100 + search.SHOWN + 1):
        make_person(number, first_name="نازنین", last_name=f"آ{number}")
    found = search.find("نازنین")
    assert (len(found.people), found.more) == (search.SHOWN, True)
    assert db.session.query(Person).count() > search.SHOWN


@pytest.mark.parametrize(
    "question",
    [code(1), "5003", "u5", "علی", "کریمی علی", "Ali Karimi", "09121234567", "7KQ2-M9XD", "a@b.ir", "محمدرضا کریمی"],
)
def test_every_look_up_is_the_start_of_an_index(question: str) -> None:
    asked: list[tuple[str, Any]] = []
    engine = db.engine
    is_sqlite = engine.dialect.name == "sqlite"

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        asked.append((statement, parameters))

    sa.event.listen(engine, "before_cursor_execute", note)
    search.find(question)
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


@pytest.fixture
def namesake(app: Flask) -> str:
    """Somebody with a name of many letters, and one who has it with two more."""
    make_person(6, first_name="محمدرضا", last_name="كريمي")
    make_person(7, first_name="محمدرضا", last_name="کریمی‌پور")
    return code(6)


@pytest.mark.parametrize(
    "question",
    [
        "محمدرضا كريمي", "محمد رضا کریمی", "محمد\u200cرضا کریمی", "کریمی محمدرضا", "mohammadreza karimi",
        "Mohamad Reza Karimi", "KARIMI MOHAMMADREZA",
    ],
)  # fmt: skip
def test_a_name_is_found_in_any_spelling(namesake: str, question: str) -> None:
    assert namesake in [person.national_code for person in search.find(question).people]


@pytest.mark.parametrize(
    "question",
    [
        "محمدرضا کریمب", "محمدرضا کرمی", "محدرضا کریمی", "محمدرضاا کریمی", "مجمدرضا کریمی",
        "محمدرضا رکیمی", "کریمی محمدرصا",
        "mohammadreza karini", "mohammadrezakrimi", "mohammadresa karimi", "mohammmadreza karimi", "karimi mohamadrza",
    ],
)  # fmt: skip
def test_a_name_with_one_slip_is_found_as_a_similar_one(namesake: str, question: str) -> None:
    found = search.find(question)
    assert namesake in [person.national_code for person in (*found.people, *found.similar)]
    assert not {person.id for person in found.people} & {person.id for person in found.similar}


@pytest.mark.parametrize("question", ["محمدرضا کلیبی", "احمدرضا نعیمی", "علی نریمب", "mr"])
def test_other_names_are_not_similar(namesake: str, question: str) -> None:
    assert search.find(question).similar == ()


def test_an_account_is_found_by_whole_mobile_and_private_mail() -> None:
    number = make_account(50, mobile="09121234567", personal_email="Ali.K@gmail.com")
    for question in ("09121234567", "+98 912 123 4567", "۰۹۱۲۱۲۳۴۵۶۷", "Ali.K@GMAIL.com"):
        (person,) = search.find(question).people
        assert person.id == db.session.get_one(Account, number).person_id
    assert search.find("0912123456").people == search.find("k@gmail.com").people == ()


def test_an_attempt_is_found_by_tracking_code_mobile_and_typed_code() -> None:
    number = make_registration(88, mobile="09351234567", tracking_code="7KQ2-M9XD")
    attempt = db.session.get_one(Registration, number)
    spoken = attempt.tracking_code.replace("-", " ").lower()
    for question in (attempt.tracking_code, spoken, "0935 123 4567", attempt.national_code):
        found = search.find(question)
        assert ([one.id for one in found.registrations], found.people) == ([number], ())


def test_the_attempt_of_somebody_known_leads_to_the_person() -> None:
    person = db.session.query(Person).filter_by(national_code=code(1)).one().id
    attempt = db.session.get_one(Registration, make_registration(1, person_id=person, tracking_code="7KQ2-M9XD"))
    found = search.find(attempt.tracking_code)
    assert ([one.id for one in found.people], found.registrations) == ([person], [])


@pytest.mark.parametrize("question", ["7KQ2-M9XD", "7kq2 m9xd"])
def test_a_person_is_found_by_the_tracking_code_of_a_request(question: str) -> None:
    account = db.session.get_one(Account, make_account(91))
    with writing() as session:
        session.add(PermanentRequest(
            tracking_code="7KQ2-M9XD", account_id=account.id, state="submitted", username="u91",
            created_at=clock.now(),
        ))  # fmt: skip
    assert [person.id for person in search.find(question).people] == [account.person_id]
