"""What exceptions do to a comparison: they win over HR's word both ways, and end when HR says the same.

An exception about a field puts its value in the place of HR's and says nothing about entitlement; one about
entitlement stands whatever HR says and whatever else is found about the person, but never disables an account whose
owner is in dispute. Source: reconciliation.md, OVERRIDDEN and principle 1.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from backoffice.reconcile.inputs import SEPARATOR, Record, records
from backoffice.rules import situations as s
from backoffice.rules.overrides import ENTITLEMENTS, PRIMARY_ROW, Override, agrees

# Where an exception about a field has something to say; in all others the entitlement is in question.
_COMPARED = frozenset({s.CONFIRMED, s.DRIFT, s.FOUND})
ByKey = dict[str, list[Override]]


@dataclass(frozen=True)
class Ruled:
    """What stands about one judged row: the situation it would have, and the exceptions, oldest first."""

    was: str
    by: tuple[Override, ...]

    @property
    def entitlement(self) -> Override | None:
        """The newest exception about entitlement."""
        return next((one for one in reversed(self.by) if one.kind in ENTITLEMENTS), None)


def agreed(overrides: Iterable[Override], people: pd.DataFrame) -> frozenset[int]:
    """Give the ids of the exceptions that HR's own rows have come to say as well."""
    rows = _rows(overrides, people)
    return frozenset(one.id for one in overrides if one.key in rows and agrees(one, rows[one.key]))


def chosen(overrides: Iterable[Override]) -> dict[str, list[str]]:
    """Give key of a person -> marks of the row that was said to be right among those that contradict each other."""
    found: dict[str, list[str]] = {}
    for one in overrides:
        if one.kind == PRIMARY_ROW:
            found.setdefault(one.key, []).append(one.value)
    return found


def corrected(people: pd.DataFrame, overrides: Iterable[Override]) -> tuple[pd.DataFrame, dict[int, dict[str, str]]]:
    """Put the right values in the place of HR's; give the people, and person -> field -> what HR itself says."""
    correcting = [one for one in overrides if one.corrects]
    rows = _rows(correcting, people)
    known = [one for one in correcting if one.key in rows]
    if not known:
        return people, {}
    people, said = people.copy(), dict[int, dict[str, str]]()
    for one in known:
        row = rows[one.key]
        people.loc[row["person"], one.field] = one.value
        said.setdefault(row["person"], {}).setdefault(one.field, row[one.field])
    return people, said


def overrule(
    judged: pd.DataFrame, people: pd.DataFrame, entries: pd.DataFrame, links: pd.DataFrame, given: Collection[Override]
) -> dict[int, Ruled]:
    """Make rows OVERRIDDEN where an exception stands; give index of the row -> what was ruled."""
    if not given:
        return {}
    by_key = _by_key(given)
    owners = {
        "person": _numbers(people, "person", people["key"], by_key),
        "link_id": _numbers(links, "link_id", links["id_type"] + ":" + links["national_code"], by_key),
        "entry": _carriers(entries, by_key),
    }
    ruled = {}
    for index, row in zip(judged.index, records(judged), strict=True):
        found = _ruling(row, owners)
        if found and row["situation"] != s.PROTECTED and (found.entitlement or row["situation"] in _COMPARED):
            ruled[int(index)] = found
    judged.loc[list(ruled), "situation"] = s.OVERRIDDEN
    return ruled


def _ruling(row: Record, owners: Mapping[str, Mapping[int, list[Override]]]) -> Ruled | None:
    if row["person"] >= 0:
        found = owners["person"].get(row["person"])
    else:
        found = owners["link_id"].get(row["link_id"])
        found = found or next((owners["entry"][n] for n in row["entries"] if n in owners["entry"]), None)
    return Ruled(row["situation"], tuple(found)) if found else None


def _rows(overrides: Iterable[Override], people: pd.DataFrame) -> dict[str, Record]:
    keys = {one.key for one in overrides}
    return {row["key"]: row for row in records(people[people["key"].isin(keys) & ~people["conflict"]])} if keys else {}


def _by_key(overrides: Iterable[Override]) -> ByKey:
    found: ByKey = {}
    for one in sorted(overrides, key=lambda one: one.id):
        found.setdefault(one.key, []).append(one)
    return found


def _numbers(frame: pd.DataFrame, name: str, keys: pd.Series, by_key: ByKey) -> dict[int, list[Override]]:
    hit = keys.isin(list(by_key))
    return dict(zip(frame.loc[hit, name].tolist(), map(by_key.__getitem__, keys[hit].tolist()), strict=True))


def _carriers(entries: pd.DataFrame, by_key: ByKey) -> dict[int, list[Override]]:
    """Give the entries that carry a code with an exception; entries do not say of which type a code is."""
    by_code = {key.partition(":")[2]: found for key, found in by_key.items()}
    coded = entries.loc[entries["national_code"] != "", ["entry", "national_code"]]
    coded = coded.assign(national_code=coded["national_code"].str.split(SEPARATOR)).explode("national_code")
    hit = coded[coded["national_code"].isin(list(by_code))]
    return {row["entry"]: by_code[row["national_code"]] for row in records(hit)}
