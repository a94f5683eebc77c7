"""Desk users: nobody is shut out by mistake, and every change is in the trail."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from backoffice.extensions import db, settings_of
from backoffice.models import AuditEntry, Staff
from backoffice.rules.errors import RefusedError
from backoffice.services import logins, passwords, sessions, staff, staff_secrets, throttle
from backoffice.services.logins import NextStep, WrongLoginError
from backoffice.services.passwords import WeakPasswordError
from backoffice.services.staff import StaffRefusedError
from backoffice.services.staff_secrets import ForeignPasswordError
from backoffice.services.throttle import TooManyTriesError
from tests.views.conftest import make_staff

PASSWORD, NEW = "correct horse battery", "another horse battery"
SOURCES = {"hr": {"source": [{"name": "staff"}, {"name": "faculty"}]}}


def add(app: Flask, name: str = "sara", role: str = "it_operator", **more: object) -> int:
    values: dict[str, object] = {"password": PASSWORD, "actor": "maryam", **more}
    return staff.add(settings_of(app), name, role=role, **values)  # type: ignore[arg-type]


def row(staff_id: int) -> Staff:
    db.session.expire_all()
    return db.session.get_one(Staff, staff_id)


def acts() -> list[str]:
    return [entry.action for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)]


def is_inside(token: str) -> bool:
    return sessions.find(token).actor is not None


def test_a_new_user_can_log_in(app: Flask) -> None:
    staff_id = add(app, " Sara ")
    assert logins.check_password(settings_of(app), "sara", PASSWORD, "").staff_id == staff_id
    assert acts() == ["staff:account:added"]


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("username", {"name": ""}),
        ("username", {"name": "a"}),
        ("username", {"name": "1sara"}),
        ("username", {"name": "cli:root"}),
        ("username", {"name": "housekeeping"}),
        ("username", {"name": "سارا"}),
        ("username", {"name": "sara ahmadi"}),
        ("username", {"name": "x" * 33}),
        ("role", {"role": ""}),
        ("role", {"role": "root"}),
        ("sources", {"role": "hr_liaison"}),
        ("sources", {"role": "hr_liaison", "sources": ["nosuch"]}),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(app: Flask, field: str, values: dict[str, str]) -> None:
    with pytest.raises(StaffRefusedError) as refused:
        add(app, **values)
    assert refused.value.field == field
    assert db.session.query(Staff).count() == 0


def test_a_name_is_given_once(app: Flask) -> None:
    add(app)
    with pytest.raises(StaffRefusedError):
        add(app, "SARA")


def test_a_weak_password_is_refused(app: Flask) -> None:
    with pytest.raises(WeakPasswordError):
        add(app, password="too short")


@pytest.mark.parametrize("overrides", [SOURCES])
def test_only_a_liaison_has_sources(app: Flask) -> None:
    assert row(add(app, role="it_operator", sources=["staff"])).sources == []
    assert row(add(app, "ali", "hr_liaison", sources=["faculty", "staff"])).sources == ["staff", "faculty"]


def test_a_role_is_changed_with_before_and_after(app: Flask) -> None:
    staff_id = add(app)
    staff.change(settings_of(app), staff_id, role="auditor", sources=(), actor="maryam")
    entry = db.session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
    assert entry
    assert (entry.before["role"], entry.after["role"], entry.actor) == ("it_operator", "auditor", "maryam")


def test_what_changes_nothing_leaves_no_row(app: Flask) -> None:
    staff_id = add(app)
    staff.change(settings_of(app), staff_id, role="it_operator", sources=(), actor="maryam")
    staff.enable(staff_id, actor="maryam")
    assert acts() == ["staff:account:added"]


def test_nobody_changes_the_own_role_or_disables_the_own_login(app: Flask) -> None:
    add(app, "other", "it_admin")
    staff_id = add(app, "maryam", "it_admin")
    with pytest.raises(StaffRefusedError):
        staff.change(settings_of(app), staff_id, role="it_operator", sources=(), actor="maryam")
    with pytest.raises(StaffRefusedError):
        staff.disable(staff_id, actor="maryam")


def test_the_last_active_administrator_stays(app: Flask) -> None:
    make_staff("gone", "it_admin", active=False)
    staff_id = add(app, "sara", "it_admin")
    with pytest.raises(StaffRefusedError):
        staff.disable(staff_id, actor="cli:root")
    with pytest.raises(StaffRefusedError):
        staff.change(settings_of(app), staff_id, role="auditor", sources=(), actor="cli:root")
    add(app, "ali", "it_admin")
    staff.disable(staff_id, actor="cli:root")


def test_two_administrators_who_disable_each_other_do_not_both_succeed(app: Flask) -> None:
    pairs = [(add(app, "sara", "it_admin"), "ali"), (add(app, "ali", "it_admin"), "sara")]

    def disable(pair: tuple[int, str]) -> bool:
        with app.app_context():
            try:
                staff.disable(pair[0], actor=pair[1])
            except StaffRefusedError:
                return False
            finally:
                db.session.remove()
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(disable, pairs)) == [False, True]


def test_the_role_of_a_directory_user_is_the_groups(app: Flask) -> None:
    add(app, "maryam", "it_admin")
    staff_id = make_staff("reza", "it_operator", origin="directory")
    with pytest.raises(StaffRefusedError):
        staff.change(settings_of(app), staff_id, role="it_admin", sources=(), actor="maryam")


def test_disabling_ends_the_sessions_and_enabling_lets_in_again(app: Flask) -> None:
    staff_id = add(app)
    token = sessions.start(staff_id)
    staff.disable(staff_id, actor="maryam", reason="left")
    assert not is_inside(token)
    with pytest.raises(WrongLoginError):
        logins.check_password(settings_of(app), "sara", PASSWORD, "")
    staff.enable(staff_id, actor="maryam")
    assert logins.check_password(settings_of(app), "sara", PASSWORD, "")
    assert not is_inside(token)


def test_a_new_password_ends_sessions_and_delays(app: Flask, later: Callable[[float], None]) -> None:
    staff_id = add(app)
    token = sessions.start(staff_id)
    for number in range(throttle.FREE_TRIES + 1):
        throttle.count_try("sara", str(number))
    staff_secrets.set_password(staff_id, NEW, actor="maryam")
    assert not is_inside(token)
    assert logins.check_password(settings_of(app), "sara", NEW, "")
    later(5)
    with pytest.raises(WrongLoginError):
        logins.check_password(settings_of(app), "sara", PASSWORD, "")


def test_the_own_password_needs_the_current_one_and_ends_the_other_sessions(app: Flask) -> None:
    staff_id = add(app)
    here, elsewhere = sessions.start(staff_id), sessions.start(staff_id)
    with pytest.raises(WrongLoginError):
        staff_secrets.change_own(settings_of(app), staff_id, "wrong", NEW, address="", token=here)
    staff_secrets.change_own(settings_of(app), staff_id, PASSWORD, NEW, address="", token=here)
    assert (is_inside(here), is_inside(elsewhere)) == (True, False)
    assert passwords.matches(row(staff_id).password_hash, NEW)


@pytest.mark.usefixtures("stopped_clock")
def test_guessing_the_current_password_is_slowed_down(app: Flask) -> None:
    staff_id = add(app)
    for _ in range(throttle.FREE_TRIES + 1):
        with pytest.raises(WrongLoginError):
            staff_secrets.change_own(settings_of(app), staff_id, "wrong", NEW, address="", token="")
    with pytest.raises(TooManyTriesError):
        staff_secrets.change_own(settings_of(app), staff_id, PASSWORD, NEW, address="", token="")


def test_the_directorys_password_is_not_set_here(app: Flask) -> None:
    staff_id = make_staff("reza", "it_operator", origin="directory")
    with pytest.raises(ForeignPasswordError):
        staff_secrets.set_password(staff_id, NEW, actor="maryam")


def test_who_has_a_second_factor_may_have_a_shorter_password(app: Flask) -> None:
    plain, protected = add(app), make_staff("ali", "it_admin", totp_sealed="sealed")
    staff_secrets.set_password(protected, "g7#kPq2w", actor="maryam")
    with pytest.raises(WeakPasswordError):
        staff_secrets.set_password(plain, "g7#kPq2w", actor="maryam")


def test_a_reset_second_factor_is_set_up_again_at_the_next_login(app: Flask) -> None:
    staff_id = make_staff(
        "ali", "it_admin", totp_sealed="sealed", totp_last_step=7, password_hash=passwords.hashed(PASSWORD, "ali")
    )
    token = sessions.start(staff_id)
    staff_secrets.reset_totp(staff_id, actor="maryam")
    assert not is_inside(token)
    assert logins.check_password(settings_of(app), "ali", PASSWORD, "").next_step is NextStep.ENROL
    assert acts() == ["staff:totp:reset"]


def test_an_unknown_name_is_refused(app: Flask) -> None:
    with pytest.raises(RefusedError):
        staff.named("nobody")
