"""The page of the trust levels."""

import pytest
from flask import Flask

from backoffice.extensions import db, settings_of
from backoffice.models import AuditEntry, TrustLevel
from backoffice.services import trust
from tests.views.conftest import ClientAs

FORM = {"kind": "update", "source": "hr", "level": "approve", "reason": "a month without fault"}


def level(app: Flask) -> str:
    return trust.levels(settings_of(app)).of("update", "hr")


def test_an_administrator_raises_a_level_with_a_reason(app: Flask, client_as: ClientAs) -> None:
    client = client_as("it_admin")
    assert "from the settings" in client.get("/admin/trust/?lang=en").text
    assert client.post_form("/admin/trust/set", FORM).status_code == 303
    assert level(app) == "approve"
    page = client.get("/admin/trust/?lang=en").text
    assert "test-it_admin" in page
    (act,) = db.session.query(AuditEntry).filter_by(action="trust:level:set")
    assert (act.actor, act.reason) == ("test-it_admin", "a month without fault")


@pytest.mark.parametrize(
    "wrong", [{"kind": "key_change"}, {"kind": ""}, {"level": "blind"}, {"source": "nosuch"}, {"reason": " "}]
)
def test_what_is_not_on_the_form_is_refused(client_as: ClientAs, wrong: dict[str, str]) -> None:
    assert client_as("it_admin").post_form("/admin/trust/set", {**FORM, **wrong}).status_code == 422
    assert db.session.query(TrustLevel).count() == 0


def test_an_operator_sees_the_levels_and_sets_none(client_as: ClientAs) -> None:
    client = client_as("it_operator")
    assert "Set a level" not in client.get("/admin/trust/?lang=en").text
    assert client.post_form("/admin/trust/set", FORM).status_code == 403


def test_it_takes_a_fresh_login(app: Flask, client_as: ClientAs) -> None:
    answer = client_as("it_admin", fresh=False).post_form("/admin/trust/set", FORM)
    assert answer.location.startswith("/admin/login/again")
    assert level(app) == "report"
