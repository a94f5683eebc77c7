"""What is claimed of a person, and what is known about the one with that code.

Everything here is plain data that the services gather; the rules in ``identity`` only look at it.
Codes are normalised, dates of days are ISO texts ("" where there is none), moments are aware.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from backoffice.rules.inquiry import Answer
from backoffice.rules.national_code import NATIONAL
from backoffice.rules.text import n2


@dataclass(frozen=True)
class Claim:
    """What a person says of themselves: names at N1, ``birth_date`` ISO.

    ``personnel_number`` is optional. ``birth_typed``: the date as it was typed, for hints only.
    """

    id_type: str
    national_code: str
    birth_date: str
    first_name: str
    last_name: str
    father_name: str
    personnel_number: str = ""
    birth_typed: str = ""


@dataclass(frozen=True)
class HrFact:
    """A row of a newest accepted HR file, or a colleague whom HR announced (``announced``; mission S63).

    ``values``: our field -> text as HR wrote it, dates ISO.
    """

    source: str
    values: Mapping[str, str]
    status_class: str
    padded: bool = False
    announced: bool = False

    def value(self, name: str) -> str:
        """Give a field, "" where the row has none."""
        return str(self.values.get(name) or "")

    @property
    def whole_name(self) -> str:
        """First and last name, or the full name where the file has only that."""
        first, last = self.value("first_name"), self.value("last_name")
        parts = f"{first} {last}".strip()
        return parts if first and last else self.value("full_name") or parts


@dataclass(frozen=True)
class AccountFact:
    """An account that this office made. ``state``: see rules.account_states."""

    username: str
    state: str
    source: str = ""
    entry_uuid: str = ""
    expires_at: dt.datetime | None = None


@dataclass(frozen=True)
class LinkFact:
    """A link of our register between the person and a directory entry; an ended one is history."""

    entry_uuid: str
    source: str
    username: str = ""
    dn: str = ""
    ended: bool = False


@dataclass(frozen=True)
class EntryFact:
    """A directory entry with the person's code, or named by it in the temporary branch (``temporary``)."""

    dn: str
    entry_uuid: str
    username: str
    temporary: bool = False
    affiliations: tuple[str, ...] = ()
    expires_at: dt.datetime | None = None
    shown: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Accepted:
    """A difference that a person of the office accepts. Source: models.Override of kind identity.

    ``field`` "" accepts name, father and birth date alike; otherwise only this field, and only with this ``value``.
    """

    field: str = ""
    value: str = ""


@dataclass(frozen=True)
class Evidence:
    """All that is known when a claim is judged.

    ``down``: what did not answer (hr, directory, registry). ``registry``: None where HR stands in for it.
    ``chosen``: marks of the right one among rows of HR that contradict each other (rules.primary_row).
    ``near_codes``, ``near_people``: rows of HR that might be meant, for hints only.
    """

    now: dt.datetime
    today: dt.date
    hr: tuple[HrFact, ...] = ()
    entries: tuple[EntryFact, ...] = ()
    accounts: tuple[AccountFact, ...] = ()
    links: tuple[LinkFact, ...] = ()
    registry: Answer | None = None
    down: tuple[str, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    chosen: frozenset[str] = frozenset()
    near_codes: tuple[HrFact, ...] = ()
    near_people: tuple[HrFact, ...] = ()


def name_key(first: str, last: str, full: str = "") -> str:
    """Give the key that a person's whole name is found by: both parts at N2, or the full name where one is missing."""
    # Part by part: most parts occur many times, and folding remembers them.
    return n2(first) + n2(last) if first and last else n2(full) or n2(first) + n2(last)


def is_national(claim: Claim) -> bool:
    """Say whether the claim is made with a national code."""
    return claim.id_type == NATIONAL
