"""Taking in what another registration site did: once, into our own queues, and never a guess in an outage."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from backoffice.extensions import db, writing
from backoffice.models import Account, Case, Person, Registration
from backoffice.services import intake, intake_file
from tests.directories import BASE
from tests.factories import make_hr_row
from tests.reconcile.worlds import code, name_of
from tests.services.intake_rows import attempt, directory, entry, results, take, temporary, uuid


@pytest.fixture
def overrides(tmp_path: Path) -> dict[str, object]:
    return directory(tmp_path, entry(3))


def test_a_temporary_account_of_the_other_site_enters_the_queue_once(app: Flask) -> None:
    make_hr_row(3)
    assert results(app, temporary(), temporary()) == ["taken", "already"]
    account = db.session.query(Account).one()
    assert (account.username, account.state, account.source) == (code(3), "temporary", "hr")
    assert account.entry_uuid.startswith("5f0c1d2e")
    assert account.expires_at
    assert account.expires_at.isoformat() == "2099-01-01T20:29:59+00:00"
    row = db.session.query(Registration).one()
    assert (row.channel, row.state, row.account_id) == ("intake", "temporary", account.id)
    assert db.session.query(Person).one().last_name == name_of(3)


def test_another_end_moves_the_account_and_nothing_else(app: Flask) -> None:
    make_hr_row(3)
    again = temporary(expires_at="2020-01-01T00:00:00Z")
    assert results(app, temporary(), again, again) == ["taken", "changed", "already"]
    assert db.session.query(Account).one().state == "expired"


def test_an_account_the_directory_does_not_have_yet_is_taken_in_when_it_has_it(app: Flask, tmp_path: Path) -> None:
    make_hr_row(4)
    early = attempt(4, "temporary", expires_at="2099-01-01")
    (one,) = take(app, early)
    assert (one.result, one.message) == ("later", intake.NOT_YET)
    assert db.session.query(Person).count() == 0
    directory(tmp_path, entry(4))
    assert results(app, early) == ["taken"]


@pytest.mark.parametrize("there", [entry(3, "people"), entry(3, name="other")])
def test_where_the_directory_has_something_else_instead_the_account_will_not_come(
    app: Flask, tmp_path: Path, there: str
) -> None:
    make_hr_row(3)
    directory(tmp_path, there)
    (one,) = take(app, temporary())
    assert (one.result, one.message) == ("invalid", intake.NO_ENTRY)
    assert db.session.query(Person).count() == 0


def test_a_refusal_becomes_a_case_with_our_own_cause(app: Flask) -> None:
    make_hr_row(4)
    wrong = attempt(4, "refused", last_name="ناشناس")
    first, again = take(app, wrong, wrong)
    assert (first.result, again.result, again.tracking_code) == ("taken", "already", first.tracking_code)
    case = db.session.query(Case).one()
    assert (case.kind, case.cause) == ("MISMATCH", "NAME_DIFFERS")


def test_whom_we_would_let_pass_becomes_a_case_only_with_the_other_sites_cause(app: Flask) -> None:
    make_hr_row(4)
    right = attempt(4, "refused")
    assert results(app, right, {**right, "cause": "CIVIL_DIFFERS"}) == ["passes", "taken"]
    assert db.session.query(Case).one().cause == "CIVIL_DIFFERS"


@pytest.mark.parametrize("overrides", [{"ldap_uri": "ldap://127.0.0.1:9", "ldap_base_dn": BASE}])
def test_while_a_service_is_down_nothing_is_stored(app: Flask) -> None:
    make_hr_row(4)
    assert results(app, attempt(4, "refused", last_name="ناشناس"), temporary()) == ["later", "later"]
    assert db.session.query(Registration).count() == 0


@pytest.mark.parametrize(
    "changed",
    [
        {"reference": ""}, {"reference": "x" * 65}, {"outcome": "maybe"}, {"national_code": "1111111111"},
        {"first_name": " "}, {"mobile": "021"}, {"expires_at": ""}, {"expires_at": "soon"},
        {"expires_at": "2099-01-01T10:00:00"}, {"at": "yesterday"}, {"cause": "NAME_SPELLING"}, {"password": "x"},
        {"id_type": "robot"}, {"first_name": "م\x00"}, {"first_name": "م" * 300},
    ],
)  # fmt: skip
def test_a_row_that_is_wrong_is_told_and_the_others_go_on(app: Flask, changed: dict[str, str]) -> None:
    make_hr_row(3)
    assert results(app, temporary(**changed), temporary()) == ["invalid", "taken"]


@pytest.mark.parametrize("row", [None, 1, "x", [], {"reference": 1}, {"reference": "A", "outcome": ["refused"]}])
def test_what_is_no_row_is_told(app: Flask, row: Any) -> None:
    assert results(app, row) == ["invalid"]


def test_a_reference_stays_with_its_person_and_outcome(app: Flask) -> None:
    make_hr_row(3)
    other = attempt(4, "temporary", reference="A-3", expires_at="2099-01-01")
    assert results(app, temporary(), attempt(3, "refused"), other) == ["taken", "invalid", "invalid"]


@pytest.mark.parametrize(("channel", "why"), [("web", intake.OWN_ACCOUNT), ("intake", intake.TAKEN_BEFORE)])
def test_an_account_that_is_here_already_is_not_taken_in_again(app: Flask, channel: str, why: str) -> None:
    make_hr_row(3)
    take(app, temporary())
    with writing() as session:
        session.query(Registration).one().channel = channel
    (one,) = take(app, temporary(reference="B-1"))
    assert (one.result, one.message) == ("invalid", why)
    assert db.session.query(Registration).count() == 1


def test_a_removed_account_begins_anew(app: Flask) -> None:
    make_hr_row(3)
    take(app, temporary())
    with writing() as session:
        account = session.query(Account).one()
        account.state, account.entry_uuid, account.lock_reason = "purged", "", "left"
    assert results(app, temporary(reference="B-1")) == ["taken"]
    db.session.expire_all()
    account = db.session.query(Account).one()
    assert (account.state, account.entry_uuid, account.lock_reason) == ("temporary", uuid(3), "")


def test_files_are_json_or_csv(app: Flask, tmp_path: Path) -> None:
    make_hr_row(3)
    as_json, as_csv = tmp_path / "a.json", tmp_path / "a.csv"
    row = temporary()
    as_json.write_text(json.dumps({"registrations": [row]}), "utf-8")
    as_csv.write_text("\ufeff" + ",".join(row) + "\r\n" + ",".join(row.values()) + "\r\n", "utf-8")
    assert intake_file.read(as_json) == intake_file.read(as_csv) == [row]


def test_the_command_counts_and_tells_what_was_left(app: Flask, tmp_path: Path) -> None:
    make_hr_row(3)
    make_hr_row(4)
    file = tmp_path / "a.json"
    file.write_text(json.dumps({"registrations": [temporary(), attempt(4, "refused")]}), "utf-8")
    done = app.test_cli_runner().invoke(args=["registrations", "import", str(file), "--json"])
    assert done.exit_code == 1
    document = json.loads(done.stdout)
    assert (document["counts"]["taken"], document["counts"]["passes"]) == (1, 1)
    assert "A-4" in done.stderr


@pytest.mark.parametrize("content", [b"\xff\xfe", b"", b"{}", b"[", b'{"registrations": 1}', b"[" * 100_000])
@pytest.mark.parametrize("name", ["a.json", "a.csv"])
def test_a_file_that_is_none_is_refused(app: Flask, tmp_path: Path, name: str, content: bytes) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    done = app.test_cli_runner().invoke(args=["registrations", "import", str(file)])
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr
