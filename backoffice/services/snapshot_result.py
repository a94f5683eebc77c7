"""What an import gives back, and how its sentences are stored so that the desk can translate them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backoffice.models import QuarantinedRow as StoredRow
from backoffice.models import Snapshot
from backoffice.reconcile.hr_file import Gate, HrFile, Notice, QuarantinedRow

UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Imported:
    """The outcome of an import. ``snapshot``: its number, that of the confirmed one when unchanged, None in a dry run.

    ``rows`` counts data records, ``accepted`` the good ones. ``gates`` holds the failed ones. ``vanishing``, in a dry
    run: how many people of the last accepted file have no row in this one.
    """

    snapshot: int | None
    source: str
    sha256: str
    encoding: str
    rows: int
    accepted: int
    quarantined: list[QuarantinedRow]
    status: str
    gates: list[Gate]
    warnings: list[Notice]
    vanishing: int = 0

    def to_json(self) -> dict[str, Any]:
        """Give the object of contract.md ``hr import``."""
        return {
            "snapshot": self.snapshot,
            "source": self.source,
            "sha256": self.sha256,
            "encoding": self.encoding,
            "rows": self.rows,
            "accepted": self.accepted,
            "quarantined": [{"line": r.line, "reason": r.reason, "detail": r.detail} for r in self.quarantined],
            "status": self.status,
            "gates": [{"gate": gate.gate, "detail": gate.detail} for gate in self.gates],
            "warnings": [warning.detail for warning in self.warnings],
        }


def of_file(found: HrFile, source: str, status: str, gates: list[Gate], snapshot: int | None) -> Imported:
    """Give the outcome of a file that was read."""
    return Imported(
        snapshot, source, found.sha256, found.encoding, found.rows, len(found.frame), found.quarantined, status, gates,
        found.warnings,
    )  # fmt: skip


def of_snapshot(snapshot: Snapshot, *, dry_run: bool) -> Imported:
    """Give the outcome of a file whose bytes are those of a stored snapshot."""
    return Imported(
        None if dry_run else snapshot.id, snapshot.source, snapshot.sha256, snapshot.encoding, snapshot.rows,
        snapshot.accepted, [_row(row) for row in snapshot.quarantined], UNCHANGED, [],
        [Notice(warning["message"], warning["params"]) for warning in snapshot.warnings],
    )  # fmt: skip


def _row(row: StoredRow) -> QuarantinedRow:
    return QuarantinedRow(row.line, row.message, row.params, row.national_code, row.personnel_number, row.reason)


def stored_notice(notice: Notice | Gate) -> dict[str, Any]:
    """Give a sentence as it is stored: message id, values of its places, and the English."""
    return {"message": notice.message, "params": dict(notice.params), "detail": notice.detail}


def stored_gate(gate: Gate) -> dict[str, Any]:
    """Give a failed gate as it is stored."""
    return {"gate": gate.gate, **stored_notice(gate)}


def stored_row(row: QuarantinedRow, snapshot_id: int) -> Mapping[str, Any]:
    """Give a row set aside as a row of its table."""
    return {
        "snapshot_id": snapshot_id,
        "line": row.line,
        "reason": row.reason,
        "detail": row.detail,
        "message": row.message,
        "params": dict(row.params),
        "national_code": row.national_code[:255],
        "personnel_number": row.personnel_number[:255],
    }
