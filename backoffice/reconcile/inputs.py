"""What a comparison starts from: snapshots, register and directory as frames."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from backoffice.rules.leavers import Asked, Warned
from backoffice.rules.overrides import Override
from backoffice.settings import HrSource, Limits, Policy

SEPARATOR = "\x1f"
Record = dict[str, Any]


def records(frame: pd.DataFrame) -> list[Record]:
    """Give the rows as plain dicts; pandas' own way boxes cell by cell, which takes three times as long."""
    columns = [column.to_numpy(dtype=object).tolist() for _, column in frame.items()]
    return [dict(zip(frame.columns, row, strict=True)) for row in zip(*columns, strict=True)]


@dataclass(frozen=True)
class SourceInput:
    """The newest accepted snapshot of one source.

    ``frame``: as given by ``read_hr``. ``quarantined``: columns line, national_code, personnel_number.
    ``confirmed_at``: every moment the source was confirmed, oldest first. ``accepted_at``: when this snapshot was.
    ``first_run``: never planned before.
    """

    source: HrSource
    frame: pd.DataFrame
    columns: tuple[str, ...]
    quarantined: pd.DataFrame
    confirmed_at: tuple[dt.datetime, ...] = ()
    stale: bool = False
    first_run: bool = True
    accepted_at: dt.datetime | None = None


@dataclass(frozen=True)
class Register:
    """Our own register of one directory.

    ``links``, one row an active link: link_id, person_id, id_type, national_code, source, personnel_number,
    entry_uuid, dn, missing_since, away_as, away_since (UTC or None). ``persons``: person_id, id_type, national_code,
    first_name, last_name, full_name, father_name, birth_date.
    """

    links: pd.DataFrame
    persons: pd.DataFrame


LINK_COLUMNS = (
    "link_id", "person_id", "id_type", "national_code", "source", "personnel_number", "entry_uuid", "dn",
    "missing_since", "away_as", "away_since",
)  # fmt: skip
PERSON_COLUMNS = (
    "person_id", "id_type", "national_code", "first_name", "last_name", "full_name", "father_name", "birth_date",
)  # fmt: skip


QUARANTINE_COLUMNS = ("line", "national_code", "personnel_number")
VERDICT_COLUMNS = ("word", "id_type", "national_code", "entry_uuid", "fingerprint")


def no_verdicts() -> pd.DataFrame:
    """Give the verdicts of a desk where nobody has decided anything."""
    return pd.DataFrame(columns=list(VERDICT_COLUMNS), dtype="str")


@dataclass(frozen=True)
class Told:
    """What was said, done and asked for so far about accounts whose time ends.

    ``warnings``, ``questions``: (entry UUID, ending) -> the newest that stands. ``disabled``: UUIDs of entries that we
    disabled because of an ending, and that nobody of us enabled since. ``requested``: UUIDs of entries of temporary
    accounts whose holders asked for the permanent one.
    """

    warnings: Mapping[tuple[str, str], Warned] = field(default_factory=dict)
    questions: Mapping[tuple[str, str], Asked] = field(default_factory=dict)
    disabled: frozenset[str] = frozenset()
    requested: frozenset[str] = frozenset()


@dataclass(frozen=True)
class World:
    """Everything one comparison looks at; nothing outside is asked again.

    ``entries``: as given by ``read_directory``. ``unmapped``: our fields the directory does not hold at all.
    ``known_cases``: (situation, key) of cases earlier runs already listed. ``made``: (kind, source) -> changes of the
    last seven days. ``verdicts``: what people decided, see ``VERDICT_COLUMNS``.
    ``overrides``: exceptions that stand at this moment.
    ``earned``: match tiers that have earned the right to link by themselves.
    """

    sources: tuple[SourceInput, ...]
    entries: pd.DataFrame
    register: Register
    now: dt.datetime
    today: dt.date
    limits: Limits
    policy: Policy
    unmapped: frozenset[str] = frozenset()
    known_cases: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    made: Mapping[tuple[str, str], int] = field(default_factory=dict)
    told: Told = field(default_factory=Told)
    timezone: str = "Asia/Tehran"
    verdicts: pd.DataFrame = field(default_factory=no_verdicts)
    earned: frozenset[str] = frozenset()
    overrides: tuple[Override, ...] = ()

    def input_of(self, name: str) -> SourceInput | None:
        """Give the snapshot of a source, None where it has none in this plan."""
        return next((s for s in self.sources if s.source.name == name), None)
