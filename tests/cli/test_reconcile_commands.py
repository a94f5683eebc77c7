"""``flask reconcile``: the JSON of contract.md, exit status, files."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from backoffice.extensions import settings_of
from tests.directories import BASE, account, write_dump
from tests.reconcile.exports import as_csv, people
from tests.views.conftest import make_staff

COUNT = 10
KEYS = {
    "run", "status", "plan_hash", "snapshots", "directory_entries", "situations", "notes", "actions", "held", "gates",
    "warnings", "seconds",
}  # fmt: skip
FINDING = {
    "row", "source", "situation", "national_code", "personnel_number", "dns", "tier", "notes", "differences",
    "spelling", "actions", "held", "detail",
}  # fmt: skip
Command = Callable[..., Result]


@pytest.fixture
def overrides(tmp_path: Path) -> dict[str, object]:
    return {"ldap_uri": (tmp_path / "dump.ldif").as_uri(), "ldap_base_dn": BASE}


@pytest.fixture
def hr(app: Flask) -> Path:
    """An HR file and a directory; one of ten people has moved."""
    grid = people(COUNT)
    write_dump(settings_of(app).instance / "dump.ldif", [account(row) for row in grid[1:]])
    grid[2][5] = "واحد تازه"
    path = settings_of(app).instance / "hr.csv"
    path.write_text(as_csv(grid), "utf-8")
    return path


@pytest.fixture
def flask(app: Flask) -> Command:
    """Run a command: ``flask("reconcile", "plan", …)``."""
    return lambda *words: app.test_cli_runner().invoke(args=[str(word) for word in words])


def test_plan_prints_one_object_in_the_shape_of_the_contract(flask: Command, hr: Path) -> None:
    result = flask("reconcile", "plan", "--hr", hr, "--json")
    document = json.loads(result.stdout)
    assert (result.exit_code, set(document)) == (0, KEYS)
    assert document["status"] == "planned"
    assert (document["situations"], document["actions"]) == ({"FOUND": COUNT}, {"update": 1})
    assert document["held"] == [{"kind": "update", "source": "hr", "planned": 1, "limit": 50, "why": "first run"}]
    assert set(document["seconds"]) == {"read_hr", "read_directory", "compare", "store"}


def test_findings_go_to_a_file_as_one_list(flask: Command, hr: Path, tmp_path: Path) -> None:
    file = tmp_path / "findings.json"
    flask("reconcile", "plan", "--hr", hr, "--findings", file)
    (finding,) = json.loads(file.read_text("utf-8"))
    assert set(finding) == FINDING
    assert finding["differences"] == [{"field": "unit", "hr": "واحد تازه", "directory": "دانشکده 1", "kind": "other"}]
    assert file.stat().st_mode & 0o777 == 0o600


def test_findings_of_a_jsonl_file_stand_one_a_line(flask: Command, hr: Path, tmp_path: Path) -> None:
    file = tmp_path / "findings.jsonl"
    flask("reconcile", "plan", "--hr", hr, "--findings", file)
    assert [json.loads(line)["row"] for line in file.read_text("utf-8").splitlines()] == [1]


def test_the_same_file_again_plans_from_the_accepted_snapshot(flask: Command, hr: Path) -> None:
    first = json.loads(flask("reconcile", "plan", "--hr", hr, "--json").stdout)
    again = json.loads(flask("reconcile", "plan", "--hr", hr, "--json").stdout)
    alone = json.loads(flask("reconcile", "plan", "--json").stdout)
    assert again["snapshots"] == alone["snapshots"] == first["snapshots"]
    assert again["plan_hash"] == alone["plan_hash"] == first["plan_hash"]


def test_show_prints_what_plan_printed(flask: Command, hr: Path) -> None:
    planned = flask("reconcile", "plan", "--hr", hr, "--json")
    shown = flask("reconcile", "show", "1", "--json")
    assert (shown.exit_code, shown.stdout) == (0, planned.stdout)


def test_a_held_file_is_exit_status_1_with_its_sentence_and_no_findings(
    flask: Command, hr: Path, tmp_path: Path
) -> None:
    hr.write_text(hr.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    file = tmp_path / "findings.json"
    result = flask("reconcile", "plan", "--hr", hr, "--json", "--findings", file)
    document = json.loads(result.stdout)
    assert (result.exit_code, document["status"], document["plan_hash"]) == (1, "held", None)
    assert document["situations"] == {}
    assert json.loads(file.read_text("utf-8")) == []
    assert document["gates"][0]["detail"] in result.stderr


def test_a_directory_that_is_not_there_fails_with_one_sentence(flask: Command, hr: Path) -> None:
    (hr.parent / "dump.ldif").unlink()
    result = flask("reconcile", "plan", "--hr", hr, "--json")
    document = json.loads(result.stdout)
    assert (result.exit_code, document["status"], document["plan_hash"]) == (1, "failed", None)
    assert result.stderr.strip() == document["error"]


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("plan", "--hr", "/nowhere/x.csv"), 1),
        (("plan", "--hr", "HR", "--source", "nobody"), 1),
        (("plan", "--source", "hr"), 2),
        (("plan", "--accept-directory"), 2),
        (("plan", "--accept-directory", "--by", "nobody", "--reason", "x"), 1),
        (("plan", "--findings", "/nowhere/at/all.json"), 1),
        (("show", "99"), 1),
        (("show", "x"), 2),
    ],
)
def test_what_cannot_be_done_is_one_sentence(flask: Command, hr: Path, words: tuple[str, ...], status: int) -> None:
    result = flask("reconcile", *(str(hr) if word == "HR" else word for word in words))
    assert (result.exit_code, result.stdout) == (status, "")
    assert result.stderr.strip()
    assert "Traceback" not in result.stderr


def test_a_smaller_directory_is_accepted_by_name_and_reason(flask: Command, app: Flask, hr: Path) -> None:
    make_staff("boss", "it_operator")
    make_staff("liaison", "hr_liaison")
    flask("reconcile", "plan", "--hr", hr)
    write_dump(settings_of(app).instance / "dump.ldif", [account(row) for row in people(COUNT)[1:-3]])
    held = flask("reconcile", "plan", "--json")
    assert (held.exit_code, json.loads(held.stdout)["status"]) == (1, "held")
    not_hers = flask("reconcile", "plan", "--accept-directory", "--by", "liaison", "--reason", "left")
    assert not_hers.exit_code == 1
    accepted = flask("reconcile", "plan", "--accept-directory", "--by", "boss", "--reason", "left", "--json")
    assert (accepted.exit_code, json.loads(accepted.stdout)["situations"]["TARGET_GONE"]) == (0, 3)
