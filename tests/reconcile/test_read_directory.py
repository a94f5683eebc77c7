"""Reading the directory into a frame, from an LDIF dump."""

from pathlib import Path

import pandas as pd
import pytest

from backoffice.demo import ldif
from backoffice.ports.directory import DirectoryReadFailed, open_directory
from backoffice.reconcile.read_directory import DirectoryFrame, read
from backoffice.settings import HrSource
from tests.conftest import make_settings

BASE = "dc=example,dc=ac,dc=ir"
URN = "urn:schac:personalUniqueID:ir:nationalCode:"
SEPARATOR = "\x1f"


def entry(uid: str, branch: str = "people", /, **more: str | list[str]) -> str:
    names = {name.replace("__", ";").replace("_", "-"): value for name, value in more.items()}
    return ldif.entry(f"uid={uid},ou={branch},{BASE}", {"objectClass": "inetOrgPerson", "uid": uid, **names})


def read_dump(folder: Path, *entries: str, source: object = (), **ldap: object) -> DirectoryFrame:
    dump = folder / "dump.ldif"
    dump.write_text(ldif.document([*ldif.tree(BASE), *entries]), "utf-8")
    settings = make_settings(
        folder, ldap_uri=dump.as_uri(), ldap_base_dn=BASE, ldap=ldap, hr={"source": source} if source else {}
    )
    with open_directory(settings) as directory:
        return read(directory, settings, settings.hr.sources)


def one(folder: Path, **attributes: str | list[str]) -> pd.Series:
    return read_dump(folder, entry("a", "people", **attributes)).frame.iloc[0]


def flags(found: DirectoryFrame, column: str) -> dict[str, object]:
    return dict(zip(found.frame["username"], found.frame[column], strict=True))


def test_our_fields_come_from_their_attributes_and_are_empty_where_absent(tmp_path: Path) -> None:
    row = one(tmp_path, sn__lang_fa="کریمی", sn="Karimi", ou=["الف", "ب"], entryCSN="7", employeeNumber="۱۲-۳")
    assert row["dn"] == f"uid=a,ou=people,{BASE}"
    assert (row["last_name"], row["latin_last_name"], row["title"]) == ("کریمی", "Karimi", "")
    assert (row["unit"], row["csn"], row["personnel_number"]) == (f"الف{SEPARATOR}ب", "7", "12-3")
    assert len(row["entry_uuid"]) == 36


@pytest.mark.parametrize(
    ("values", "code"),
    [
        (URN + "0012345679", "0012345679"),
        (URN.upper() + "۰۰۱۲۳۴۵۶۷۹", "0012345679"),
        ("001-234567-9", "0012345679"),
        ("urn:schac:personalUniqueID:us:SSN:1", ""),
        (["urn:other:1", URN + "0012345679", "0012345679"], "0012345679"),
        ([URN + "0012345679", URN + "0499370899"], f"0012345679{SEPARATOR}0499370899"),
    ],
)
def test_the_national_code_is_taken_out_of_the_value_that_fits(
    tmp_path: Path, values: str | list[str], code: str
) -> None:
    assert one(tmp_path, schacPersonalUniqueID=values)["national_code"] == code


def test_a_directory_with_bare_codes_has_another_form(tmp_path: Path) -> None:
    found = read_dump(
        tmp_path,
        entry("a", employeeID="۰۰۱۲۳۴۵۶۷۹"),
        attributes={"national_code": "employeeID"},
        formats={"national_code": "{}"},
    )
    assert found.frame["national_code"].tolist() == ["0012345679"]


def test_match_keys_are_columns_with_folded_digits(tmp_path: Path) -> None:
    found = read_dump(tmp_path, entry("p۱۲", employeeNumber="34"), match_keys=["employeeNumber", "uid"])
    assert found.frame[["match_key_0", "match_key_1"]].to_numpy().tolist() == [["34", "p12"]]


def test_the_most_specific_branch_names_an_entry(tmp_path: Path) -> None:
    found = read_dump(
        tmp_path,
        entry("a"),
        entry("b", "temporary"),
        entry("c", "archived"),
        entry("d", "services"),
        entry("e", "students"),
        entry("f", "guests,ou=people"),
        layout={"temporary": "OU=guests, ou=People"},
    )
    assert flags(found, "branch") == {
        "a": "people", "b": "other", "c": "archived", "d": "services", "e": "other", "f": "temporary",
    }  # fmt: skip


CODE = {"schacPersonalUniqueID": URN + "0012345679"}


@pytest.mark.parametrize(
    ("uid", "values", "is_temporary"),
    [
        ("0012345679", {**CODE, "pwdEndTime": "20991231202959Z"}, True),
        ("0012345679", {**CODE, "schacExpiryDate": "20991231202959Z"}, True),
        ("0012345679", CODE, False),
        ("a", {**CODE, "pwdEndTime": "20991231202959Z"}, False),
        ("0012345679", {"pwdEndTime": "20991231202959Z"}, False),
    ],
)
def test_a_flat_directory_tells_temporary_entries_by_name_and_end(
    tmp_path: Path, uid: str, values: dict[str, str], is_temporary: bool
) -> None:
    found = read_dump(tmp_path, entry(uid, **values), temp_strategy="flat").frame.iloc[0]
    assert (found["branch"], found["covered_by"]) == (("temporary", "") if is_temporary else ("people", "hr"))
    beside = read_dump(tmp_path, entry(uid, **values)).frame.iloc[0]
    assert (beside["branch"], beside["covered_by"]) == ("people", "hr")


def test_services_and_protected_entries_with_their_subtrees_are_protected(tmp_path: Path) -> None:
    found = read_dump(
        tmp_path,
        *(entry(uid) for uid in "ab"),
        entry("c", "services"),
        entry("d", "vip,ou=people"),
        protected=[f"UID=a, ou=people,{BASE}", f"ou=vip,ou=people,{BASE}"],
    )
    assert flags(found, "protected") == {"a": True, "b": False, "c": True, "d": True}


@pytest.mark.parametrize(
    ("attributes", "off"),
    [
        ({}, False),
        ({"pwdAccountLockedTime": "000001010000Z"}, True),
        ({"pwdAccountLockedTime": "20260101000000Z"}, False),
        ({"pwdEndTime": "20200101000000Z"}, True),
        ({"pwdEndTime": "202001010000Z"}, True),
        ({"pwdEndTime": "29990101000000Z"}, False),
        ({"nsAccountLock": "true"}, True),
        ({"nsAccountLock": "FALSE"}, False),
        ({"userAccountControl": "514"}, True),
        ({"userAccountControl": "512"}, False),
        ({"schacUserStatus": "urn:schac:userStatus:ir:example:Suspended"}, True),
        ({"schacUserStatus": "urn:schac:userStatus:ir:example:active"}, False),
        ({"schacUserStatus": "urn:locked:ir:active"}, False),
        ({"schacUserStatus": ["active", "disabled"]}, True),
    ],
)
def test_every_way_of_switching_off_counts(tmp_path: Path, attributes: dict[str, str | list[str]], off: bool) -> None:
    assert bool(one(tmp_path, **attributes)["disabled"]) is off


def test_an_archived_entry_is_disabled(tmp_path: Path) -> None:
    assert flags(read_dump(tmp_path, entry("a", "archived")), "disabled") == {"a": True}


def test_a_source_without_covers_covers_people(tmp_path: Path) -> None:
    found = read_dump(tmp_path, entry("a"), entry("b", "students"))
    assert flags(found, "covered_by") == {"a": "hr", "b": ""}


def test_sources_cover_branches_and_filters_that_may_overlap(tmp_path: Path) -> None:
    sources = (
        HrSource.model_validate({"name": "staff"}),
        HrSource.model_validate({"name": "faculty", "covers": {"branches": ["ou=people"], "filter": "(title=prof*)"}}),
        HrSource.model_validate({"name": "students", "covers": {"branches": ["OU=Students"]}}),
        HrSource.model_validate({"name": "guests", "covers": {"filter": "(title=guest)"}}),
    )
    found = read_dump(
        tmp_path,
        entry("a"),
        entry("b", title="Professor"),
        entry("c", "students", title="guest"),
        entry("d", "archived", title="guest"),
        source=sources,
    )
    both = SEPARATOR.join
    assert flags(found, "covered_by") == {
        "a": "staff", "b": both(["staff", "faculty"]), "c": both(["students", "guests"]), "d": "",
    }  # fmt: skip


def test_attributes_the_directory_lacks_are_named_and_their_fields_are_absent(tmp_path: Path) -> None:
    found = read_dump(tmp_path, entry("a", ou="x"), attributes={"title": "", "unit": "OU", "mobile": "cellular"})
    assert "cellular" in found.missing_attributes
    assert "OU" not in found.missing_attributes
    assert {"title", "mobile"} <= set(found.absent_fields)
    assert "unit" not in found.absent_fields
    assert found.frame["unit"].tolist() == ["x"]


def test_two_fields_may_share_an_attribute(tmp_path: Path) -> None:
    found = read_dump(tmp_path, entry("a", cn="x"), attributes={"full_name": "CN"}, match_keys=["Cn"])
    assert found.frame[["full_name", "latin_full_name", "match_key_0"]].to_numpy().tolist() == [["x", "x", "x"]]


def test_finding_nobody_is_a_failed_read(tmp_path: Path) -> None:
    with pytest.raises(DirectoryReadFailed, match="person filter"):
        read_dump(tmp_path, entry("a"), person_filter="(uid=nobody)")


def test_text_columns_are_text_and_hold_nothing_missing(tmp_path: Path) -> None:
    frame = read_dump(tmp_path, entry("a")).frame
    assert frame.drop(columns=["protected", "disabled"]).dtypes.map(str).unique().tolist() == ["str"]
    assert frame[["protected", "disabled"]].dtypes.map(str).unique().tolist() == ["bool"]
    assert not frame.isna().any().any()
