"""Rows that are inserted past the session and are its own afterwards."""

from flask import Flask

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.models import Person, PersonCode
from backoffice.services import persons
from backoffice.services.rows import added_if_missing
from tests.reconcile.worlds import code


def _values(number: int, name: str) -> dict[str, object]:
    return {"national_code": code(number), "first_name": name, "created_at": clock.now()}


def test_what_was_left_out_is_read_and_what_is_changed_is_kept(app: Flask) -> None:
    with writing() as session:
        person = added_if_missing(session, Person, _values(1, "مریم"))
        assert person is not None
        assert (person.id_type, person.father_name, person in session) == ("national", "", True)
        person.first_name = "زهرا"
    assert persons.find(db.session(), "national", code(1)) is person
    assert db.session.get_one(Person, person.id, populate_existing=True).first_name == "زهرا"


def test_a_row_that_is_there_stays_as_it_is(app: Flask) -> None:
    with writing() as session:
        assert added_if_missing(session, Person, _values(1, "مریم")) is not None
        assert added_if_missing(session, Person, _values(1, "زهرا")) is None
    person = persons.find(db.session(), "national", code(1))
    assert person is not None
    assert person.first_name == "مریم"


def test_a_person_is_entered_once_with_one_code(app: Flask) -> None:
    with writing() as session:
        first = persons.enter(session, {"national_code": code(1), "first_name": "مریم"})
        again = persons.enter(session, {"national_code": code(1), "first_name": "زهرا"})
        assert (again is first, again.first_name) == (True, "مریم")
    assert [one.value for one in db.session.query(PersonCode).filter_by(person_id=first.id)] == [code(1)]
