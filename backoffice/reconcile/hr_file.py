"""What reading an HR export gives: good rows, quarantined rows, and the gates that failed.

Sentences are constants with named places, so that the desk can translate the sentence and fill it afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

INVALID_ROW = "INVALID_ROW"


@dataclass(frozen=True)
class Notice:
    """Something worth knowing that holds nothing."""

    message: str
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def detail(self) -> str:
        """The English sentence."""
        return self.message % self.params


@dataclass(frozen=True)
class Gate:
    """A failed gate: its name, and a sentence that says what is wrong and where."""

    gate: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def detail(self) -> str:
        """The English sentence."""
        return self.message % self.params


@dataclass(frozen=True)
class QuarantinedRow:
    """A row set aside; the rows around it go on. ``line`` is the physical line where its record starts."""

    line: int
    message: str
    params: Mapping[str, object]
    national_code: str
    personnel_number: str
    reason: str = INVALID_ROW

    @property
    def detail(self) -> str:
        """The English sentence."""
        return self.message % self.params


@dataclass(frozen=True)
class HrFile:
    """An HR export as it was read. ``rows`` counts data records; ``frame`` holds the good ones only.

    The frame has one ``str`` column for each known field of the file ("" for an empty cell), and always
    id_type, status_class, status_word, person_kind (str), padded (bool) and line (int64). With any form
    fault the frame is empty.
    """

    sha256: str
    encoding: str
    rows: int
    frame: pd.DataFrame
    quarantined: list[QuarantinedRow]
    columns: tuple[str, ...]
    unknown_columns: tuple[str, ...]
    warnings: list[Notice]
    faults: list[Gate]


class FileFaultError(Exception):
    """The form of the file is at fault; ``gates`` holds one sentence for each fault found."""

    def __init__(self, *gates: Gate) -> None:
        super().__init__("; ".join(gate.detail for gate in gates))
        self.gates = list(gates)
