"""Claiming an account that exists, through the forms and on a real OpenLDAP server."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from backoffice.demo import ldif
from backoffice.demo.people import PERSON_CLASSES
from backoffice.demo.slapd import LocalSlapd
from backoffice.extensions import db
from backoffice.models import AuditEntry, Link, Person, Registration
from backoffice.services import queue
from tests.directories import URN, content
from tests.factories import make_hr_row, make_person
from tests.hanging import hung
from tests.real.conftest import BASE_DN, SlapdFactory
from tests.reconcile.worlds import code, name_of
from tests.registering import Applicant, deliver, identity_of, outbox
from tests.views.conftest import pages

__all__ = ["pages"]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PASSWORD = "old mail password"
REFUSED, OUTAGE = "عدم تطابق اطلاعات یا وجود کاربر", "در حال حاضر استعلام ممکن نیست"
MOBILE = "09120000001"


def entry(uid: str, branch: str = "people", **values: Any) -> str:
    usual: dict[str, Any] = {
        "objectClass": list(PERSON_CLASSES), "uid": uid, "cn": uid, "sn": "Karimi",
        "sn;lang-fa": name_of(1), "givenName;lang-fa": "مریم", "userPassword": PASSWORD,
    }  # fmt: skip
    merged = {name: value for name, value in {**usual, **values}.items() if value}
    return ldif.entry(f"uid={uid},ou={branch},{BASE_DN}", merged)


@pytest.fixture(scope="module")
def server(slapd_factory: SlapdFactory) -> LocalSlapd:
    return slapd_factory(
        entry("m.karimi"),
        entry("to.link", **{"sn;lang-fa": name_of(3)}),
        entry("known", **{"schacPersonalUniqueID": URN + code(4), "employeeNumber": "5004", "sn;lang-fa": name_of(4)}),
        entry("another", schacPersonalUniqueID=URN + code(2)),
        entry("numbered", employeeNumber="777"),
        entry("stranger", **{"sn;lang-fa": "تهرانی"}),
        entry("latin", **{"sn;lang-fa": "", "givenName;lang-fa": "", "sn": "Zzyx"}),
        entry("old", "archived"),
    )


@pytest.fixture
def overrides(server: LocalSlapd) -> dict[str, object]:
    return {
        "ldap_uri": server.uri, "ldap_bind_dn": server.service_dn, "ldap_bind_password": server.service_password,
        "ldap_base_dn": server.base_dn, "policy": {"mode": "act", "unlisted_mobile": "matched"},
    }  # fmt: skip


@pytest.fixture
def proved(app: Flask) -> Applicant:
    """Person 1, whose identity and mobile are proved, before the login."""
    make_hr_row(1)
    return prove(app, 1)


def prove(app: Flask, number: int) -> Applicant:
    person = Applicant(app)
    answer = person.post("/request/existing", identity_of(number, mobile=MOBILE))
    assert (answer.status_code, answer.location) == (303, "/request/existing")
    assert 'name="code"' in person.get("/request/existing").text
    deliver(app)
    answer = person.post("/request/existing", {"code": outbox(app)[-1]["params"]["code"]})
    assert (answer.status_code, answer.location) == (303, "/request/existing")
    return person


def log_in(person: Applicant, username: str, password: str = PASSWORD) -> TestResponse:
    return person.post("/request/existing", {"username": username, "password": password})


def why() -> str:
    return str(db.session.query(AuditEntry).filter_by(action="account:existing:refused").one().after["why"])


def test_one_login_links_the_account_and_fills_in_the_codes(app: Flask, server: LocalSlapd) -> None:
    make_hr_row(3)
    applicant = prove(app, 3)
    assert 'name="password"' in applicant.get("/request/existing").text
    answer = log_in(applicant, "To.Link@example.ac.ir")
    assert (answer.status_code, answer.location) == (303, "/request/existing")
    assert "to.link" in applicant.get("/request/existing").text
    link = db.session.query(Link).one()
    person = db.session.query(Person).one()
    assert (link.username, link.person_id, person.national_code) == ("to.link", person.id, code(3))
    row = db.session.query(Registration).one()
    assert (row.state, row.channel, row.person_id) == ("linked", "claim", person.id)
    queue.work_off(app)
    lines = content(server)[f"dn: uid=to.link,ou=people,{BASE_DN}"]
    assert f"schacPersonalUniqueID: {URN}{code(3)}" in lines
    assert "employeeNumber: 5003" in lines


def test_an_account_that_has_the_code_already_is_claimed_too(app: Flask) -> None:
    make_hr_row(4)
    person = prove(app, 4)
    assert log_in(person, "known").status_code == 303
    assert log_in(person, "known").status_code == 303
    assert db.session.query(Link).one().username == "known"


def test_who_leaves_the_page_of_a_claimed_account_leaves_no_name_behind(app: Flask) -> None:
    make_hr_row(4)
    person = prove(app, 4)
    assert "پشتیبانی زیر" in person.get("/request/existing").text
    log_in(person, "known")
    assert "known" in person.get("/request/existing").text
    person.post("/request/anew", {}, person.hidden("/request/existing"))
    page = person.get("/request/existing").text
    assert ("known" in page, 'name="national_code"' in page) == (False, True)


@pytest.mark.parametrize(
    ("username", "password", "reason"),
    [
        ("m.karimi", "wrong", "not_opened"), ("m.karimi", "", "not_opened"), ("nobody", PASSWORD, "not_opened"),
        ("*", PASSWORD, "not_opened"), (f"m.karimi,ou=people,{BASE_DN}", PASSWORD, "not_opened"),
        ("m.karimi@gmail.com", PASSWORD, "not_opened"), ("another", PASSWORD, "others_code"),
        ("numbered", PASSWORD, "others_number"), ("stranger", PASSWORD, "others_name"),
        ("latin", PASSWORD, "others_name"), ("old", PASSWORD, "set_apart"),
    ],
)  # fmt: skip
def test_every_failure_is_the_one_sentence(proved: Applicant, username: str, password: str, reason: str) -> None:
    answer = log_in(proved, username, password)
    assert answer.status_code == 422
    assert REFUSED in answer.text
    assert PASSWORD not in answer.text
    assert why() == reason
    assert db.session.query(Link).count() == 0


def test_an_account_linked_to_somebody_else_stays_theirs(server: LocalSlapd, proved: Applicant) -> None:
    make_person(9, linked=False)
    uuid = next(
        line.partition(": ")[2]
        for line in content(server, "entryUUID")[f"dn: uid=m.karimi,ou=people,{BASE_DN}"]
        if line.startswith("entryUUID")
    )
    make_person(8)
    link = db.session.query(Link).one()
    link.entry_uuid = uuid
    db.session.commit()
    assert log_in(proved, "m.karimi").status_code == 422
    assert why() == "others_link"


def test_somebody_with_an_account_claims_no_second_one(app: Flask) -> None:
    make_hr_row(4)
    assert log_in(prove(app, 4), "m.karimi").status_code == 422
    assert why() == "second_account"


def test_guessing_slows_down(proved: Applicant) -> None:
    statuses = [log_in(proved, "m.karimi", "wrong").status_code for _ in range(5)]
    assert statuses == [422, 422, 422, 422, 429]


def test_while_the_directory_hangs_nobody_is_called_wrong(server: LocalSlapd, proved: Applicant) -> None:
    with hung(server):
        answer = log_in(proved, "m.karimi")
    assert answer.status_code == 503
    assert OUTAGE in answer.text
    assert 'value="m.karimi"' in answer.text
    assert log_in(proved, "another").status_code == 422


def test_a_wrong_identity_is_refused_like_any_other(app: Flask) -> None:
    make_hr_row(1)
    person = Applicant(app)
    answer = person.post("/request/existing", identity_of(1, mobile=MOBILE, father_name="دیگری"))
    assert answer.status_code == 422
    assert REFUSED in answer.text
    assert person.post("/request/existing", {"username": "m.karimi", "password": PASSWORD}).status_code == 303
    assert outbox(app) == []
    assert db.session.query(Link).count() == 0


def test_without_the_code_there_is_no_login(app: Flask) -> None:
    make_hr_row(1)
    person = Applicant(app)
    person.post("/request/existing", identity_of(1, mobile=MOBILE))
    assert log_in(person, "m.karimi").status_code == 303
    assert db.session.query(Link).count() == 0


def test_every_fault_of_the_first_form_stands_beside_its_field(app: Flask) -> None:
    answer = Applicant(app).post("/request/existing", identity_of(1, mobile="021", birth_date="x"))
    assert answer.status_code == 422
    for name in ("mobile", "birth_date"):
        assert f'id="{name}-error"' in answer.text
