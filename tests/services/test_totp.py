"""The second factor: sealed, accepted once, bound to its person."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
from flask import Flask

from backoffice import clock
from backoffice.extensions import db, settings_of
from backoffice.models import AuditEntry, Staff
from backoffice.ports.seal import SealError
from backoffice.services import totp
from backoffice.services.totp import WrongCodeError
from tests.views.conftest import make_staff

Later = Callable[[float], None]


def enrolled(app: Flask, username: str = "sara") -> tuple[int, pyotp.TOTP]:
    settings, staff_id = settings_of(app), make_staff(username, "it_admin")
    sealed = totp.new_secret(settings, staff_id)
    secret = pyotp.TOTP(totp.readable(settings, staff_id, sealed).in_groups.replace(" ", ""))
    totp.enrol(settings, staff_id, sealed, code_of(secret))
    return staff_id, secret


def code_of(secret: pyotp.TOTP, steps: int = 0) -> str:
    return secret.at(clock.now(), counter_offset=steps)


def test_the_secret_is_not_readable_in_the_database(app: Flask) -> None:
    staff_id, secret = enrolled(app)
    assert secret.secret not in db.session.get_one(Staff, staff_id).totp_sealed


def test_a_code_is_accepted_once(app: Flask, later: Later) -> None:
    staff_id, secret = enrolled(app)
    later(30)
    code = code_of(secret)
    totp.check(settings_of(app), staff_id, code)
    with pytest.raises(WrongCodeError):
        totp.check(settings_of(app), staff_id, code)


def test_a_code_that_many_send_at_once_lets_one_in(app: Flask, later: Later) -> None:
    staff_id, secret = enrolled(app)
    later(30)
    settings, code = settings_of(app), code_of(secret)

    def one(_number: int) -> bool:
        with app.app_context():
            try:
                totp.check(settings, staff_id, code)
            except WrongCodeError:
                return False
            finally:
                db.session.remove()
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(8))) == 1


def test_the_code_of_the_enrolment_is_used_up(app: Flask) -> None:
    staff_id, secret = enrolled(app)
    with pytest.raises(WrongCodeError):
        totp.check(settings_of(app), staff_id, code_of(secret))


def test_an_older_code_than_the_last_one_is_refused(app: Flask, later: Later) -> None:
    staff_id, secret = enrolled(app)
    later(60)
    totp.check(settings_of(app), staff_id, code_of(secret))
    with pytest.raises(WrongCodeError):
        totp.check(settings_of(app), staff_id, code_of(secret, -1))


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "1234567", "٠" * 6, "\x00"])
def test_what_is_no_code_is_refused(app: Flask, typed: str) -> None:
    staff_id, _ = enrolled(app)
    with pytest.raises(WrongCodeError):
        totp.check(settings_of(app), staff_id, typed)


def test_persian_digits_and_spaces_are_understood(app: Flask, later: Later) -> None:
    staff_id, secret = enrolled(app)
    later(60)
    code = code_of(secret).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    totp.check(settings_of(app), staff_id, f" {code[:3]} {code[3:]} ")


def test_a_sealed_secret_of_one_person_does_not_open_for_another(app: Flask) -> None:
    staff_id, _ = enrolled(app)
    sealed = db.session.get_one(Staff, staff_id).totp_sealed
    other = make_staff("ali", "it_admin")
    with pytest.raises(SealError):
        totp.readable(settings_of(app), other, sealed)


def test_enrolment_leaves_one_audit_row_without_the_secret(app: Flask) -> None:
    _, secret = enrolled(app)
    row = db.session.query(AuditEntry).one()
    assert (row.action, row.subject, row.actor) == ("staff:totp:enrolled", "staff:sara", "sara")
    assert secret.secret not in f"{row.before}{row.after}{row.reason}"
