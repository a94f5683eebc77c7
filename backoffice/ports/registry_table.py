"""The civil registry out of a file: INSTANCE/civil-registry.csv. Source: contract.md "Settings" and "Details"."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from backoffice.ports.inquiry_table import Row, Table
from backoffice.ports.transport import TransportError
from backoffice.rules import jalali, national_code
from backoffice.rules.identity_evidence import Claim
from backoffice.rules.inquiry import Answer
from backoffice.rules.text import equal_n3, n2

FILE = "civil-registry.csv"
COLUMNS = ("national_code", "birth_date", "first_name", "last_name", "father_name", "alive")
_NAMES = ("first_name", "last_name", "father_name")


def _by_code(rows: Sequence[Row]) -> dict[str, Row]:
    return {national_code.normalise(row["national_code"]): row for row in rows}


_table = Table(COLUMNS, _by_code)


@dataclass(frozen=True)
class TableRegistry:
    """A registry in a file. An unlisted person is no match; a file that cannot be read is an outage."""

    path: Path

    def ask(self, claim: Claim) -> Answer:
        """Compare code, birth date, names, father; whoever is not alive is no match."""
        try:
            row = _table.read(self.path).get(claim.national_code)
        except TransportError:
            return Answer.UNAVAILABLE
        return Answer.MATCHED if row and _agrees(claim, row) else Answer.NOT_MATCHED

    def probe(self) -> None:
        """Read the file. Raises TransportError."""
        _table.read(self.path)


def _agrees(claim: Claim, row: Row) -> bool:
    born = jalali.parse(row["birth_date"], "jalali")
    same_day = born is not None and born.isoformat() == claim.birth_date
    return row["alive"] == "1" and same_day and all(_same(getattr(claim, name), row[name]) for name in _NAMES)


def _same(typed: str, held: str) -> bool:
    return not held or n2(typed) == n2(held) or (bool(n2(typed)) and equal_n3(typed, held))
