"""What our requests look like on the wire: as those of ldap3, which is the oracle."""

from collections.abc import Sequence

import ldap3
import pytest
from ldap3.operation.modify import modify_operation
from ldap3.operation.search import search_operation
from ldap3.protocol.convert import build_controls_list
from ldap3.protocol.rfc4511 import AttributeSelection, EqualityMatch, LDAPMessage, MessageID, ProtocolOp
from ldap3.utils.asn1 import encode  # type: ignore[attr-defined]  # the stubs leave it out

from backoffice.ports import directory_lookup, directory_modify, directory_wire
from backoffice.ports.directory_modify import ADD, DELETE, REPLACE, Step
from backoffice.ports.directory_wire import Control
from backoffice.ports.directory_write_ldap import ASSERTION, POST_READ

DN = "uid=m.karimi,ou=people,dc=example,dc=ac,dc=ir"
OPERATIONS = {ADD: ldap3.MODIFY_ADD, DELETE: ldap3.MODIFY_DELETE, REPLACE: ldap3.MODIFY_REPLACE}
TITLE: Step = (REPLACE, "title", ["کارشناس".encode()])


def message(number: int, dn: str, steps: Sequence[Step], controls: Sequence[Control] = ()) -> bytes:
    return directory_wire.message(number, directory_modify.request(dn, steps), controls)


def of_ldap3(number: int, dn: str, steps: Sequence[Step], controls: Sequence[Control]) -> bytes:
    changes: dict[str, list[tuple[str, list[bytes]]]] = {}
    for kind, attribute, values in steps:
        changes.setdefault(attribute, []).append((OPERATIONS[kind], list(values)))
    return whole(number, "modifyRequest", modify_operation(dn, changes, auto_encode=False), controls)


def whole(number: int, kind: str, request: object, controls: Sequence[Control] = ()) -> bytes:
    envelope = LDAPMessage()
    envelope["messageID"] = MessageID(number)
    envelope["protocolOp"] = ProtocolOp().setComponentByName(kind, request)
    if controls:
        envelope["controls"] = build_controls_list(list(controls))
    return bytes(encode(envelope))


@pytest.mark.parametrize("number", [1, 127, 128, 255, 256, 32767, 32768, 65536, 2**31 - 1])
def test_requests_are_numbered_as_ldap3_does(number: int) -> None:
    assert message(number, DN, [TITLE]) == of_ldap3(number, DN, [TITLE], [])


@pytest.mark.parametrize("length", [0, 1, 100, 127, 128, 255, 256, 65535, 65536, 300_000])
def test_values_of_any_length_are_written_as_ldap3_does(length: int) -> None:
    steps: list[Step] = [(ADD, "description", [b"x" * length])]
    assert message(7, DN, steps) == of_ldap3(7, DN, steps, [])


@pytest.mark.parametrize(
    "steps",
    [
        [(DELETE, "title", [b"old"]), (ADD, "title", [b"new", b"newer"])],
        [(DELETE, "ou", []), (REPLACE, "schacExpiryDate", []), TITLE],
        [(REPLACE, "userPassword", [bytes(range(256))])],
    ],
)
def test_steps_keep_their_order(steps: list[Step]) -> None:
    assert message(7, DN, steps) == of_ldap3(7, DN, steps, [])


@pytest.mark.parametrize("dn", ["", "cn=علی رضایی,dc=x", "uid=" + "a" * 300])
def test_any_name_is_written_as_ldap3_does(dn: str) -> None:
    assert message(7, dn, [TITLE]) == of_ldap3(7, dn, [TITLE], [])


def test_controls_are_written_as_ldap3_does() -> None:
    controls: list[Control] = [(ASSERTION, True, b"\xa3\x03abc"), (POST_READ, False, b"x" * 200)]
    assert message(7, DN, [TITLE], controls) == of_ldap3(7, DN, [TITLE], controls)


@pytest.mark.parametrize("count", [2, 3, 100])
@pytest.mark.parametrize("base", ["dc=example,dc=ac,dc=ir", "", "ou=کارکنان,dc=x"])
def test_searches_for_many_values_are_written_as_ldap3_does(base: str, count: int) -> None:
    values, wanted = [f"{number:08x}-8a3c-1039-91d1" for number in range(count)], ["title", "entryUUID", "entryCSN"]
    either = "(|" + "".join(f"(entryUUID={value})" for value in values) + ")"
    request = search_operation(
        base, either, ldap3.SUBTREE, ldap3.DEREF_ALWAYS, wanted, 0, 0, types_only=False, auto_escape=True,
        auto_encode=False,
    )  # fmt: skip
    ours = directory_lookup.request(base, "entryUUID", values, wanted)
    assert directory_wire.message(9, ours) == whole(9, "searchRequest", request)


def test_what_a_change_is_asserted_on_is_written_as_ldap3_does() -> None:
    same = EqualityMatch()
    same["attributeDesc"], same["assertionValue"] = "entryCSN", "20261129050640.123456Z#000000#000#000000"
    assert directory_lookup.equality("entryCSN", "20261129050640.123456Z#000000#000#000000") == encode(same)


def test_what_is_to_be_read_after_a_change_is_written_as_ldap3_does() -> None:
    wanted = AttributeSelection()
    wanted[0], wanted[1] = "entryCSN", "title"
    assert directory_lookup.selection(["entryCSN", "title"]) == encode(wanted)
