"""The counter, as the help desk uses it."""

import datetime as dt
from pathlib import Path

import pytest
from flask import Flask

from backoffice import clock
from backoffice.extensions import db, settings_of, writing
from backoffice.models import Account, AuditEntry, Case, Continuation, Message, Registration
from backoffice.services import registration_retry
from tests.factories import make_account, make_hr_row, make_person, make_registration
from tests.reconcile.worlds import code
from tests.registering import Applicant, deliver, identity_of, outbox, wrong
from tests.views.conftest import ClientAs, DeskClient

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NEW = "09351112233"


@pytest.fixture
def overrides(tmp_path: Path) -> dict[str, object]:
    (tmp_path / "mobile-owners.csv").write_text(f"mobile,national_code\n{NEW},{code(1)}\n09120000009,{code(2)}\n")
    return {"policy": {"mode": "act", "unlisted_mobile": "unknown", "identity_per_address_hour": 1000}}


@pytest.fixture
def desk(client_as: ClientAs) -> DeskClient:
    return client_as("helpdesk")


@pytest.fixture
def refused(app: Flask) -> int:
    """A refused registration of person 1, without a number on record."""
    make_hr_row(1)
    Applicant(app).identify(1, last_name="ناشناس")
    return db.session.query(Registration).one().id


def acts() -> list[tuple[str, str]]:
    found = db.session.query(AuditEntry).filter(AuditEntry.action.startswith("counter:")).order_by(AuditEntry.id)
    return [(row.action, row.actor) for row in found]


def take(app: Flask, desk: DeskClient, number: int, **changed: str) -> int:
    fields = {"mobile": NEW, "document": "national_card", **changed}
    answer = desk.post_form(f"/admin/counter/{number}/mobile", fields)
    deliver(app)
    return answer.status_code


def last_code(app: Flask) -> str:
    return str(outbox(app)[-1]["params"]["code"])


def test_a_registration_is_found_by_either_code(desk: DeskClient, refused: int) -> None:
    tracked = db.session.get_one(Registration, refused).tracking_code
    for question in (tracked, tracked.replace("-", "").lower(), code(1)):
        answer = desk.post_form("/admin/counter/find", {"question": question})
        assert answer.location == f"/admin/counter/{refused}/"
    assert desk.post_form("/admin/counter/find", {"question": "ZZZZ-ZZZZ"}).status_code == 422


def test_a_caller_is_verified_by_a_code_to_the_number_on_record(
    app: Flask, client_as: ClientAs, desk: DeskClient, refused: int
) -> None:
    path = f"/admin/counter/{refused}/"
    assert desk.post_form(f"{path}call").status_code == 422
    at_the_counter = client_as("helpdesk", name="sara")
    take(app, at_the_counter, refused)
    at_the_counter.post_form(f"{path}mobile/code", {"mobile_code": last_code(app)})
    assert "ناشناس" not in desk.get(path).text
    assert desk.post_form(f"{path}call").status_code == 303
    deliver(app)
    assert outbox(app)[-1]["to"] == NEW
    assert desk.post_form(f"{path}verify", {"code": wrong(last_code(app))}).status_code == 422
    assert "ناشناس" not in desk.get(path).text
    assert desk.post_form(f"{path}verify", {"code": last_code(app)}).status_code == 303
    page = desk.get(path).text
    assert "ناشناس" in page
    assert NEW not in page
    assert ("counter:caller:verified", "test-helpdesk") in acts()


def test_a_new_number_is_taken_after_a_document_and_a_code(app: Flask, desk: DeskClient, refused: int) -> None:
    assert take(app, desk, refused) == 303
    assert db.session.query(Case).one().contact_mobile == ""
    path = f"/admin/counter/{refused}/mobile/code"
    assert desk.post_form(path, {"mobile_code": wrong(last_code(app))}).status_code == 422
    assert desk.post_form(path, {"mobile_code": last_code(app)}).status_code == 303
    assert db.session.query(Case).one().contact_mobile == NEW
    assert acts() == [("counter:document:seen", "test-helpdesk"), ("counter:mobile:changed", "test-helpdesk")]


def test_who_showed_a_document_and_read_out_the_code_is_verified_and_asked_for_no_more(
    app: Flask, desk: DeskClient, refused: int
) -> None:
    path = f"/admin/counter/{refused}/"
    take(app, desk, refused)
    page = desk.get(path).text
    assert ("ناشناس" in page, 'name="mobile_code"' in page) == (False, True)
    desk.post_form(f"{path}mobile/code", {"mobile_code": last_code(app)})
    page = desk.get(path).text
    assert ("ناشناس" in page, 'name="mobile_code"' in page) == (True, False)


@pytest.mark.parametrize(
    "changed",
    [
        {"document": ""},
        {"document": "hearsay"},
        {"mobile": "021"},
        {"mobile": "09120000009"},
        {"mobile": "09350000000"},
    ],
)  # fmt: skip
def test_no_code_leaves_without_a_document_or_to_the_number_of_another(
    app: Flask, desk: DeskClient, refused: int, changed: dict[str, str]
) -> None:
    assert take(app, desk, refused, **changed) == 422
    assert outbox(app) == []
    assert acts() == []


def test_the_number_of_an_account_changes_too(app: Flask, desk: DeskClient) -> None:
    make_hr_row(1)
    person = make_person(1, linked=False)
    number = make_registration(1, state="temporary", mobile="09120000001")
    row = db.session.get_one(Registration, number)
    account = Account(
        person_id=person, username=code(1), state="temporary", mobile="09120000001", created_at=row.created_at
    )
    db.session.add(account)
    db.session.flush()
    row.account_id = account.id
    db.session.commit()
    take(app, desk, number)
    desk.post_form(f"/admin/counter/{number}/mobile/code", {"mobile_code": last_code(app)})
    assert db.session.query(Account).one().mobile == NEW


def test_somebody_at_the_counter_gets_a_slip_once(app: Flask, desk: DeskClient) -> None:
    make_hr_row(1)
    page = desk.post_form("/admin/counter/assist", identity_of(1))
    assert page.status_code == 200
    assert "/request/continue/" in page.text
    row = db.session.query(Registration).one()
    assert (row.channel, row.actor, row.state) == ("counter", "test-helpdesk", "identity_ok")
    assert db.session.query(Continuation).one().registration_id == row.id
    assert "/request/continue/" not in desk.get(f"/admin/counter/{row.id}/").text


def test_during_an_outage_the_counter_keeps_the_registration_and_a_number(app: Flask, desk: DeskClient) -> None:
    page = desk.post_form("/admin/counter/assist", identity_of(1)).text
    row = db.session.query(Registration).one()
    assert (row.state, row.tracking_code in page, "/request/continue/" in page) == ("waiting_service", True, False)
    assert f'href="/admin/counter/{row.id}/"' in page
    take(app, desk, row.id)
    desk.post_form(f"/admin/counter/{row.id}/mobile/code", {"mobile_code": last_code(app)})
    assert db.session.query(Registration).one().contact_mobile == NEW


def test_a_number_taken_after_the_outage_gets_the_link_at_once(app: Flask, desk: DeskClient) -> None:
    desk.post_form("/admin/counter/assist", identity_of(1))
    make_hr_row(1)
    registration_retry.check_again(settings_of(app))
    number = db.session.query(Registration).one().id
    take(app, desk, number)
    desk.post_form(f"/admin/counter/{number}/mobile/code", {"mobile_code": last_code(app)})
    told = db.session.query(Message).filter(Message.template == "mismatch_go_on").one()
    assert (told.address, db.session.query(Continuation).one().registration_id) == (NEW, number)


def test_who_claims_an_account_that_exists_gets_no_link_to_another_one(app: Flask, desk: DeskClient) -> None:
    make_hr_row(1)
    number = make_registration(1, state="identity_ok", channel="claim")
    take(app, desk, number)
    desk.post_form(f"/admin/counter/{number}/mobile/code", {"mobile_code": last_code(app)})
    assert db.session.get_one(Registration, number).contact_mobile == NEW
    assert db.session.query(Continuation).count() == 0


def test_what_was_given_up_takes_no_number(app: Flask, desk: DeskClient) -> None:
    number = make_registration(1, state="abandoned")
    assert take(app, desk, number) == 422
    assert outbox(app) == []


def test_a_refusal_at_the_counter_opens_a_case_and_gives_no_address(app: Flask, desk: DeskClient) -> None:
    make_hr_row(1)
    page = desk.post_form("/admin/counter/assist", identity_of(1, father_name="دیگری")).text
    row = db.session.query(Registration).one()
    assert row.tracking_code in page
    assert "/request/continue/" not in page
    assert db.session.query(Case).one().cause == "FATHER_DIFFERS"


def test_what_is_wrong_on_the_form_stands_beside_its_field(desk: DeskClient) -> None:
    answer = desk.post_form("/admin/counter/assist", {**identity_of(1), "birth_date": "x"})
    assert answer.status_code == 422
    assert 'id="birth_date-error"' in answer.text


@pytest.mark.parametrize("overrides", [{}])
def test_in_observe_mode_nobody_is_registered(app: Flask, desk: DeskClient) -> None:
    make_hr_row(1)
    assert desk.post_form("/admin/counter/assist", identity_of(1)).status_code == 422
    assert db.session.query(Registration).count() == 0


@pytest.fixture
def holder(app: Flask) -> int:
    """A refused registration of person 1, who has an account already."""
    make_hr_row(1)
    make_account(1)
    Applicant(app).identify(1)
    return db.session.query(Registration).one().id


def test_the_number_of_an_account_that_exists_is_changed_through_the_refused_registration(
    app: Flask, desk: DeskClient, holder: int
) -> None:
    take(app, desk, holder)
    desk.post_form(f"/admin/counter/{holder}/mobile/code", {"mobile_code": last_code(app)})
    assert db.session.query(Account).one().mobile == NEW
    assert db.session.query(Case).one().contact_mobile == NEW


def test_a_verified_caller_is_sent_the_way_in_to_the_addresses_of_the_account(
    app: Flask, desk: DeskClient, holder: int
) -> None:
    address = f"/admin/counter/{holder}/way-in"
    refused = desk.post_form(f"{address}?lang=en", {})
    assert (refused.status_code, "Please verify the caller first." in refused.text) == (422, True)
    take(app, desk, holder)
    desk.post_form(f"/admin/counter/{holder}/mobile/code", {"mobile_code": last_code(app)})
    assert "Send how to log in" in desk.get(f"/admin/counter/{holder}/?lang=en").text
    assert desk.post_form(address, {}).status_code == 303
    sent = [(one.channel, one.address) for one in db.session.query(Message).filter_by(template="account_exists")]
    assert sent == [("sms", NEW), ("mail", "p1@example.com")]
    assert acts()[-1] == ("counter:recovery:sent", "test-helpdesk")


@pytest.mark.parametrize(("hour", "is_said"), [(20, True), (8, False)])
def test_at_night_the_desk_says_when_the_way_in_leaves(
    client_as: ClientAs, holder: int, hour: int, is_said: bool
) -> None:  # fmt: skip
    with clock.begun_at(dt.datetime(2026, 11, 22, hour, tzinfo=dt.UTC)):
        desk = client_as("helpdesk")
        with desk.session_transaction() as kept:
            kept["callers"] = {str(holder): clock.now().isoformat()}
        assert ("No SMS leaves at night" in desk.get(f"/admin/counter/{holder}/?lang=en").text) == is_said


def test_nobody_is_sent_a_way_into_an_account_that_is_locked(app: Flask, desk: DeskClient, holder: int) -> None:
    with writing() as session:
        session.query(Account).one().state = "locked"
    with desk.session_transaction() as kept:
        kept["callers"] = {str(holder): clock.now().isoformat()}
    assert "Send how to log in" not in desk.get(f"/admin/counter/{holder}/?lang=en").text
    assert desk.post_form(f"/admin/counter/{holder}/way-in", {}).status_code == 422
