"""Distinguished names are equal however they are spelled."""

import pytest

from backoffice.rules.distinguished_name import is_under, join, normal, parent


@pytest.mark.parametrize(
    "spelling",
    ["uid=A B,ou=People,dc=x", "UID = a  b , OU=people,DC=X", "uid=a\\20b,ou=people,dc=x", "uid=\\61 b,ou=people,dc=x"],
)
def test_case_spaces_and_escapes_make_no_difference(spelling: str) -> None:
    assert normal(spelling) == "uid=a b,ou=people,dc=x"


def test_an_escaped_comma_does_not_end_a_name() -> None:
    assert normal("cn=Karimi\\, Ali,dc=x") == normal("cn=karimi\\2c ali,dc=x")
    assert parent("cn=Karimi\\, Ali,dc=x") == "dc=x"


def test_a_name_of_several_parts_has_no_order() -> None:
    assert normal("cn=a+uid=b,dc=x") == normal("UID=b+CN=a,dc=x")


def test_persian_names_may_be_written_as_bytes() -> None:
    assert normal("cn=\\D8\\B9\\D9\\84\\DB\\8C,dc=x") == "cn=علی,dc=x"


@pytest.mark.parametrize(
    ("dn", "branch", "expected"),
    [
        ("uid=a,ou=people,dc=x", "OU=People, dc=x", True),
        ("ou=people,dc=x", "ou=people,dc=x", True),
        ("uid=a,ou=mypeople,dc=x", "ou=people,dc=x", False),
        ("uid=a,cn=b\\,ou=people,dc=x", "ou=people,dc=x", False),
        ("dc=x", "", True),
    ],
)
def test_only_whole_names_above_an_entry_are_its_branches(dn: str, branch: str, expected: bool) -> None:
    assert is_under(dn, branch) is expected


def test_a_branch_is_relative_to_the_base() -> None:
    assert join("ou=people", "dc=x") == "ou=people,dc=x"
    assert join("", "dc=x") == "dc=x"
