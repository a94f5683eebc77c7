"""Changing entries of an LDAP server, through ldap3. One writer, one connection, one thread."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

import ldap3
from ldap3.core.exceptions import LDAPOperationResult

from backoffice.i18n import N_
from backoffice.ports import directory_lookup, directory_modify
from backoffice.ports.directory_connection import close, connect, error_of, named_errors, require_safe
from backoffice.ports.directory_contract import DirectoryError, text
from backoffice.ports.directory_modify import ADD, DELETE, REPLACE, Step
from backoffice.ports.directory_schema import Schema
from backoffice.ports.directory_wire import Control
from backoffice.ports.directory_write import EntryMovedError, EntryNow, WriteLaterError, WriteRefusedError
from backoffice.ports.ldap_filter import escaped
from backoffice.rules import distinguished_name
from backoffice.rules.entry_changes import CSN, UUID, Change
from backoffice.settings import Settings

ASSERTION, POST_READ = "1.3.6.1.1.12", "1.3.6.1.1.13.2"
BATCH = 100
_ANY, _PASSWORD = "(objectClass=*)", "userPassword"
_MEMBERS = frozenset({"member", "uniquemember"})
# The entry is not as it was read: no such attribute value, value exists, no such object, assertion failed.
_MOVED = frozenset({16, 20, 32, 122})
# Worth trying again: a referral (of a copy that is not written to), busy, unavailable, unwilling (read-only), other
# (full), limits of the administrator.
_LATER = frozenset({10, 11, 51, 52, 53, 80})
_WRITE_LATER = N_("The directory does not take changes at the moment («%(result)s»).")
_WRITE_REFUSED = N_("The directory refuses the change: «%(result)s».")
_MOVED_MEANWHILE = N_("The entry has been changed since it was looked at.")


class LdapWriter:
    """The writer behind ldap:// and ldaps://."""

    def __init__(self, settings: Settings) -> None:
        require_safe(settings)
        self._settings = settings
        self._connection: ldap3.Connection | None = None
        self._schema = Schema()
        self._controls: frozenset[str] = frozenset()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection, whatever state it is in."""
        close(self._connection)
        self._connection = None

    def read(self, uuids: Iterable[str], attributes: Sequence[str]) -> dict[str, EntryNow]:
        """Ask for up to BATCH entries at a time by their entryUUID."""
        wanted = list(dict.fromkeys(uuids))
        found: dict[str, EntryNow] = {}
        for start in range(0, len(wanted), BATCH):
            found |= self._read(wanted[start : start + BATCH], attributes)
        return found

    def modify(self, entry: EntryNow, changes: Sequence[Change]) -> str:
        """Send one modify request, asserted on the entry's version where the server can do that."""
        connection = self._connected()
        asserts = self._can_assert(changes)
        if not asserts:
            self._require_unmoved(entry)
        steps = [step for change in changes for step in _steps(change)]
        controls = self._modify_controls(entry, asserts=asserts)
        answer = self._ask(lambda: directory_modify.modify(connection, entry.dn, steps, controls))
        return _version_after(answer)

    def knows(self, attribute: str) -> bool:
        """Look into the schema that was read at the login."""
        self._connected()
        return self._schema.knows(attribute)

    def find(self, dn: str, attributes: Sequence[str]) -> EntryNow | None:
        """Read one entry by its DN."""
        try:
            found = self._search(dn, _ANY, ldap3.BASE, attributes)
        except EntryMovedError:
            return None
        return next(iter(found), None)

    def having(self, attribute: str, value: str, asked: Sequence[str] | None = None) -> list[EntryNow]:
        """Search the whole tree for one value."""
        if not self.knows(attribute):
            return []
        wanted = [attribute] if asked is None else asked
        return self._search(self._settings.ldap_base_dn, f"({attribute}={escaped(value)})", ldap3.SUBTREE, wanted)

    def add(self, dn: str, attributes: Mapping[str, Sequence[str | bytes]]) -> None:
        """Send one add request."""
        connection = self._connected()
        values = {name: list(held) for name, held in attributes.items()}
        self._ask(lambda: connection.add(dn, attributes=values))  # type: ignore[no-untyped-call]

    def rename(self, dn: str, new_dn: str) -> None:
        """Send one modify-DN request with a new superior. Source: RFC 4511 §4.9."""
        connection = self._connected()
        name, above = distinguished_name.split(new_dn)[0], distinguished_name.parent(new_dn)
        self._ask(lambda: connection.modify_dn(dn, name, delete_old_dn=True, new_superior=above))

    def delete(self, dn: str) -> None:
        """Send one delete request."""
        connection = self._connected()
        self._ask(lambda: connection.delete(dn))  # type: ignore[no-untyped-call]

    def remove(self, entry: EntryNow) -> None:
        """Send one delete request, asserted on the entry's version where the server can do that."""
        connection = self._connected()
        asserts = ASSERTION in self._controls and bool(entry.csn)
        if not asserts:
            self._require_unmoved(entry)
        controls = [(ASSERTION, True, _assertion(entry.csn))] if asserts else None
        self._ask(lambda: connection.delete(entry.dn, controls=controls))  # type: ignore[no-untyped-call]

    def set_password(self, dn: str, password: bytes) -> None:
        """Send the new password in clear over the bound connection; the server keeps a hash of it."""
        connection = self._connected()
        change = [(REPLACE, _PASSWORD, [password])]
        self._ask(lambda: directory_modify.modify(connection, dn, change))

    def replace_password(self, entry: EntryNow, hashed: bytes) -> None:
        """Send it asserted on the entry's version, like ``modify``."""
        connection = self._connected()
        if ASSERTION not in self._controls:
            self._require_unmoved(entry)
        change = [(REPLACE, _PASSWORD, [hashed])]
        controls = self._modify_controls(entry, asserts=ASSERTION in self._controls)
        self._ask(lambda: directory_modify.modify(connection, entry.dn, change, controls))

    def _require_unmoved(self, entry: EntryNow) -> None:
        uuid = entry.values.get(UUID, ("",))[0]
        now = self._read([uuid], [CSN]).get(uuid)
        if now is None or now.csn != entry.csn:
            raise EntryMovedError(_MOVED_MEANWHILE)

    def _read(self, uuids: Sequence[str], attributes: Sequence[str]) -> dict[str, EntryNow]:
        connection, base = self._connected(), self._settings.ldap_base_dn
        asked = self._asked(attributes)
        answer = self._ask(lambda: directory_lookup.find(connection, base, UUID, uuids, asked))
        return {entry.values[UUID][0]: entry for entry in self._entries(answer, asked)}

    def _search(self, base: str, search_filter: str, scope: Any, attributes: Sequence[str]) -> list[EntryNow]:
        connection = self._connected()
        asked = self._asked(attributes)
        answer = self._ask(lambda: connection.search(base, search_filter, scope, attributes=asked))
        return self._entries(answer, asked)

    def _asked(self, attributes: Sequence[str]) -> list[str]:
        return [name for name in dict.fromkeys((*attributes, UUID, CSN)) if self._schema.knows(name)]

    def _entries(self, answer: Any, asked: Sequence[str]) -> list[EntryNow]:
        entries = (item for item in answer[2] if item["type"] == "searchResEntry")
        return [_entry(text(item["raw_dn"]), item["raw_attributes"], asked, self._schema) for item in entries]

    def _can_assert(self, changes: Sequence[Change]) -> bool:
        """Say whether the server can bind these changes to a version.

        slapd's overlay "unique" hands the assertion on to its own search for the value, where it always fails; and
        "memberof" to its own change of the member's entry, which is then left out without a word.
        """
        attributes = self._settings.ldap.attributes
        handed_on = {attributes.mail.lower(), attributes.username.lower(), *_MEMBERS}
        return ASSERTION in self._controls and not any(change.attribute.lower() in handed_on for change in changes)

    def _modify_controls(self, entry: EntryNow, *, asserts: bool) -> list[Control]:
        controls = []
        if asserts and entry.csn:
            controls.append((ASSERTION, True, _assertion(entry.csn)))
        if POST_READ in self._controls:
            controls.append((POST_READ, False, directory_lookup.selection((CSN,))))
        return controls

    def _connected(self) -> ldap3.Connection:
        if self._connection is None or self._connection.closed:
            password = self._settings.ldap_bind_password.get_secret_value().encode()
            self._connection = connect(self._settings, self._settings.ldap_bind_dn, password, profile="bulk")
            self._connection.read_only = False
            try:
                self._schema = Schema.read(self._connection)
            except DirectoryError:
                self.close()
                raise
            self._controls = self._supported_controls(self._connection)
        return self._connection

    def _supported_controls(self, connection: ldap3.Connection) -> frozenset[str]:
        answer = self._ask(lambda: connection.search("", _ANY, ldap3.BASE, attributes=["supportedControl"]))
        names = (value for item in answer[2] for value in item["raw_attributes"].get("supportedControl", ()))
        return frozenset(str(name, "ascii", "replace") for name in names)

    def _ask(self, request: Any) -> Any:
        """Send a request; after any fault but a plain refusal the connection is closed, and the next use opens one."""
        try:
            with named_errors():
                try:
                    answer = request()
                except LDAPOperationResult as error:
                    raise _write_error(error.result, error.description) from None
                _require_success(answer[1])
                return answer
        except (EntryMovedError, WriteLaterError, WriteRefusedError):
            raise
        except BaseException:
            self.close()
            raise


def _steps(change: Change) -> list[Step]:
    taken = [(DELETE, change.attribute, [value.encode() for value in change.remove])] if change.remove else []
    put = [(ADD, change.attribute, [value.encode() for value in change.add])] if change.add else []
    return [*taken, *put]


def _entry(dn: str, raw: Mapping[str, list[bytes]], asked: Sequence[str], schema: Schema) -> EntryNow:
    held = {schema.description(name): values for name, values in raw.items()}
    values = {
        name: tuple(v.decode("utf-8", "replace") for v in held.get(schema.description(name), ())) for name in asked
    }
    return EntryNow(dn, (values.get(CSN) or ("",))[0], values)


def _require_success(answer: Mapping[str, Any]) -> None:
    """Raise for what ldap3 never raises: a limit that cut a read short, and a referral in the place of the change."""
    code, words = answer["result"], answer["description"]
    if code in _LATER:
        raise _write_error(code, words)
    if code:
        raise error_of(code, words)


def _write_error(code: int, words: str) -> DirectoryError:
    values = {"result": words}
    if code in _MOVED:
        return EntryMovedError(_MOVED_MEANWHILE, result=code)
    if code in _LATER:
        return WriteLaterError(_WRITE_LATER, values, result=code)
    return WriteRefusedError(_WRITE_REFUSED, values, result=code)


def _assertion(csn: str) -> bytes:
    """Give the filter of an assertion control. Source: RFC 4528."""
    return directory_lookup.equality(CSN, csn)


def _version_after(answer: Any) -> str:
    controls = (answer[1] or {}).get("controls") or {}
    told = controls.get(POST_READ, {"value": {"result": {}}})["value"]["result"]
    return next((str(values[0]) for name, values in told.items() if name.lower() == CSN.lower() and values), "")
