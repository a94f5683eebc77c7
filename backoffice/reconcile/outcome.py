"""What a comparison gives back."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from backoffice.rules.hashing import canonical_hash


@dataclass(frozen=True)
class Action:
    """One change to plan: ``old`` and ``new`` are our field -> value; ``csn`` is the version they were read from."""

    kind: str
    source: str | None
    entry_uuid: str
    dn: str
    csn: str = ""
    old: dict[str, str] = field(default_factory=dict)
    new: dict[str, str] = field(default_factory=dict)
    unit: str = ""
    held: bool = False

    @property
    def canonical(self) -> list[Any]:
        """What the plan's hash covers."""
        return [self.kind, self.entry_uuid, self.csn, sorted(self.old.items()), sorted(self.new.items())]


@dataclass
class FindingRow:
    """One finding as the interface gives it, with evidence for the desk beside it."""

    source: str | None
    situation: str
    national_code: str | None
    personnel_number: str | None
    dns: list[str]
    tier: str | None
    notes: list[str]
    differences: list[dict[str, str]]
    spelling: list[dict[str, str]]
    detail: str
    person_name: str
    entry_uuid: str | None
    evidence: dict[str, Any]
    actions: list[Action] = field(default_factory=list)
    row: int = 0

    @property
    def order(self) -> tuple[str, ...]:
        """The canonical order: person, then account."""
        return (self.national_code or "\uffff", *self.dns, self.source or "", self.situation)


@dataclass(frozen=True)
class Hold:
    """A kind of action of one source that must not run, and why.

    ``message`` and ``cause`` are message ids of the catalogue with places that ``values`` fill; ``cause`` may be "".
    """

    kind: str
    source: str | None
    planned: int
    limit: int
    message: str
    cause: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def why(self) -> str:
        """The English sentence, with the likely cause behind it."""
        return "; ".join(part % self.values for part in (self.message, self.cause) if part)

    def to_json(self) -> dict[str, Any]:
        """Give the hold as contract.md shows it."""
        return {"kind": self.kind, "source": self.source, "planned": self.planned, "limit": self.limit, "why": self.why}

    def kept(self) -> dict[str, Any]:
        """Give the hold as it is stored: the same, and message ids so that any language can be shown."""
        return {**self.to_json(), "message": self.message, "cause": self.cause, "values": self.values}


@dataclass(frozen=True)
class Basis:
    """What the limits of one run are counted from.

    ``accounts``: source -> linked, enabled accounts when the run starts. ``units``: (source, unit) -> such accounts.
    ``made``: (kind, source) -> changes of the last seven days. ``first_runs``: sources never planned before.
    """

    accounts: Mapping[str, int]
    units: Mapping[tuple[str, str], int]
    new_cases: int = 0
    made: Mapping[tuple[str, str], int] = field(default_factory=dict)
    first_runs: frozenset[str] = frozenset()


@dataclass(frozen=True)
class NewLink:
    """A match that links by itself, to be stored with the planned run."""

    person: dict[str, str]
    source: str
    personnel_number: str
    entry_uuid: str
    dn: str
    username: str
    rule: str


@dataclass
class Outcome:
    """The whole comparison; nothing of it is stored yet.

    ``limits``: (source, kind) -> how many the plan may hold. ``away``: entry UUID -> (LEAVER or ON_LEAVE, source),
    ``back``: links of people who were away. ``renamed``: person -> what HR says of the person now. ``agreed``: ids of
    the exceptions that HR has come to agree with.
    """

    situations: Counter[str]
    notes: Counter[str]
    findings: list[FindingRow]
    holds: list[Hold]
    limits: dict[tuple[str | None, str], int]
    basis: Basis
    links: list[NewLink]
    missing_links: list[int]
    returned_links: list[int]
    away: dict[str, tuple[str, str]]
    back: list[int]
    renamed: dict[int, dict[str, str]]
    agreed: list[int] = field(default_factory=list)

    @property
    def actions(self) -> list[Action]:
        """Every planned action, in canonical order."""
        return [action for finding in self.findings for action in finding.actions]

    @property
    def plan_hash(self) -> str:
        """SHA-256 over the sorted actions; no links, numbers, times or held flags. Source: contract.md."""
        return canonical_hash(sorted((a.canonical for a in self.actions), key=repr))
