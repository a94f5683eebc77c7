"""The owners of mobile numbers out of a file: INSTANCE/mobile-owners.csv. Source: contract.md "Settings"."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from backoffice.ports.inquiry_table import Row, Table
from backoffice.ports.transport import TransportError
from backoffice.rules import mobile, national_code
from backoffice.rules.inquiry import Answer

FILE = "mobile-owners.csv"
COLUMNS = ("mobile", "national_code")


def _owners(rows: Sequence[Row]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        number = mobile.canonical(row["mobile"])
        if number:
            found[number].add(national_code.normalise(row["national_code"]))
    return {number: frozenset(codes) for number, codes in found.items()}


_table = Table(COLUMNS, _owners)


@dataclass(frozen=True)
class TableOwners:
    """Owners in a file. ``unlisted``: the answer for a number that is not in it; no file lists nobody."""

    path: Path
    unlisted: Answer

    def ask(self, national_code: str, mobile: str) -> Answer:
        """Say whether the number (09xxxxxxxxx) is in the name of the person with this code."""
        try:
            owners = _table.read(self.path).get(mobile) if self.path.exists() else None
        except TransportError:
            return Answer.UNAVAILABLE
        if owners is None:
            return self.unlisted
        return Answer.MATCHED if national_code in owners else Answer.NOT_MATCHED

    def probe(self) -> None:
        """Read the file, if there is one. Raises TransportError."""
        if self.path.exists():
            _table.read(self.path)
