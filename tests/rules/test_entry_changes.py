"""What a planned action changes in an entry as it is now."""

import pytest

from backoffice.rules.entry_changes import LOCK, LOCKED_FOR_EVER, Change, Verdict, decide, decide_undo
from backoffice.settings import LdapAttributes, LdapFormats, LdapSettings

LDAP = LdapSettings()
URN = "urn:schac:personalUniqueID:ir:nationalCode:"
STATE = "schacUserStatus"
ON, OFF = "urn:schac:userStatus:ir:x:active", "urn:schac:userStatus:ir:x:disabled"


def update(old: str, new: str, *values: str) -> tuple[Verdict, tuple[Change, ...]]:
    found = decide("update", {"unit": old}, {"unit": new}, {"ou": values}, LDAP)
    return found.verdict, found.changes


def test_only_the_value_that_was_read_is_replaced() -> None:
    assert update("a", "b", "x", "a") == ("to_do", (Change("ou", ("a",), ("b",)),))


def test_what_is_so_already_is_not_done_again() -> None:
    assert update("a", "b", "x", "b") == ("already", ())


def test_a_value_put_beside_the_old_one_only_loses_the_old_one() -> None:
    assert update("a", "b", "a", "b") == ("to_do", (Change("ou", ("a",), ()),))


def test_a_further_role_stands_beside_those_the_entry_has() -> None:
    found = decide("update", {}, {"affiliation": "staff"}, {"eduPersonAffiliation": ("student",)}, LDAP)
    assert found.changes == (Change("eduPersonAffiliation", (), ("staff",)),)


@pytest.mark.parametrize("values", [(), ("c",)])
def test_an_entry_without_the_value_the_plan_read_has_moved(values: tuple[str, ...]) -> None:
    assert update("a", "b", *values) == ("moved", ())


def test_a_field_the_entry_lacked_is_added_and_a_stranger_there_means_it_moved() -> None:
    assert update("", "b") == ("to_do", (Change("ou", (), ("b",)),))
    assert update("", "b", "c") == ("moved", ())


def test_one_moved_field_stops_the_whole_row() -> None:
    old, new = {"unit": "a", "title": "t"}, {"unit": "b", "title": "u"}
    assert decide("update", old, new, {"ou": ["a"], "title": ["else"]}, LDAP).verdict == "moved"


def test_codes_are_found_in_whatever_form_they_are_stored_and_written_in_ours() -> None:
    entry = {"schacPersonalUniqueID": ["urn:other:1", URN.upper() + "۰۰۱۲۳۴۵۶۷۹"], "employeeNumber": ["۱۲-۳"]}
    old = {"national_code": "0012345679", "personnel_number": "123"}
    new = {"national_code": "0499370899", "personnel_number": "124"}
    found = decide("key_change", old, new, entry, LDAP)
    assert found.changes == (
        Change("schacPersonalUniqueID", (URN.upper() + "۰۰۱۲۳۴۵۶۷۹",), (URN + "0499370899",)),
        Change("employeeNumber", ("۱۲-۳",), ("124",)),
    )


def test_other_attributes_and_formats_are_honoured() -> None:
    ldap = LdapSettings(attributes=LdapAttributes(national_code="employeeID"), formats=LdapFormats(national_code="{}"))
    found = decide("update", {"national_code": ""}, {"national_code": "0499370899"}, {}, ldap)
    assert found.changes == (Change("employeeID", (), ("0499370899",)),)


def test_disabling_locks_for_ever_and_says_so_in_the_state() -> None:
    found = decide("disable", {}, {}, {STATE: [ON], LOCK: ["20260101000000Z"]}, LDAP)
    assert found.changes == (
        Change(LOCK, ("20260101000000Z",), (LOCKED_FOR_EVER,)), Change(STATE, (ON,), (OFF,)),
    )  # fmt: skip


def test_an_entry_that_says_nothing_of_its_state_is_only_locked() -> None:
    assert decide("disable", {}, {}, {}, LDAP).changes == (Change(LOCK, (), (LOCKED_FOR_EVER,)),)
    assert decide("disable", {}, {}, {LOCK: [LOCKED_FOR_EVER]}, LDAP).verdict == "already"


def test_enabling_is_the_inverse_of_disabling() -> None:
    found = decide("enable", {}, {}, {STATE: [OFF], LOCK: [LOCKED_FOR_EVER]}, LDAP)
    assert found.changes == (Change(LOCK, (LOCKED_FOR_EVER,)), Change(STATE, (OFF,), (ON,)))
    assert decide("enable", {}, {}, {STATE: [ON]}, LDAP).verdict == "already"


def test_an_undo_takes_back_what_still_stands_and_nothing_else() -> None:
    made = [Change("ou", ("a",), ("b",))]
    assert decide_undo(made, {"ou": ["b", "x"]}).changes == (Change("ou", ("b",), ("a",)),)
    assert decide_undo(made, {"ou": ["a"]}).verdict == "already"
    assert decide_undo(made, {"ou": ["c"]}).verdict == "moved"
