"""Do our register, the directory and our own operations still say the same? Pure; nothing is repaired.

Source: issue "Plans become changes", item 7; reconciliation.md principle 2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from backoffice.i18n import N_
from backoffice.reconcile.inputs import SEPARATOR, Record, Register, records
from backoffice.rules import distinguished_name
from backoffice.rules import situations as s

GONE, OTHER_CODE, RENAMED = "gone", "other_code", "renamed"
ENABLED_AGAIN, DISABLED_AGAIN, CHANGED_BACK = "enabled_again", "disabled_again", "changed_back"
DETAILS = {
    GONE: N_("The account this person is linked to is no longer in the directory."),
    OTHER_CODE: N_("The account carries another national code than the person it is linked to."),
    RENAMED: N_("The account has been renamed or moved since it was linked; it was «%(dn)s»."),
    ENABLED_AGAIN: N_("We disabled this account, and somebody else has enabled it again."),
    DISABLED_AGAIN: N_("We enabled this account, and somebody else has disabled it again."),
    CHANGED_BACK: N_("We changed «%(field)s», and somebody else has changed it back."),
}


@dataclass(frozen=True)
class Made:
    """The newest change of ours that still counts for one entry and, for an update, one field."""

    operation_id: int
    kind: str
    entry_uuid: str
    field: str = ""
    old: str = ""
    new: str = ""


@dataclass(frozen=True)
class Difference:
    """One difference between the three. ``subject`` tells it from others across checks."""

    kind: str
    subject: str
    dn: str
    username: str
    person_id: int | None = None
    operation_id: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


def three_way(register: Register, made: Sequence[Made], entries: pd.DataFrame) -> list[Difference]:
    """Compare links and made changes with the entries; ``entries`` as given by ``read_directory``."""
    return [*_links(register.links, entries), *_changes(made, entries)]


def _links(links: pd.DataFrame, entries: pd.DataFrame) -> list[Difference]:
    there = entries[["entry_uuid", "dn", "username", "national_code"]].add_suffix("_entry")
    pairs = links.merge(there, left_on="entry_uuid", right_on="entry_uuid_entry", how="left")
    gone = pairs["dn_entry"].isna()
    code = pairs["national_code_entry"].fillna("")
    other = ~gone & (code != "") & (code != pairs["national_code"])
    moved = ~gone & (pairs["dn_entry"] != pairs["dn"])
    found = [_of_link(GONE, row, str(row["dn"])) for row in records(pairs[gone])]
    found += [_of_link(OTHER_CODE, row, str(row["dn_entry"])) for row in records(pairs[other]) if _has_other_code(row)]
    found += [_of_link(RENAMED, row, str(row["dn_entry"])) for row in records(pairs[moved]) if _is_renamed(row)]
    return found


def _has_other_code(row: Record) -> bool:
    return row["national_code"] not in str(row["national_code_entry"]).split(SEPARATOR)


def _is_renamed(row: Record) -> bool:
    return distinguished_name.normal(str(row["dn"])) != distinguished_name.normal(str(row["dn_entry"]))


def _of_link(kind: str, row: Record, dn: str) -> Difference:
    name = row["username_entry"]
    username = name if isinstance(name, str) else ""
    values = {"dn": str(row["dn"])} if kind == RENAMED else {}
    return Difference(kind, f"link:{row['link_id']}", dn, username, person_id=int(row["person_id"]), values=values)


def _changes(made: Sequence[Made], entries: pd.DataFrame) -> list[Difference]:
    touched = entries[entries["entry_uuid"].isin({change.entry_uuid for change in made})]
    now = {row["entry_uuid"]: row for row in records(touched)}
    pairs = ((change, now[change.entry_uuid]) for change in made if change.entry_uuid in now)
    return [_of_change(kind, change, entry) for change, entry in pairs if (kind := _kind(change, entry))]


def _kind(change: Made, entry: Record) -> str | None:
    """Name what somebody else did to a change of ours, None where it stands."""
    if change.kind == s.DISABLE:
        return None if entry["disabled"] else ENABLED_AGAIN
    if change.kind == s.ENABLE:
        return DISABLED_AGAIN if entry["disabled"] else None
    values = str(entry.get(change.field, "")).split(SEPARATOR)
    is_back = change.new not in values and bool(change.old) and change.old in values
    return CHANGED_BACK if is_back else None


def _of_change(kind: str, change: Made, entry: Record) -> Difference:
    values = {"field": change.field} if kind == CHANGED_BACK else {}
    subject = f"entry:{change.entry_uuid}:{change.field}".rstrip(":")
    return Difference(kind, subject, entry["dn"], entry["username"], operation_id=change.operation_id, values=values)
