"""/metrics: the figures are right, and only this machine or the token's owner sees them."""

import re
from typing import Any

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from backoffice import clock
from backoffice.services import worker_lease
from tests.factories import make_account, make_job_run, make_run, make_snapshot
from tests.reconcile.worlds import code, name_of
from tests.views.test_mail import make_move

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TOKEN = "m" * 32
ELSEWHERE: dict[str, Any] = {"REMOTE_ADDR": "198.51.100.7"}


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"metrics_token": TOKEN}


def ask(app: Flask, headers: dict[str, str] | None = None, **environment: Any) -> Any:
    return app.test_client().get("/metrics", headers=headers or {}, environ_overrides=environment)


def figures(app: Flask) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(ask(app).text)
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


def test_figures_are_counted_from_the_database(app: Flask) -> None:
    before = clock.now().timestamp()
    make_account(1)
    make_account(2, state="expired")
    make_snapshot(source="hr")
    make_job_run("housekeeping")
    make_job_run("reconcile", status="failed")
    make_job_run("remind", dry_run=True, status="failed")
    worker_lease.beat("me")
    found = figures(app)
    assert found["backoffice_accounts", "temporary"] == found["backoffice_accounts", "expired"] == 1
    assert found["backoffice_job_failed", "housekeeping"] == 0
    assert found["backoffice_job_failed", "reconcile"] == 1
    assert ("backoffice_job_failed", "remind") not in found
    assert found["backoffice_job_success_timestamp_seconds", "housekeeping"] == pytest.approx(before, abs=60)
    assert found["backoffice_hr_accepted_timestamp_seconds", "hr"] == pytest.approx(before, abs=60)
    assert found["backoffice_up", "database"] == found["backoffice_up", "worker"] == 1
    assert found["backoffice_disk_free_bytes",] > 0
    assert found["backoffice_operation_oldest_seconds",] == 0


def test_mail_moves_are_counted_by_state(app: Flask) -> None:
    make_move(1, "failed", failure="quota", refused=3)
    make_move(2, "copying")
    found = figures(app)
    assert found["backoffice_mail_moves_failed", "quota"] == 1
    assert (found["backoffice_mail_moved_bytes",], found["backoffice_mail_refused_messages",]) == (2_000_000, 3)
    assert found["backoffice_mail_moves", "failed"] == found["backoffice_mail_moves", "copying"] == 1


def test_a_worker_that_is_away_is_down(app: Flask) -> None:
    assert figures(app)["backoffice_up", "worker"] == 0


def test_nothing_of_a_person_is_told(app: Flask) -> None:
    make_account(1)
    make_run()
    told = ask(app).text
    assert not [word for word in (code(1), name_of(1), "0912") if word in told]
    assert not re.search("[0-9]{10}(?![0-9.]|e)", told.replace("disk_free_bytes", ""))


def test_who_is_elsewhere_needs_the_token(app: Flask) -> None:
    assert ask(app, **ELSEWHERE).status_code == 404
    assert ask(app, {"Authorization": "Bearer wrong"}, **ELSEWHERE).status_code == 404
    assert ask(app, {"Authorization": f"Bearer {TOKEN}"}, **ELSEWHERE).status_code == 200


def test_what_an_unknown_proxy_hands_on_is_not_from_this_machine(app: Flask) -> None:
    assert ask(app, {"X-Forwarded-For": "198.51.100.7"}).status_code == 404
    assert ask(app, {"X-Forwarded-For": "127.0.0.1"}).status_code == 404
