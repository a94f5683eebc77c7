"""Entries as we take them from the wire: as ldap3 reads them, which is the oracle."""

import ldap3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ldap3.protocol.rfc4511 import (
    AttributeValue,
    LDAPMessage,
    MessageID,
    PartialAttribute,
    PartialAttributeList,
    ProtocolOp,
    SearchResultEntry,
    Vals,
)
from ldap3.utils.asn1 import decode_message_fast, encode  # type: ignore[attr-defined]  # the stubs leave it out

from backoffice.ports.directory_answers import entry_of

NUMBER = 300
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
ENTRIES = st.dictionaries(NAMES, st.lists(st.binary(max_size=300), min_size=1, max_size=4), max_size=5)


def message(dn: str, held: dict[str, list[bytes]], number: int = NUMBER) -> bytes:
    entry, attributes = SearchResultEntry(), PartialAttributeList()
    for place, (name, values) in enumerate(held.items()):
        attribute, stored = PartialAttribute(), Vals()
        for order, value in enumerate(values):
            stored[order] = AttributeValue(value)
        attribute["type"], attribute["vals"] = name, stored
        attributes[place] = attribute
    entry["object"], entry["attributes"] = dn, attributes
    whole = LDAPMessage()
    whole["messageID"] = MessageID(number)
    whole["protocolOp"] = ProtocolOp().setComponentByName("searchResEntry", entry)
    return bytes(encode(whole))


def of_ldap3(sent: bytes) -> tuple[bytes, dict[str, list[bytes]]]:
    strategy = ldap3.Connection(ldap3.Server("localhost")).strategy
    found = strategy.decode_response_fast(decode_message_fast(sent))  # type: ignore[no-untyped-call]
    return bytes(found["raw_dn"]), {name: list(values) for name, values in found["raw_attributes"].items()}


@given(NAMES, ENTRIES)
def test_entries_are_read_as_ldap3_reads_them(dn: str, held: dict[str, list[bytes]]) -> None:
    sent = message(dn, held)
    found = entry_of(sent, NUMBER)
    assert found is not None
    assert (found["raw_dn"], found["raw_attributes"]) == of_ldap3(sent) == (dn.encode(), held)


@given(ENTRIES, st.data())
def test_a_damaged_message_is_left_to_ldap3(held: dict[str, list[bytes]], data: st.DataObject) -> None:
    sent = message("uid=a", held)
    cut = data.draw(st.integers(0, len(sent) - 1))
    assert entry_of(sent[:cut], NUMBER) is None
    assert entry_of(sent + sent[: cut + 1], NUMBER) is None


@pytest.mark.parametrize("number", [0, 1, 44, 299, 301, NUMBER << 8])
def test_the_answer_to_another_request_is_left_to_ldap3(number: int) -> None:
    assert entry_of(message("uid=a", {"sn": [b"x"]}, number), NUMBER) is None


def test_lengths_without_an_end_are_left_to_ldap3() -> None:
    assert entry_of(bytes.fromhex("3080 0202012c 6480 0400 3000 0000 0000"), NUMBER) is None


def test_every_changed_byte_is_read_alike_or_left_to_ldap3() -> None:
    sent = message("uid=a", {"sn": [b"x", b"yy"], "cn": [b"z"]})
    for place in range(len(sent)):
        for value in (0, 0x04, 0x30, 0x31, 0x7F, 0x80, 0x81, 0xFF):
            damaged = sent[:place] + bytes([value]) + sent[place + 1 :]
            found = entry_of(damaged, NUMBER)
            if found is not None:
                assert (found["raw_dn"], found["raw_attributes"]) == of_ldap3(damaged)
