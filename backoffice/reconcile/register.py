"""Our own register as frames, and what a planned run changes in it."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from backoffice.reconcile.folding import fold
from backoffice.reconcile.inputs import LINK_COLUMNS, PERSON_COLUMNS, QUARANTINE_COLUMNS, Register, records
from backoffice.rules.fields import PERSON_FIELDS
from backoffice.rules.person_keys import keys_of

Row = Sequence[Any]
_MOMENTS = ("missing_since", "away_since")
KEPT = PERSON_FIELDS


def register_of(links: Iterable[Row], persons: Iterable[Row]) -> Register:
    """Give the register from rows in the order of LINK_COLUMNS and PERSON_COLUMNS."""
    linked = pd.DataFrame(list(links), columns=list(LINK_COLUMNS)).astype(dict.fromkeys(_MOMENTS, "object"))
    for name in _MOMENTS:
        linked[name] = linked[name].where(linked[name].notna(), None)
    return Register(linked, pd.DataFrame(list(persons), columns=list(PERSON_COLUMNS)))


def quarantine_of(rows: Iterable[Row]) -> pd.DataFrame:
    """Give the rows set aside, each line, national code, personnel number, as SourceInput wants them."""
    return pd.DataFrame(list(rows), columns=list(QUARANTINE_COLUMNS))


def search_keys(names: Sequence[str]) -> list[str]:
    """Give the folded search key of each name (N2), each different name folded once."""
    return fold(pd.Series(names, dtype="str")).tolist()


def person_keys(persons: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Give the keys each person (first_name, last_name, full_name) is found and sorted by, see rules.person_keys."""
    folded = (
        fold(pd.Series([person[name] for person in persons], dtype="str")).tolist()
        for name in ("first_name", "last_name", "full_name")
    )
    return [keys_of(*names) for names in zip(*folded, strict=True)]


def is_stale(confirmed_at: Sequence[dt.datetime], days: int, now: dt.datetime) -> bool:
    """Say whether nobody confirmed a source within its ``stale_after_days``. Source: reconciliation.md."""
    return not confirmed_at or now - max(confirmed_at) > dt.timedelta(days=days)


def renamed(people: pd.DataFrame, register: Register) -> dict[int, dict[str, str]]:
    """Give person_id -> KEPT fields as HR has them now, for persons of the register whose fields differ.

    ``people``: one row a person with key and conflict. What HR leaves empty stays as it was.
    """
    if register.persons.empty:
        return {}
    known = register.persons.assign(key=register.persons["id_type"] + ":" + register.persons["national_code"])
    pairs = known.merge(people.loc[~people["conflict"], ["key", *KEPT]], on="key", suffixes=("", "_hr"))
    now = pd.DataFrame({f: pairs[f"{f}_hr"].mask(pairs[f"{f}_hr"] == "", pairs[f]) for f in KEPT}, index=pairs.index)
    changed = (now != pairs[list(KEPT)]).any(axis=1)
    ids = pairs.loc[changed, "person_id"].tolist()
    return dict(zip(ids, records(now[changed]), strict=True))
