"""The page of the settings in force, the switch of automatic approval, and the page of the holidays."""

import pytest
from flask import Flask

from backoffice.extensions import db, settings_of
from backoffice.models import AuditEntry
from backoffice.services import settings_in_force, switches
from backoffice.services.settings_in_force import GROUPS
from backoffice.settings import Settings, load
from backoffice.views import setting_words
from tests.views.conftest import ClientAs

SECRET = "canary-of-forty-signs-that-nobody-may-see"
HIDDEN = [name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)]


@pytest.fixture
def overrides() -> dict[str, object]:
    secrets = {name: SECRET for name in HIDDEN if name not in ("database_url", "secret_key", "seal_key")}
    gateway: dict[str, object] = {"fixed": {"apikey": SECRET}, "key_format": f"token {SECRET}"}
    addresses = dict.fromkeys(("sms_url", "old_imap_url", "ldap_uri"), f"https://{SECRET}@host/{SECRET}?key={SECRET}")
    return {
        **secrets, **addresses, "sms": gateway, "civil_registry": gateway, "mailbox_command": ["make-box", SECRET],
        "mail_move": {"first_command": ["copy-box", SECRET]},
        "policy": {"mode": "act", "quiet_from": 20}, "support": {"extension": "1414"},
    }  # fmt: skip


@pytest.mark.parametrize("group", GROUPS)
def test_no_secret_is_shown(client_as: ClientAs, group: str) -> None:
    page = client_as("it_admin").get(f"/admin/settings/?group={group}").text
    assert SECRET not in page
    assert "postgresql" not in page


def test_each_value_says_where_it_comes_from(app: Flask) -> None:
    del app
    settings = load({"policy": {"quiet_from": 20}}, environ={"BACKOFFICE_PORT": "9000"})
    lines = {line.name: line for group in settings_in_force.groups(settings).values() for line in group}
    origins = {name: lines[name].origin for name in ("port", "policy.quiet_from", "policy.quiet_to", "language")}
    assert origins == {
        "port": "environment", "policy.quiet_from": "file", "policy.quiet_to": "default", "language": "default",
    }  # fmt: skip


@pytest.mark.parametrize("language", ["fa", "en"])
def test_each_setting_is_explained(app: Flask, language: str) -> None:
    with app.test_request_context(f"/?lang={language}"):
        lines = [line for group in settings_in_force.groups(settings_of(app)).values() for line in group]
        assert [line.name for line in lines if not setting_words.meaning(line)] == []


def test_an_administrator_turns_automatic_approval_off_with_a_reason(app: Flask, client_as: ClientAs) -> None:
    client = client_as("it_admin")
    assert client.post_form("/admin/settings/auto-approve", {"to": "off", "reason": " "}).status_code == 422
    assert client.post_form("/admin/settings/auto-approve", {"to": "off", "reason": "a leak"}).status_code == 303
    assert not switches.approves_by_itself(settings_of(app))
    assert "a leak" in client_as("it_operator").get("/admin/settings/").text
    assert client.post_form("/admin/settings/auto-approve", {"to": "off", "reason": "again"}).status_code == 422
    assert client.post_form("/admin/settings/auto-approve", {"to": "on", "reason": "mended"}).status_code == 303
    assert switches.approves_by_itself(settings_of(app))
    trail = db.session.query(AuditEntry).filter_by(subject="switch:auto_approve").order_by(AuditEntry.id)
    assert [(act.actor, act.reason) for act in trail] == [("test-it_admin", "a leak"), ("test-it_admin", "mended")]


def test_the_switch_takes_a_fresh_login(app: Flask, client_as: ClientAs) -> None:
    stale = client_as("it_admin", fresh=False)
    answer = stale.post_form("/admin/settings/auto-approve", {"to": "off", "reason": "x"})
    assert answer.location.startswith("/admin/login/again")
    assert switches.approves_by_itself(settings_of(app))


def test_holidays_are_added_pasted_and_removed(client_as: ClientAs) -> None:
    client = client_as("it_admin")
    day = {"day": "۱۴۰۶/۰۱/۱۳", "words": "روز طبیعت"}
    assert client.post_form("/admin/holidays/add?year=1406", day).location.endswith("/admin/holidays/?year=1406")
    assert client.post_form("/admin/holidays/list?year=1406", {"list": "1406/01/12 جمهوری"}).status_code == 303
    page = client.get("/admin/holidays/?year=1406").text
    assert page.index("۱۴۰۶/۰۱/۱۲") < page.index("روز طبیعت")
    assert client.post_form("/admin/holidays/remove?year=1406", {"day": "2027-04-02"}).status_code == 303
    assert "روز طبیعت" not in client.get("/admin/holidays/?year=1406").text.replace("1405/01/13 روز طبیعت", "")


def test_a_wrong_list_is_shown_again_with_its_fault(client_as: ClientAs) -> None:
    answer = client_as("it_admin").post_form("/admin/holidays/list", {"list": "first of May"})
    assert answer.status_code == 422
    assert answer.text.count("first of May") == 2
