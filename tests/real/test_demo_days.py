"""Three days of the demo university on a real server: each run says what truth.json says, and changes nothing."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from backoffice.demo.slapd import LocalSlapd
from backoffice.demo.university import DemoUniversity, build
from backoffice.extensions import settings_of
from backoffice.models import Run
from backoffice.services import reconciliation, snapshots
from tests.directories import content

SIZE = 500
TODAY = date(2026, 11, 22)
# Counted, not listed; a quiet FOUND neither.
UNLISTED = {"CONFIRMED", "NOT_ENTITLED", "PROTECTED", "DISABLED", "OUT_OF_SCOPE", "FOUND"}


@pytest.fixture(scope="module")
def university(tmp_path_factory: pytest.TempPathFactory) -> DemoUniversity:
    return build(tmp_path_factory.mktemp("university"), seed=11, size=SIZE, today=TODAY)


@pytest.fixture
def server(university: DemoUniversity, tmp_path: Path) -> Iterator[LocalSlapd]:
    with LocalSlapd.create(tmp_path / "ldap", university.base_dn, university.directory) as running:
        yield running


@pytest.fixture
def overrides(server: LocalSlapd, university: DemoUniversity, tmp_path: Path) -> dict[str, object]:
    (tmp_path / "settings.toml").write_text(university.settings, "utf-8")
    return {
        "ldap_uri": server.uri,
        "ldap_bind_dn": server.service_dn,
        "ldap_bind_password": server.service_password,
    }


def run_day(app: Flask, university: DemoUniversity, day: int) -> Run:
    settings = settings_of(app)
    for source in settings.hr.sources:
        export = university.exports[source.name, day]
        done = snapshots.import_file(export, source=source.name, actor="tester", settings=settings)
        assert done.status == "accepted", done.gates
    return reconciliation.plan(actor="tester", settings=settings)


def deviations(run: Run, planted: list[dict[str, Any]]) -> list[object]:
    """Give every planted thing that the findings do not say as it was planted."""
    by_code: dict[str | None, list[Any]] = {}
    for finding in run.findings:
        by_code.setdefault(finding.national_code, []).append(finding)
    wrong: list[object] = []
    for plant in planted:
        about = [
            finding
            for finding in (by_code.get(plant["national_code"], []) if plant["national_code"] else run.findings)
            if plant["national_code"] or set(plant["dns"]) & set(finding.dns)
        ]
        said = {finding.situation for finding in about}
        quiet = plant["situation"] in UNLISTED and not said
        if not quiet and said != {plant["situation"]}:
            wrong.append((plant["plant"], plant["situation"], said))
        listed = sorted(d["field"] for finding in about for d in finding.differences)
        if plant["fields"] and listed != sorted(plant["fields"]):
            wrong.append((plant["plant"], plant["fields"], listed))
    return wrong


def test_three_days_of_the_demo_are_as_planted_and_nothing_is_written(
    app: Flask, university: DemoUniversity, server: LocalSlapd
) -> None:
    truth = json.loads(university.truth.read_text("utf-8"))
    for day in (1, 2, 3):
        if day == 2:
            server.change(university.directory_changes.read_text("utf-8"))
        before = content(server, "entryCSN")
        run = run_day(app, university, day)
        assert run.status == "planned", (run.error, run.gates)
        assert dict(sorted(run.situations.items())) == university.situations[day], day
        assert deviations(run, [plant for plant in truth["planted"] if plant["day"] == day]) == [], day
        assert content(server, "entryCSN") == before
