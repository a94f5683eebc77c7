"""Small worlds for comparing: people in HR, entries in the directory, links in the register."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from backoffice.reconcile.engine import reconcile
from backoffice.reconcile.inputs import LINK_COLUMNS, PERSON_COLUMNS, Register, SourceInput, World
from backoffice.reconcile.outcome import FindingRow, Outcome
from backoffice.rules import fields
from backoffice.rules.national_code import check_digit
from backoffice.settings import HrSource, Limits, Policy

NOW = dt.datetime(2026, 11, 22, 8, 0, tzinfo=dt.UTC)
ENTRY_TEXT = (
    "dn", "entry_uuid", "csn", "username", "first_name", "last_name", "full_name", "latin_first_name",
    "latin_last_name", "latin_full_name", "national_code", "personnel_number", "unit", "unit_code", "title",
    "employment_type", "mobile", "mail", "match_key_0", "branch", "covered_by",
)  # fmt: skip
Values = Mapping[str, Any]


def code(number: int) -> str:
    """Give a valid national code for a small number."""
    nine = f"{number:09d}"
    return nine + str(check_digit(nine))


def row(number: int, **values: Any) -> dict[str, Any]:
    """One row of HR about person ``number``; every person has a name of their own."""
    return {
        "national_code": code(number), "personnel_number": str(5000 + number), "first_name": "مریم",
        "last_name": name_of(number), "status_class": "active", "status_word": "active", "status": "شاغل",
        "id_type": "national", "padded": False, "person_kind": "personnel", **values,
    }  # fmt: skip


def name_of(number: int) -> str:
    """Give a last name far from every other number's."""
    letters = "بتجدرزسشفقلمن"
    return (
        "".join(letters[(number * 7 + i * (number % 11 + 1)) % len(letters)] * 2 for i in range(3))
        + letters[number % 13]
    )


def entry(number: int, **values: Any) -> dict[str, Any]:
    """One directory entry that agrees with ``row(number)``."""
    person = row(number)
    return {
        "dn": f"uid=u{number},ou=people,dc=x", "entry_uuid": f"uuid-{number}", "csn": f"csn-{number}",
        "username": f"u{number}", "first_name": person["first_name"], "last_name": person["last_name"],
        "national_code": code(number), "personnel_number": person["personnel_number"], "branch": "people",
        "covered_by": "hr", "match_key_0": person["personnel_number"], **values,
    }  # fmt: skip


def link(number: int, **values: Any) -> dict[str, Any]:
    """A stored link of person ``number`` to ``entry(number)``."""
    return {
        "link_id": number, "person_id": number, "id_type": "national", "national_code": code(number), "source": "hr",
        "personnel_number": str(5000 + number), "entry_uuid": f"uuid-{number}", "dn": f"uid=u{number},ou=people,dc=x",
        "missing_since": None, "away_as": "", "away_since": None, **values,
    }  # fmt: skip


def source_input(
    rows: Sequence[Values], name: str = "hr", quarantined: Sequence[Values] = (), **values: Any
) -> SourceInput:
    frame = pd.DataFrame(list(rows))
    for field in fields.HR_FIELDS:
        filled = frame[field].fillna("") if field in frame else pd.Series("", index=frame.index)
        frame[field] = filled.astype("str")
    frame["line"] = range(2, len(frame) + 2)
    columns = ("line", "national_code", "personnel_number")
    aside = pd.DataFrame(list(quarantined), columns=columns).fillna("")
    source = HrSource(name=name, **values.pop("settings", {}))
    return SourceInput(source, frame, tuple(fields.HR_FIELDS), aside, **{"first_run": False, **values})


def entries_frame(entries: Sequence[Values]) -> pd.DataFrame:
    frame = pd.DataFrame(list(entries), columns=list(dict.fromkeys([*ENTRY_TEXT, "protected", "disabled"])))
    for name in ENTRY_TEXT:
        frame[name] = frame[name].astype("str").fillna("").replace("nan", "")
    for name in ("protected", "disabled"):
        frame[name] = pd.Series([bool(item.get(name)) for item in entries], index=frame.index, dtype=bool)
    return frame


def world(
    rows: Sequence[Values] = (),
    entries: Sequence[Values] = (),
    links: Sequence[Values] = (),
    *,
    sources: Sequence[SourceInput] | None = None,
    persons: Sequence[Values] = (),
    **values: Any,
) -> World:
    """A world of one source ``hr`` unless ``sources`` are given."""
    known = [*({k: item.get(k, "") for k in PERSON_COLUMNS} for item in links), *persons]
    register = Register(
        pd.DataFrame(list(links), columns=list(LINK_COLUMNS)).astype(
            {"missing_since": "object", "away_since": "object"}
        ),
        pd.DataFrame(known, columns=list(PERSON_COLUMNS)).fillna(""),
    )
    settings = {"limits": Limits(), "policy": Policy(), "now": NOW, "today": NOW.date(), **values}
    given = tuple(sources) if sources is not None else (source_input(rows),)
    return World(sources=given, entries=entries_frame(entries), register=register, **settings)


def crowd(count: int = 20, start: int = 500) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows, entries and links of people with whom all is well."""
    numbers = range(start, start + count)
    return [row(n) for n in numbers], [entry(n) for n in numbers], [link(n) for n in numbers]


def outcome_of(
    rows: Sequence[Values] = (), entries: Sequence[Values] = (), links: Sequence[Values] = (), **values: Any
) -> Outcome:
    """Compare with twenty well-behaved people beside the given ones."""
    more_rows, more_entries, more_links = crowd()
    return reconcile(world([*rows, *more_rows], [*entries, *more_entries], [*links, *more_links], **values))


def only(outcome: Outcome) -> FindingRow:
    """Give the one finding; fails where there are more or none."""
    assert len(outcome.findings) == 1, [(f.situation, f.dns) for f in outcome.findings]
    return outcome.findings[0]
