"""``flask hr``: exit status, what is printed where, who may accept."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from backoffice import clock, create_app
from backoffice.extensions import db, writing
from backoffice.models import Snapshot, Staff
from backoffice.services import snapshots
from tests.conftest import make_settings
from tests.reconcile.exports import Grid, code, people
from tests.services.hr_imports import acts, changed, write

TWO_SOURCES = {"hr": {"source": [{"name": "staff"}, {"name": "faculty"}]}}


def flask(app: Flask, *args: str | Path) -> Result:
    return app.test_cli_runner().invoke(args=["hr", *map(str, args)])


def bring(app: Flask, content: Grid | str, *more: str) -> Result:
    return flask(app, "import", write(content), *more)


def staff(username: str, role: str = "it_operator", *, sources: Sequence[str] = (), active: bool = True) -> None:
    with writing() as session:
        session.add(
            Staff(username=username, role=role, sources=list(sources), active=active, created_at=clock.now())
        )  # fmt: skip


def test_an_accepted_file_ends_with_status_zero(app: Flask) -> None:
    result = bring(app, people(8))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "hr: accepted (number 1); 8 rows, 8 good, 0 set aside; utf-8\n"
    assert acts()[0][2].startswith("cli:")


def test_json_is_one_object_of_the_contract(app: Flask) -> None:
    result = bring(app, people(8), "--json")
    document = json.loads(result.stdout)
    assert list(document) == [
        "snapshot", "source", "sha256", "encoding", "rows", "accepted", "quarantined", "status", "gates", "warnings",
    ]  # fmt: skip
    assert (document["snapshot"], document["status"]) == (1, "accepted")


def test_the_same_file_again_ends_with_status_zero(app: Flask) -> None:
    bring(app, people(8))
    result = bring(app, people(8), "--json")
    assert (result.exit_code, json.loads(result.stdout)["status"]) == (0, "unchanged")


def test_a_held_file_ends_with_status_one_and_its_gates_on_standard_error(app: Flask) -> None:
    bring(app, people(60))
    result = bring(app, people(40), "--json")
    assert (result.exit_code, json.loads(result.stdout)["snapshot"]) == (1, 2)
    assert result.stderr.startswith("rows: 40 rows, 20 fewer than the 60 of the accepted file")


def test_rows_set_aside_are_listed_but_not_endlessly(app: Flask) -> None:
    result = bring(app, changed(60, "status", "", 30))
    assert "  line 2: status is empty\n" in result.stdout
    assert "  … and 10 more\n" in result.stdout


def test_a_dry_run_stores_nothing(app: Flask) -> None:
    result = bring(app, people(8), "--dry-run", "--json")
    assert (result.exit_code, json.loads(result.stdout)["snapshot"]) == (0, None)
    assert snapshots.newest_accepted("hr") is None


@pytest.mark.parametrize("day", ["1404/10/15", "۱۴۰۴-۱۰-۱۵", "2026-01-05"])
def test_the_day_of_a_file_is_jalali_or_gregorian(app: Flask, day: str) -> None:
    assert bring(app, people(8), "--as-of", day).exit_code == 0
    snapshot = snapshots.newest_accepted("hr")
    assert snapshot is not None
    assert f"{snapshot.as_of:%Y-%m-%dT%H:%M}" == "2026-01-04T20:30"


@pytest.mark.parametrize("args", [["--as-of", "1404/13/01"], ["--as-of", "yesterday"], ["--nonsense"]])
def test_wrong_usage_ends_with_status_two(app: Flask, args: list[str]) -> None:
    assert bring(app, people(8), *args).exit_code == 2


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["none.csv"], "There is no file «none.csv».\n"),
        (["/"], "There is no file «/».\n"),
        ([__file__, "--source", "students"], "There is no source «students»; the sources are: hr.\n"),
        (
            [__file__, "--as-of", "1490/01/01"],
            "2111-03-21 has not come yet; a file cannot be of a day in the future.\n",
        ),
    ],
)
def test_what_an_operator_gets_wrong_is_a_sentence_and_status_one(app: Flask, args: list[str], sentence: str) -> None:
    result = flask(app, "import", *args)
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", sentence)


@pytest.mark.parametrize("overrides", [TWO_SOURCES])
def test_the_source_must_be_named_where_there_are_several(app: Flask) -> None:
    result = bring(app, people(8))
    assert (result.exit_code, "staff, faculty" in result.stderr) == (1, True)
    assert bring(app, people(8), "--source", "faculty").exit_code == 0


def test_a_database_without_tables_is_one_sentence(tmp_path: Path) -> None:
    application = create_app(make_settings(tmp_path))
    with application.app_context():
        result = bring(application, people(8))
        db.engine.dispose()
    assert (result.exit_code, result.stderr) == (
        1,
        "The database does not have the schema of this version. Run: flask db upgrade\n",
    )


def test_accepting_tells_who_would_vanish_first(app: Flask) -> None:
    staff("maryam")
    bring(app, people(60))
    bring(app, people(54))
    result = flask(app, "accept", "2", "--by", "maryam", "--reason", "بخش جدا شد", "--json")
    assert result.exit_code == 0
    assert result.stderr.startswith("6 people of the accepted file have no row in this one\n")
    assert f"  {code(54)}  1054  حسین صادقی  دانشکده 0\n" in result.stderr
    assert json.loads(result.stdout) == {
        "snapshot": 2, "status": "accepted", "first": "maryam", "second": None, "vanishing": 6,
    }  # fmt: skip


def test_the_first_of_two_people_ends_with_status_zero_and_says_so(app: Flask) -> None:
    staff("maryam")
    staff("hossein", "hr_liaison", sources=["hr"])
    bring(app, people(60))
    bring(app, people(20))
    result = flask(app, "accept", "2", "--by", "maryam", "--reason", "درست است")
    assert (result.exit_code, result.stdout) == (0, "2: accepted by maryam, waiting for a second person\n")
    assert flask(app, "accept", "2", "--by", "maryam", "--reason", "درست است").exit_code == 1
    assert flask(app, "accept", "2", "--by", "hossein", "--reason", "دیدم").stdout == "2: accepted\n"


@pytest.mark.parametrize(
    ("username", "sentence"),
    [
        ("nobody", "There is no active desk user named nobody."),
        ("gone", "There is no active desk user named gone."),
        ("auditor", "The role of auditor does not include this act."),
        ("other", "The role of other does not include this act."),
    ],
)
def test_only_a_desk_user_who_may_accepts(app: Flask, username: str, sentence: str) -> None:
    staff("gone", active=False)
    staff("auditor", "auditor")
    staff("other", "hr_liaison", sources=["faculty"])
    bring(app, people(60))
    bring(app, people(54))
    result = flask(app, "accept", "2", "--by", username, "--reason", "x")
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{sentence}\n")
    assert db.session.get_one(Snapshot, 2).status == "held"


def test_a_snapshot_that_does_not_exist_is_a_sentence(app: Flask) -> None:
    staff("maryam")
    result = flask(app, "accept", "9" * 30, "--by", "maryam", "--reason", "x")
    assert (result.exit_code, "no HR file number" in result.stderr) == (1, True)


def test_a_fault_of_the_form_cannot_be_accepted(app: Flask) -> None:
    staff("maryam")
    bring(app, "a,b\n1,2\n")
    result = flask(app, "accept", "1", "--by", "maryam", "--reason", "x")
    assert (result.exit_code, "must be repaired" in result.stderr) == (1, True)
