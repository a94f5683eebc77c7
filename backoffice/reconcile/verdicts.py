"""What people decided about pairs of person and account, as far as it still holds.

Source: reconciliation.md "A verdict is respected until a compared field changes".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from backoffice.reconcile.inputs import SEPARATOR, VERDICT_COLUMNS, Record, records
from backoffice.rules import fields
from backoffice.rules.hashing import canonical_hash
from backoffice.rules.text import n2

SAME, DIFFERENT, ASIDE = "same", "different", "aside"
Values = Mapping[str, Any]
_NAMES = (*fields.NAME_FIELDS, "latin_full_name")
_CODES = (fields.NATIONAL_CODE, fields.PERSONNEL_NUMBER, "entry_uuid")
# Compared as well where a person may stand in the register twice (T5).
_BIRTH = (fields.FATHER_NAME, fields.BIRTH_DATE)


@dataclass(frozen=True)
class Settled:
    """Numbers of persons and entries: pairs that are one, pairs that are not, accounts to leave alone.

    ``once``: persons who are not a second time in the register, whatever it looks like.
    """

    same: frozenset[tuple[int, int]] = frozenset()
    different: frozenset[tuple[int, int]] = frozenset()
    aside: frozenset[int] = frozenset()
    once: frozenset[int] = frozenset()


def fingerprint(hr: Values | None, entries: Iterable[Values]) -> str:
    """Give a hash of what identities are compared by: names at N2, codes and numbers as they are."""
    there = sorted(_identity(entry) for entry in entries)
    own = [_identity(hr), [n2(_text(hr, name)) for name in _BIRTH] if not there else []] if hr else []
    return canonical_hash([own, there])


def _identity(values: Values) -> list[list[str]]:
    names = [sorted(n2(value) for value in _text(values, name).split(SEPARATOR)) for name in _NAMES]
    return [*names, *(sorted(_text(values, name).split(SEPARATOR)) for name in _CODES)]


def _text(values: Values, name: str) -> str:
    return str(values.get(name) or "")


def settle(verdicts: pd.DataFrame, people: pd.DataFrame, entries: pd.DataFrame) -> Settled:
    """Give the verdicts that hold for these people and entries; one whose fields have changed holds no longer.

    ``verdicts``: see ``VERDICT_COLUMNS``; ``people`` is indexed by number, ``entries`` has ``entry``.
    """
    if verdicts.empty:
        return Settled()
    persons = _rows_by(people, "key", "person", set(verdicts["id_type"] + ":" + verdicts["national_code"]))
    places = _rows_by(entries, "entry_uuid", "entry", set(verdicts["entry_uuid"]))
    found: dict[str, set[Any]] = {name: set() for name in ("same", "different", "aside", "once")}
    for verdict in records(verdicts):
        hr = persons.get(f"{verdict['id_type']}:{verdict['national_code']}")
        entry = places.get(verdict["entry_uuid"])
        if _holds(verdict, hr, entry):
            group, numbers = _place(verdict, hr, entry)
            found[group].add(numbers)
    return Settled(**{name: frozenset(numbers) for name, numbers in found.items()})


def _rows_by(frame: pd.DataFrame, key: str, number: str, wanted: set[str]) -> dict[str, Record]:
    rows = frame[frame[key].isin(wanted)]
    return {str(row[key]): row for row in records(rows.assign(number=rows[number]))}


def _holds(verdict: Record, hr: Record | None, entry: Record | None) -> bool:
    if verdict["entry_uuid"] and entry is None:
        return False
    if verdict["word"] != ASIDE and hr is None:
        return False
    seen = hr if verdict["word"] != ASIDE else None
    return fingerprint(seen, [entry] if entry else []) == str(verdict["fingerprint"])


def _place(verdict: Record, hr: Record | None, entry: Record | None) -> tuple[str, Any]:
    """Give the group of ``Settled`` and what belongs into it."""
    if verdict["word"] == ASIDE and entry:
        return "aside", entry["number"]
    person = (hr or {})["number"]
    return (str(verdict["word"]), (person, entry["number"])) if entry else ("once", person)


def verdicts_of(rows: Iterable[Any]) -> pd.DataFrame:
    """Give the verdicts from rows in the order of ``VERDICT_COLUMNS``."""
    return pd.DataFrame(list(rows), columns=list(VERDICT_COLUMNS), dtype="str")
