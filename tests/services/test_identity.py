"""Checking a claim against HR's files, the register, the directory and the civil registry."""

import json
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from flask import Flask, current_app

from backoffice import clock
from backoffice.demo import ldif
from backoffice.extensions import settings_of, writing
from backoffice.models import Announcement, Override
from backoffice.services import hr_index
from backoffice.services.identity import Checked, check
from backoffice.settings import Settings
from tests.conftest import make_settings
from tests.directories import BASE, URN
from tests.factories import make_hr_row, make_person, make_snapshot
from tests.identity_claims import claim
from tests.reconcile.worlds import code, name_of
from tests.services.hr_imports import ago


@pytest.fixture(params=["sqlite"])
def database_url(tmp_path: Path, sqlite_template: Path) -> str:
    (tmp_path / "backoffice.sqlite").write_bytes(sqlite_template.read_bytes())
    return ""


def with_directory(*entries: str, **more: object) -> Settings:
    folder = settings_of(current_app).instance
    dump = folder / "dump.ldif"
    dump.write_text(ldif.document([*ldif.tree(BASE), *entries]), "utf-8")
    return make_settings(folder, ldap_uri=dump.as_uri(), ldap_base_dn=BASE, **more)


def checked(settings: Settings | None = None, **typed: Any) -> Checked:
    return check(claim(**typed), settings or settings_of(current_app))


def person_entry(uid: str, branch: str = "people", **values: str) -> str:
    return ldif.entry(f"uid={uid},ou={branch},{BASE}", {
        "objectClass": "inetOrgPerson", "uid": uid, "cn": "Latin", "sn": "Latin", **values,
    })  # fmt: skip


def test_a_person_of_hr_passes_and_their_row_is_given(app: Flask) -> None:
    make_hr_row(1)
    found = checked()
    assert (found.verdict, found.causes, found.source, found.person_id) == ("passes", (), "hr", None)
    assert found.hr is not None
    assert found.hr["mobile"] == "09123456789"


def test_without_any_accepted_file_nobody_is_called_a_stranger(app: Flask) -> None:
    assert (checked().verdict, checked().evidence["down"]) == ("later", ["hr"])


def test_an_accepted_file_that_is_not_indexed_yet_is_an_outage(app: Flask) -> None:
    make_snapshot("hr", indexed=False)
    assert checked().causes == ("SERVICE_DOWN",)


def test_nobody_with_that_code_is_a_refusal_with_the_near_people_as_hints(app: Flask) -> None:
    make_hr_row(1)
    found = checked(national_code=code(2))
    assert (found.verdict, found.causes) == ("refused", ("NC_NOT_IN_HR",))
    (hint,) = found.evidence["hints"]
    assert (hint["hint"], hint["national_code"]) == ("SAME_NAME_AND_BIRTH", code(1))


def test_only_what_is_refused_or_may_look_like_passing_asks_who_else_might_be_meant(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_hr_row(1)
    asked = Mock(return_value=[])
    monkeypatch.setattr(hr_index, "rows_born_on", asked)
    for hidden, last_name, times in ((False, name_of(1), 0), (False, "دیگری", 1), (True, name_of(1), 1)):
        asked.reset_mock()
        check(claim(last_name=last_name), settings_of(app), is_hidden=hidden)
        assert asked.call_count == times


def test_a_mistyped_code_brings_the_codes_one_digit_or_one_swap_away(app: Flask) -> None:
    make_hr_row(1)
    digit, swapped = f"7{code(1)[1:]}", f"{code(1)[:8]}{code(1)[9]}{code(1)[8]}"
    for typed, kind in ((digit, "CODE_ONE_DIGIT"), (swapped, "CODE_SWAPPED")):
        found = checked(national_code=typed)
        assert found.causes == ("NC_INVALID",)
        assert [(hint["hint"], hint["national_code"]) for hint in found.evidence["hints"]] == [(kind, code(1))]


def test_the_evidence_is_json_with_four_columns(app: Flask) -> None:
    make_hr_row(1)
    kept = checked(with_directory(person_entry("u1", schacPersonalUniqueID=URN + code(1)))).evidence
    assert json.loads(json.dumps(kept)) == kept
    assert kept["typed"]["last_name"] == kept["hr"][0]["last_name"] == name_of(1)
    assert kept["registry"] == {"provider": "hr", "answer": None}
    assert [(one["cause"], one["username"]) for one in kept["directory"]["entries"]] == [("EXISTS_STAFF", "u1")]
    assert (kept["rule"], kept["compared"]["birth_date"]) == ("EXISTS_STAFF", "equal")


@pytest.mark.parametrize("value", [URN + code(1), URN.upper() + code(1), code(1)])
def test_an_entry_is_found_by_the_code_however_it_is_written(app: Flask, value: str) -> None:
    make_hr_row(1)
    assert checked(with_directory(person_entry("u1", schacPersonalUniqueID=value))).causes == ("EXISTS_STAFF",)


def test_an_entry_is_found_by_its_user_name_only_in_the_temporary_branch(app: Flask) -> None:
    make_hr_row(1)
    assert checked(with_directory(person_entry(code(1)))).causes == ()
    temporary = person_entry(code(1), "temporary", schacExpiryDate="20990101000000Z")
    assert checked(with_directory(temporary)).causes == ("EXISTS_TEMPORARY",)
    over = person_entry(code(1), "temporary", schacExpiryDate="20200101000000Z")
    assert checked(with_directory(over)).causes == ("EXISTS_EXPIRED",)


def test_among_permanent_entries_one_named_by_its_code_that_ends_is_temporary(app: Flask) -> None:
    make_hr_row(1)
    ended, held = {"schacExpiryDate": "20990101000000Z"}, {"schacPersonalUniqueID": URN + code(1)}
    causes = {
        name: checked(with_directory(person_entry(uid, **values), ldap={"temp_strategy": "flat"})).causes
        for name, uid, values in (
            ("temporary", code(1), {**held, **ended}), ("without an end", code(1), held),
            ("with a name of its own", "u1", {**held, **ended}), ("of nobody known", code(1), ended),
        )
    }  # fmt: skip
    assert causes == {
        "temporary": ("EXISTS_TEMPORARY",), "without an end": ("EXISTS_STAFF",),
        "with a name of its own": ("EXISTS_STAFF",), "of nobody known": (),
    }  # fmt: skip


def test_a_student_keeps_the_account_and_the_desk_is_told(app: Flask) -> None:
    make_hr_row(1)
    student = person_entry("s1", "students", schacPersonalUniqueID=URN + code(1), eduPersonAffiliation="student")
    found = checked(with_directory(student))
    assert found.causes == ("EXISTS_STUDENT",)
    assert found.evidence["hints"][0]["hint"] == "STUDENT_ACCOUNT"


def test_a_directory_that_does_not_answer_is_later_for_everybody(app: Flask) -> None:
    make_hr_row(1)
    away = make_settings(settings_of(app).instance, ldap_uri="ldap://127.0.0.1:1", ldap_base_dn=BASE)
    for typed in ({}, {"last_name": "دیگری"}, {"national_code": code(2)}):
        assert (checked(away, **typed).verdict, checked(away, **typed).causes) == ("later", ("SERVICE_DOWN",))


def test_a_linked_person_exists(app: Flask) -> None:
    make_hr_row(1)
    person_id = make_person(1)
    found = checked()
    assert (found.causes, found.person_id) == (("EXISTS_STAFF",), person_id)


def test_the_registry_in_a_file_is_asked(app: Flask) -> None:
    make_hr_row(1)
    settings = make_settings(settings_of(app).instance, civil_registry_provider="table")
    table = settings.instance / "civil-registry.csv"
    assert checked(settings).evidence["down"] == ["registry"]
    columns = "national_code,birth_date,first_name,last_name,father_name,alive\n"
    row = f"{code(1)},1359/02/31,مريم,{name_of(1)},حسن"
    table.write_text(f"{columns}{row},1\n", "utf-8")
    assert checked(settings).verdict == "passes"
    table.write_text(f"{columns}{row},0\n\n", "utf-8")
    assert checked(settings).causes == ("CIVIL_DIFFERS",)


def test_an_announced_colleague_passes_until_the_announcement_ends(app: Flask) -> None:
    values = {
        "source": "hr", "national_code": code(1), "first_name": "مریم", "last_name": name_of(1), "father_name": "حسن",
        "birth_date": "1980-05-21", "created_by": "l", "created_at": clock.now(),
    }  # fmt: skip
    with writing() as session:
        session.add(Announcement(**values, until=ago(days=-30)))
    assert (checked().verdict, checked().source, checked().flags) == ("passes", "hr", ("ANNOUNCED",))
    with writing() as session:
        session.query(Announcement).update({"until": ago(days=1)})
    assert checked().verdict == "later"


def test_an_exception_that_has_ended_counts_no_more(app: Flask) -> None:
    make_hr_row(1)
    values = {
        "id_type": "national",
        "national_code": code(1),
        "kind": "identity",
        "owner": "amiri",
        "reason": "دیده شد",
    }
    with writing() as session:
        session.add(Override(**values, created_at=clock.now(), until=ago(days=-5)))
    assert checked(last_name="دیگری").verdict == "passes"
    with writing() as session:
        session.query(Override).update({"ended_at": clock.now()})
    assert checked(last_name="دیگری").causes == ("NAME_DIFFERS",)
