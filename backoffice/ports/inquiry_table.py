"""A CSV file in the instance folder that stands in for an outside service; read again when it changes."""

import csv
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from backoffice.i18n import N_
from backoffice.ports.transport import TransportError

CANNOT_READ = N_("The file %(name)s cannot be read.")
WRONG_HEADER = N_("The file %(name)s must begin with the columns %(columns)s.")
Row = Mapping[str, str]
T = TypeVar("T")


@dataclass
class Table(Generic[T]):
    """What a file says, made by ``build`` out of its rows and kept until the file changes."""

    columns: Sequence[str]
    build: Callable[[Sequence[Row]], T]
    _kept: dict[Path, tuple[tuple[int, int, int], T]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def read(self, path: Path) -> T:
        """Give what the file says now. Raises TransportError for a file that is not there or not as it has to be."""
        try:
            state = path.stat()
            stamp = (state.st_mtime_ns, state.st_size, state.st_ino)
            with self._lock:
                kept = self._kept.get(path)
                if kept is None or kept[0] != stamp:
                    kept = self._kept[path] = (stamp, self.build(_rows(path, self.columns)))
            return kept[1]
        except (OSError, UnicodeDecodeError, csv.Error):
            raise TransportError(CANNOT_READ, {"name": path.name}) from None


def _rows(path: Path, columns: Sequence[str]) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream, restval="", skipinitialspace=True)
        if not set(columns) <= {name.strip() for name in reader.fieldnames or ()}:
            raise TransportError(WRONG_HEADER, {"name": path.name, "columns": ",".join(columns)})
        return [{str(name).strip(): str(value or "").strip() for name, value in row.items()} for row in reader]
