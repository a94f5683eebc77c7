"""``flask staff``."""

import json
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from backoffice.extensions import db, settings_of
from backoffice.models import AuditEntry, Staff
from backoffice.services import logins

PASSWORD = "correct horse battery"


def run(app: Flask, *arguments: str, password: str | None = None) -> Result:
    given = None if password is None else f"{password}\n"
    more = ["--password-stdin"] if password is not None else []
    result = app.test_cli_runner().invoke(args=["staff", *arguments, *more], input=given)
    db.session.rollback()
    return result


def added(app: Flask, name: str = "sara", role: str = "it_admin") -> Result:
    return run(app, "add", name, "--role", role, password=PASSWORD)


def document(result: Result) -> dict[str, Any]:
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    return found


def test_an_added_user_can_log_in(app: Flask) -> None:
    assert added(app).exit_code == 0
    assert logins.check_password(settings_of(app), "sara", PASSWORD, "")
    assert db.session.query(AuditEntry).one().actor.startswith("cli:")


def test_the_password_is_asked_twice_where_none_is_piped(app: Flask) -> None:
    runner = app.test_cli_runner()
    result = runner.invoke(args=["staff", "add", "sara", "--role", "auditor"], input=f"{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 0
    assert PASSWORD not in result.output


def test_the_list_tells_everything_but_secrets(app: Flask) -> None:
    added(app)
    found = document(run(app, "list", "--json"))["staff"]
    assert found == [
        {
            "username": "sara", "title": "", "role": "it_admin", "sources": [], "origin": "local", "active": True,
            "second_factor": False, "mail": "", "last_login_at": None,
        }
    ]  # fmt: skip
    assert "sara  it_admin  active" in run(app, "list").stdout


@pytest.mark.parametrize(
    ("arguments", "password", "exit_code"),
    [
        (["add", "sara"], PASSWORD, 2),
        (["add", "sara", "--role", "root"], PASSWORD, 2),
        (["add", "sara", "--role", "it_admin"], "short", 1),
        (["add", "Sara Ahmadi", "--role", "it_admin"], PASSWORD, 1),
        (["add", "ali", "--role", "hr_liaison"], PASSWORD, 1),
        (["add", "ali", "--role", "hr_liaison", "--source", "nosuch"], PASSWORD, 1),
        (["add", "maryam", "--role", "it_admin"], PASSWORD, 1),
        (["disable", "nobody"], None, 1),
        (["disable", "maryam"], None, 1),
        (["password", "nobody"], PASSWORD, 1),
        (["password", "maryam"], "short", 1),
    ],
)
def test_what_is_refused_says_why_on_standard_error(
    app: Flask, arguments: list[str], password: str | None, exit_code: int
) -> None:
    added(app, "maryam")
    result = run(app, *arguments, password=password)
    assert result.exit_code == exit_code
    assert result.stdout == ""
    assert result.stderr
    assert "Traceback" not in result.stderr
    assert db.session.query(Staff).filter_by(active=True).count() == 1


def test_a_liaison_has_the_sources_given(app: Flask) -> None:
    result = run(app, "add", "ali", "--role", "hr_liaison", "--source", "hr", "--json", password=PASSWORD)
    assert document(result)["sources"] == ["hr"]


def test_disable_and_enable(app: Flask) -> None:
    added(app, "maryam")
    added(app, "sara")
    assert document(run(app, "disable", "sara", "--json", "--reason", "left"))["active"] is False
    assert document(run(app, "enable", "sara", "--json"))["active"] is True
    reasons = [entry.reason for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)]
    assert reasons == ["", "", "left", ""]


def test_a_new_password_counts_at_once(app: Flask) -> None:
    added(app)
    assert run(app, "password", "sara", password="another horse battery").exit_code == 0
    assert logins.check_password(settings_of(app), "sara", "another horse battery", "")


def test_a_lost_second_factor_is_taken_away(app: Flask) -> None:
    added(app)
    db.session.query(Staff).update({"totp_sealed": "sealed"})
    db.session.commit()
    assert document(run(app, "reset-totp", "sara", "--json"))["second_factor"] is False
