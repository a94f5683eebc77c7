"""What our modify requests look like on the wire: as those of ldap3, which is the oracle."""

from collections.abc import Sequence

import ldap3
import pytest
from ldap3.operation.modify import modify_operation
from ldap3.protocol.convert import build_controls_list
from ldap3.protocol.rfc4511 import LDAPMessage, MessageID, ProtocolOp
from ldap3.utils.asn1 import encode  # type: ignore[attr-defined]  # the stubs leave it out

from backoffice.ports.directory_modify import ADD, DELETE, REPLACE, Control, Step, message
from backoffice.ports.directory_write_ldap import ASSERTION, POST_READ

DN = "uid=m.karimi,ou=people,dc=example,dc=ac,dc=ir"
OPERATIONS = {ADD: ldap3.MODIFY_ADD, DELETE: ldap3.MODIFY_DELETE, REPLACE: ldap3.MODIFY_REPLACE}
TITLE: Step = (REPLACE, "title", ["کارشناس".encode()])


def of_ldap3(number: int, dn: str, steps: Sequence[Step], controls: Sequence[Control]) -> bytes:
    changes: dict[str, list[tuple[str, list[bytes]]]] = {}
    for kind, attribute, values in steps:
        changes.setdefault(attribute, []).append((OPERATIONS[kind], list(values)))
    whole = LDAPMessage()
    whole["messageID"] = MessageID(number)
    request = modify_operation(dn, changes, auto_encode=False)
    whole["protocolOp"] = ProtocolOp().setComponentByName("modifyRequest", request)
    if controls:
        whole["controls"] = build_controls_list(list(controls))
    return bytes(encode(whole))


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
