"""What a person gets who asks what is kept about him or her."""

import json
import re

import sqlalchemy as sa
from flask import Flask

from backoffice.extensions import db, settings_of, writing
from backoffice.models import AuditEntry, Operation, Person
from backoffice.services import story_export
from tests.factories import make_account, make_person, make_registration, make_run
from tests.reconcile.worlds import code

SECRET = "sealed-canary"
SECRET_NAMES = re.compile("secret|sealed|hash|token|proof$|password")


def the_person(number: int) -> Person:
    return db.session.get_one(Person, number)


def test_it_holds_every_row_about_the_person_and_none_about_others(app: Flask) -> None:
    mine, other = make_person(3), make_person(4)
    account = make_account(3, person_id=mine)
    make_registration(3, person_id=mine, national_code=code(3), password_sealed=SECRET)
    make_registration(4, person_id=other, national_code=code(4), tracking_code="OTHER-ONE")
    make_run([{"number": 3, "situation": "LEAVER"}, {"number": 4, "situation": "LEAVER"}])
    with writing():
        db.session.execute(sa.update(Operation).values(secret=SECRET))
    found = story_export.export(the_person(mine), actor="boss", settings=settings_of(app))
    assert [row["id"] for row in found["register"]] == [mine]
    assert [row["id"] for row in found["accounts"]] == [account]
    assert [row["national_code"] for row in found["registrations"]] == [code(3)]
    assert [row["situation"] for row in found["findings"]] == ["LEAVER"]
    written = json.dumps(found)
    assert SECRET not in written
    assert code(4) not in written


def test_no_secret_has_a_column_in_it() -> None:
    named = {
        f"{model.__tablename__}.{column.key}"
        for _title, model, _where in story_export._PARTS
        for column in sa.inspect(model).column_attrs
        if column.key not in story_export.LEFT_OUT
    }
    assert {name for name in named if SECRET_NAMES.search(name)} <= {"permanent_request.secret_erased_at"}


def test_giving_it_out_is_audited(app: Flask) -> None:
    story_export.export(the_person(make_person(3)), actor="boss", settings=settings_of(app))
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.subject, entry.actor) == ("person:story:exported", "person:1", "boss")


def test_a_directory_that_does_not_answer_is_not_an_empty_one(app: Flask) -> None:
    settings = settings_of(app)
    person = the_person(make_person(3))
    assert story_export.export(person, actor="boss", settings=settings)["directory"] == []
    away = settings.model_copy(update={"ldap_uri": "ldap://127.0.0.1:1", "ldap_base_dn": "dc=x"})
    assert story_export.export(person, actor="boss", settings=away)["directory"] is None
