"""From rows to persons: duplicates collapse, roles join, contradictions are marked.

Source: reconciliation.md, notes TWO_ROLES and DUPLICATE_ROW, situation ROW_CONFLICT; rules.primary_row.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from backoffice.reconcile.folding import fold, text_column
from backoffice.reconcile.inputs import SourceInput, records
from backoffice.rules import fields
from backoffice.rules.identity_evidence import HrFact
from backoffice.rules.primary_row import counting
from backoffice.rules.text import fold_word

_CLASS_RANK = {
    fields.DECEASED: 0, fields.ACTIVE: 1, fields.ADMITTED: 2, fields.UNKNOWN: 3, fields.LIMITED: 4, fields.ENDED: 5,
}  # fmt: skip
_KIND_RANK = {"faculty": 0, "personnel": 1, "contractor": 2, "student": 3}
_TEXT = tuple(f for f in fields.HR_FIELDS if f not in fields.CODE_FIELDS and f not in fields.DATE_FIELDS)
_NAME = "_name"
Marks = Mapping[str, Collection[str]]


@dataclass(frozen=True)
class Persons:
    """``people``: one row a person, the primary row's fields plus person, key, conflict (bool), notes (tuple).

    ``roles``: one row per row of the file that counts: person, source, personnel_number, student_number.
    """

    people: pd.DataFrame
    roles: pd.DataFrame


def gather(sources: tuple[SourceInput, ...], today: dt.date, chosen: Marks | None = None) -> Persons:
    """Join the rows of all sources into persons, independent of the order of rows.

    ``chosen``: key of a person -> marks of the row that was said to be right among those that contradict each other.
    """
    rows = _counting(_all_rows(sources, today), chosen or {})
    rows["conflict"] = _number_on_two_codes(rows)
    repeated = rows["key"].duplicated(keep=False)
    people = counting = rows[~repeated].assign(two_roles=False, duplicate=False)
    if repeated.any():
        kept = _collapse(rows[repeated])
        people, counting = pd.concat([people, _primary_rows(kept)]), pd.concat([counting, kept])
    people = people.sort_values("key", kind="stable").reset_index(drop=True)
    people["person"] = people.index
    roles = counting[["key", "source", "personnel_number", "student_number"]]
    roles = roles.merge(people[["key", "person"]], on="key").drop(columns="key")
    return Persons(people, roles)


def _counting(rows: pd.DataFrame, chosen: Marks) -> pd.DataFrame:
    """Leave out the rows that contradict the right one of their person."""
    left_out: list[int] = []
    if not chosen:
        return rows
    for key, own in rows[rows["key"].isin(list(chosen))].groupby("key"):
        facts = [HrFact(row["source"], row, row["status_class"]) for row in records(own)]
        kept = {*map(id, counting(facts, chosen[str(key)]))}
        left_out += [index for index, fact in zip(own.index, facts, strict=True) if id(fact) not in kept]
    return rows.drop(index=left_out).reset_index(drop=True) if left_out else rows


def _all_rows(sources: tuple[SourceInput, ...], today: dt.date) -> pd.DataFrame:
    frames = [_rows_of(source) for source in sources]
    rows = pd.concat(frames, ignore_index=True) if frames else _rows_of_nothing()
    rows["key"] = rows["id_type"] + ":" + rows["national_code"]
    over = (rows["end_date"] != "") & (rows["end_date"] < today.isoformat())
    over &= rows["status_class"].isin([fields.ACTIVE, fields.ADMITTED, fields.LIMITED])
    rows.loc[over, ["status_class", "status_word"]] = [fields.ENDED, "ended"]
    return rows


def _rows_of(source: SourceInput) -> pd.DataFrame:
    frame = source.frame
    rows = pd.DataFrame({name: text_column(frame, name) for name in fields.HR_FIELDS})
    for name in ("status_class", "status_word", "person_kind"):
        rows[name] = text_column(frame, name)
    rows["padded"] = frame["padded"].astype(bool)
    rows["line"] = frame["line"].astype("int64")
    rows["source"] = pd.Series(source.source.name, index=rows.index, dtype="str")
    kind = _kind_of_source(source.source.name)
    rows["person_kind"] = rows["person_kind"].mask(rows["person_kind"] == "", kind)
    return rows


def _rows_of_nothing() -> pd.DataFrame:
    texts = [*fields.HR_FIELDS, "status_class", "status_word", "person_kind", "source"]
    rows = pd.DataFrame({name: pd.Series([], dtype="str") for name in texts})
    rows["padded"] = pd.Series([], dtype="bool")
    rows["line"] = pd.Series([], dtype="int64")
    return rows


def _kind_of_source(name: str) -> str:
    """Take the person type from the name of the source where the file has no such column."""
    for kind, words in fields.PERSON_TYPES.items():
        if fold_word(name) in (kind, *map(fold_word, words)):
            return kind
    return ""


def _number_on_two_codes(rows: pd.DataFrame) -> pd.Series:
    """Mark rows whose personnel number stands with another code in the same source."""
    numbered = rows[rows["personnel_number"] != ""]
    codes = numbered.groupby(["source", "personnel_number"])["key"].transform("nunique")
    return (codes > 1).reindex(rows.index, fill_value=False)


def _collapse(rows: pd.DataFrame) -> pd.DataFrame:
    """Drop rows that are equal after folding; mark conflicts, roles and duplicates per code."""
    content = [*fields.HR_FIELDS, "source"]
    rows = rows.sort_values([*content, "line"], kind="stable")
    folded = rows[["key", *content]].copy()
    for name in _TEXT:
        folded[name] = fold(folded[name])
    again = folded.duplicated()
    kept = rows[~again].copy()
    kept["duplicate"] = kept["key"].isin(rows.loc[again, "key"])
    kept[_NAME] = fold(whole_name(kept))
    by_key = kept.groupby("key")
    kept["two_roles"] = by_key["line"].transform("size") > 1
    births = kept["birth_date"].mask(kept["birth_date"] == "", None)
    disagree = (by_key[_NAME].transform("nunique") > 1) | (births.groupby(kept["key"]).transform("nunique") > 1)
    kept["conflict"] = (by_key["conflict"].transform("any") | disagree).astype(bool)
    kept["two_roles"] &= ~disagree
    return kept.drop(columns=_NAME)


def whole_name(frame: pd.DataFrame) -> pd.Series:
    """Give first and last name in one text, or the full name where the file has only that."""
    parts = (frame["first_name"] + " " + frame["last_name"]).str.strip()
    return parts.mask(parts == "", frame["full_name"])


def shown_name(person: Mapping[str, Any]) -> str:
    """Give the same of one row."""
    return f"{person['first_name']} {person['last_name']}".strip() or str(person["full_name"])


def _primary_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Choose each person's primary row: active first, then type, latest start, lowest personnel number."""
    order = rows.assign(
        _class=rows["status_class"].map(_CLASS_RANK),
        _kind=rows["person_kind"].map(_KIND_RANK).fillna(len(_KIND_RANK)),
        _length=rows["personnel_number"].str.len(),
    )
    # Later start dates first: a stable sort by start keeps the earlier orders among equals.
    order = order.sort_values(["_length", "personnel_number", "source"], kind="stable")
    order = order.sort_values("start_date", ascending=False, kind="stable")
    order = order.sort_values(["key", "_class", "_kind"], kind="stable")
    primary = order.drop_duplicates("key").drop(columns=["_class", "_kind", "_length"])
    padded = rows.groupby("key")["padded"].all()
    primary["padded"] = primary["key"].map(padded).astype(bool)
    return primary
