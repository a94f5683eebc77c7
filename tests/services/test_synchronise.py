"""Synchronising: the four answers, once in ten minutes, and the second gate of those who were admitted."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.extensions import db, settings_of, writing
from backoffice.models import Account, AuditEntry, Case, HrRow, Person, Registration
from backoffice.services import synchronise
from backoffice.services.rates import TooManyError
from backoffice.services.registration_identity import OutageError
from backoffice.services.synchronise import Answer
from tests.factories import make_account, make_hr_row, make_snapshot
from tests.reconcile.worlds import name_of

Later = Callable[[float], None]


def press(app: Flask, account_id: int) -> Answer:
    try:
        return synchronise.synchronise(account_id, settings_of(app))
    finally:
        db.session.rollback()


def hr_says(**changed: Any) -> None:
    """Let HR's newest file have another row of person 1."""
    with writing() as session:
        session.execute(sa.delete(HrRow))
    make_hr_row(1, **changed)


def holder(**values: Any) -> int:
    """An account of person 1 as the registration left it."""
    account = make_account(1, **values)
    with writing() as session:
        person = session.query(Person).one()
        person.father_name, person.birth_date = "حسن", "1980-05-21"
    return account


def the_case() -> Case:
    return db.session.query(Case).one()


def is_through(account_id: int) -> bool:
    db.session.rollback()
    return synchronise.is_synchronised_since_active(db.session.get_one(Account, account_id))


def test_what_agrees_is_taken_over_and_kept_with_the_account(app: Flask) -> None:
    account = holder(source="")
    hr_says(first_name="مريم", person_kind="faculty")
    answer = press(app, account)
    assert (answer.answer, answer.source, answer.person_kind) == ("updated", "hr", "faculty")
    row = db.session.get_one(Account, account)
    assert (row.source, row.synced["status"], row.synced_at is not None) == ("hr", "شاغل", True)
    assert db.session.query(Person).one().first_name == "مريم"
    entry = db.session.query(AuditEntry).one()
    assert (entry.action, entry.actor) == ("profile:sync:updated", f"account:{account}")


def test_who_is_not_active_yet_hears_the_status(app: Flask) -> None:
    account = holder()
    hr_says(status_class="admitted", status="پذیرفته‌شده")
    answer = press(app, account)
    assert (answer.answer, answer.status, is_through(account)) == ("not_active", "پذیرفته‌شده", False)


def test_only_a_press_after_the_change_opens_the_second_gate(app: Flask, later: Later) -> None:
    account = holder()
    hr_says(status_class="admitted", status="پذیرفته‌شده")
    press(app, account)
    hr_says(status="مشغول به تحصیل")
    assert not is_through(account)
    later(601)
    press(app, account)
    assert is_through(account)


def test_who_is_past_the_end_or_dead_in_any_file_is_not_active(app: Flask, later: Later) -> None:
    account = holder()
    hr_says(end_date="2020-01-01")
    assert press(app, account).answer == "not_active"
    later(601)
    hr_says()
    make_hr_row(1, source="hr", status_class="deceased", status="متوفی")
    assert press(app, account).answer == "not_active"


def test_who_is_in_no_file_hears_which_one(app: Flask) -> None:
    account = holder()
    make_snapshot()
    answer = press(app, account)
    assert (answer.answer, answer.as_of != "") == ("not_found", True)


@pytest.mark.parametrize(
    ("changed", "cause"),
    [({"last_name": "دیگری"}, "NAME_DIFFERS"), ({"birth_date": "1981-05-21"}, "BIRTHDATE_DIFFERS")],
)
def test_data_that_differ_become_a_case_with_a_tracking_code(app: Flask, changed: dict[str, str], cause: str) -> None:
    account = holder()
    hr_says(**changed)
    answer = press(app, account)
    assert (answer.answer, is_through(account)) == ("mismatch", False)
    attempt = db.session.query(Registration).one()
    assert (attempt.tracking_code, attempt.state, attempt.channel) == (answer.tracking_code, "rejected", "profile")
    assert (the_case().cause, the_case().state, the_case().contact_mobile) == (cause, "new", "09120000001")
    assert db.session.query(Person).one().last_name == name_of(1)


def test_the_same_difference_keeps_its_tracking_code_and_another_gets_a_new_one(app: Flask, later: Later) -> None:
    account = holder()
    hr_says(last_name="دیگری")
    first = press(app, account).tracking_code
    later(601)
    assert press(app, account).tracking_code == first
    later(601)
    hr_says(birth_date="1981-05-21")
    assert press(app, account).tracking_code != first
    assert db.session.query(Case).count() == 1


def test_the_case_closes_once_the_data_agree(app: Flask, later: Later) -> None:
    account = holder()
    hr_says(last_name="دیگری")
    press(app, account)
    later(601)
    hr_says()
    assert press(app, account).answer == "updated"
    assert (the_case().state, the_case().verdict) == ("auto_closed", "agrees")


def test_rows_that_contradict_each_other_are_a_difference(app: Flask) -> None:
    account = holder()
    hr_says()
    make_hr_row(1, last_name="دیگری")
    assert (press(app, account).answer, the_case().cause) == ("mismatch", "DUPLICATE_IN_HR")


def test_it_is_possible_once_in_ten_minutes(app: Flask, later: Later) -> None:
    account = holder()
    hr_says()
    press(app, account)
    with pytest.raises(TooManyError):
        press(app, account)
    later(601)
    press(app, account)
    assert db.session.query(AuditEntry).count() == 2


def test_of_presses_at_once_one_counts(app: Flask) -> None:
    account = holder()
    hr_says()
    done: list[str] = []

    def act() -> None:
        with app.app_context():
            try:
                done.append(synchronise.synchronise(account, settings_of(app)).answer)
            except TooManyError:
                done.append("refused")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["refused", "refused", "refused", "updated"]


def test_without_any_accepted_file_it_is_an_outage_and_no_press(app: Flask) -> None:
    account = holder()
    with pytest.raises(OutageError):
        press(app, account)
    hr_says()
    assert press(app, account).answer == "updated"


def test_what_our_register_does_not_know_is_no_difference_and_is_filled_in(app: Flask) -> None:
    account = make_account(1)
    hr_says()
    assert press(app, account).answer == "updated"
    person = db.session.query(Person).one()
    assert (person.father_name, person.birth_date) == ("حسن", "1980-05-21")
