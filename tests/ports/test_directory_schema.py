"""The names in the definition of an attribute type, as different servers write it."""

import pytest

from backoffice.ports.directory_schema import Schema, names_in


@pytest.mark.parametrize(
    ("definition", "names"),
    [
        ("( 2.5.4.12 NAME 'title' DESC 'RFC4519: title' SUP name )", ["title"]),
        ("( 0.9.2342.19200300.100.1.3 NAME ( 'mail' 'rfc822Mailbox' ) SYNTAX 1.3 )", ["mail", "rfc822Mailbox"]),
        ("(2.5.4.4 NAME ('sn' 'surname') DESC 'x')", ["sn", "surname"]),
        ("( 2.5.4.12\tNAME  'title'\nSUP name )", ["title"]),
        ("( nsRoleDN-oid NAME 'nsRoleDN' SYNTAX 1.3 )", ["nsRoleDN"]),
        ("( 1.2.3 DESC 'its NAME ( 'x' ) is no name' SUP name )", []),
        ("( 1.2.3 SUP name )", []),
        ("", []),
    ],
)
def test_names_follow_the_number(definition: str, names: list[str]) -> None:
    assert names_in(definition) == names


def test_every_name_of_an_attribute_stands_for_the_first() -> None:
    schema = Schema([["sn", "surname"], ["title"]])
    assert schema.description("Surname;lang-fa") == schema.description("SN;Lang-FA") == "sn;lang-fa"
    assert (schema.knows("TITLE;x"), schema.knows("titel")) == (True, False)
    assert Schema().knows("anything")
