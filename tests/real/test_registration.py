"""Whole registrations through the forms alone, on a real directory: one account each, whatever happens between."""

import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice import create_app
from backoffice.demo import ldif
from backoffice.demo.people import PERSON_CLASSES
from backoffice.demo.slapd import LocalSlapd
from backoffice.extensions import db
from backoffice.models import Account, AuditEntry, Case, OneTimeCode, Registration
from tests.conftest import make_settings
from tests.directories import content
from tests.factories import make_hr_row
from tests.real.account_rooms import BASE, dn_of, opens, overrides_of, work_off
from tests.reconcile.worlds import code
from tests.registering import (
    PASSWORD,
    Applicant,
    deliver,
    details_of,
    identity_of,
    last_code,
    outbox,
    tracking_code,
    without_tokens,
    wrong,
)  # fmt: skip
from tests.views.conftest import pages

__all__ = ["pages"]

DONE = ("حساب کاربری موقت با موفقیت ساخته شد", "حساب کاربری موقت شما ایجاد شد.", "تا یک ماه آینده")
OUTAGE = "در حال حاضر استعلام ممکن نیست"
POLICY = {
    "mode": "act", "unlisted_mobile": "matched", "identity_per_address_hour": 1000, "codes_per_address_hour": 1000,
}  # fmt: skip


pytestmark = pytest.mark.usefixtures("emptied")


@pytest.fixture(scope="module")
def server(empty_server: LocalSlapd) -> LocalSlapd:
    return empty_server


@pytest.fixture
def overrides(server: LocalSlapd) -> dict[str, object]:
    return {**overrides_of(server), "policy": POLICY}


def at_once(*acts: Callable[[], object]) -> None:
    """Do all of these in threads that start together."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        gate.wait()
        act()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def same_browser(person: Applicant) -> Applicant:
    """Give another tab of the same browser, to be used from another thread."""
    tab = Applicant(person.app, person.address)
    cookie = person.client.get_cookie("request")
    assert cookie
    tab.client.set_cookie("request", cookie.value)
    return tab


def count(model: type[object]) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_a_person_registers_and_can_log_in(app: Flask) -> None:
    make_hr_row(1)
    person = Applicant(app).up_to_code(1)
    assert person.enter(last_code(app, 1)).location == "/request/done"
    pending = person.get("/request/done")
    assert (pending.status_code, any(sentence in pending.text for sentence in DONE)) == (200, False)
    work_off(app)
    page = person.get("/request/done").text
    assert all(sentence in page for sentence in (*DONE, code(1)))
    assert opens(app, dn_of(code(1)), PASSWORD)
    assert db.session.scalars(sa.select(Registration.state)).all() == ["temporary"]
    assert db.session.scalars(sa.select(Registration.password_sealed)).all() == [""]


def test_every_press_of_a_button_at_once_makes_one_account_and_one_sms(app: Flask, server: LocalSlapd) -> None:
    make_hr_row(1)
    person = Applicant(app)
    person.identify(1)
    tabs = [same_browser(person) for _ in range(6)]
    hidden = person.hidden("/request/account")
    at_once(*(lambda tab=tab: tab.post("/request/account", details_of(1), hidden) for tab in tabs))
    deliver(app)
    assert len(outbox(app)) == 1
    hidden, right = person.hidden("/request/code"), last_code(app, 1)
    statuses: list[int] = []

    def press(tab: Applicant) -> None:
        statuses.append(tab.post("/request/code", {"code": right}, hidden).status_code)

    at_once(*(lambda tab=tab: press(tab) for tab in tabs[:4]))
    assert statuses == [303] * 4
    work_off(app)
    assert count(Account) == 1
    acts = Counter(db.session.scalars(sa.select(AuditEntry.action)))
    assert [acts[f"account:temporary:{act}"] for act in ("requested", "created")] == [1, 1]
    assert [head for head in content(server) if code(1) in head] == [f"dn: {dn_of(code(1))}"]


def test_guesses_at_once_are_evaluated_five_times_at_most(app: Flask) -> None:
    make_hr_row(1)
    person = Applicant(app).up_to_code(1)
    hidden, right = person.hidden("/request/code"), last_code(app, 1)
    tabs = [same_browser(person) for _ in range(12)]
    statuses: list[int] = []
    guess = wrong(right)
    at_once(
        *(
            lambda tab=tab: statuses.append(tab.post("/request/code", {"code": guess}, hidden).status_code)
            for tab in tabs
        )
    )
    assert Counter(statuses) == {422: 5, 429: 7}
    assert db.session.scalars(sa.select(OneTimeCode.tries)).all() == [5]


def test_resends_at_once_send_one_sms(app: Flask, later: Callable[[float], None]) -> None:
    make_hr_row(1)
    person = Applicant(app).up_to_code(1)
    later(121)
    hidden, tabs = person.hidden("/request/code"), [same_browser(person) for _ in range(8)]
    statuses: list[int] = []
    at_once(
        *(lambda tab=tab: statuses.append(tab.post("/request/code/resend", {}, hidden).status_code) for tab in tabs)
    )
    deliver(app)
    assert (Counter(statuses), len(outbox(app))) == ({303: 1, 429: 7}, 2)


def test_all_refusals_look_the_same(app: Flask, server: LocalSlapd) -> None:
    for number in range(1, 12):
        make_hr_row(number)
    make_hr_row(12, status_class="ended", status="بازنشسته")
    server.change(
        ldif.entry(f"uid=old,ou=people,{BASE}", {
            "objectClass": list(PERSON_CLASSES), "uid": "old", "cn": "Old", "sn": "Old",
            "schacPersonalUniqueID": f"urn:schac:personalUniqueID:ir:nationalCode:{code(4)}",
        }).replace("\n", "\nchangetype: add\n", 1)
        + "\n"
    )  # fmt: skip
    refused = {
        "NAME_DIFFERS": identity_of(1, last_name="دیگری"),
        "FATHER_DIFFERS": identity_of(2, father_name="دیگری"),
        "BIRTHDATE_DIFFERS": identity_of(3, birth_date="1360/02/31"),
        "EXISTS_STAFF": identity_of(4),
        "NC_NOT_IN_HR": identity_of(90),
        "HR_INACTIVE": identity_of(12),
        "FOREIGN_ID": identity_of(5, id_type="foreign"),
    }
    answers = {}
    for fields in refused.values():
        person = Applicant(app)
        answer = person.post("/request/", fields)
        assert answer.status_code == 422
        answers[tracking_code(answer)] = without_tokens(answer)
    assert len(set(answers.values())) == 1
    assert len({len(tracking) for tracking in answers}) == 1
    rows = sa.select(Registration.tracking_code, Case.cause).join(Case, Case.id == Registration.case_id)
    causes = {row.tracking_code: row.cause for row in db.session.execute(rows)}
    found = [causes[tracking] for tracking in answers]
    assert [cause for cause in found if not cause.startswith("EXISTS")] == [
        name for name in refused if not name.startswith("EXISTS")
    ]
    assert found[3].startswith("EXISTS_")


def test_with_the_directory_down_nobody_is_refused_and_nothing_is_lost(app: Flask, server: LocalSlapd) -> None:
    make_hr_row(1)
    make_hr_row(2)
    person, other = Applicant(app).up_to_code(1), Applicant(app)
    server.wanted_port = server.port
    server.stop()
    try:
        answer = other.identify(2)
        assert (answer.status_code, OUTAGE in answer.text) == (503, True)
        assert person.enter(last_code(app, 1)).location == "/request/done"
        work_off(app)
        assert "حساب کاربری موقت" not in person.get("/request/done").text
    finally:
        server.start()
    assert (count(Case), count(Account)) == (0, 1)
    assert other.identify(2).location == "/request/account"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_restart_between_sending_and_entering_the_code_loses_nothing(
    app: Flask, server: LocalSlapd, tmp_path: Path
) -> None:
    make_hr_row(1)
    person = Applicant(app).up_to_code(1)
    again = create_app(make_settings(tmp_path, **overrides_of(server) | {"policy": POLICY}))
    cookie = person.client.get_cookie("request")
    assert cookie
    with again.app_context():
        after = Applicant(again)
        after.client.set_cookie("request", cookie.value)
        assert after.enter(last_code(app, 1)).location == "/request/done"
        db.session.remove()
        db.engine.dispose()
    work_off(app)
    assert opens(app, dn_of(code(1)), PASSWORD)
