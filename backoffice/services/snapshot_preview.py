"""What an HR file holds and what would become of it, before anything is stored. Source: mission S47."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from backoffice.reconcile.hr_file import Gate
from backoffice.reconcile.hr_peek import peek
from backoffice.reconcile.read_hr import BROWSER_LIMIT
from backoffice.services.snapshot_import import import_file
from backoffice.services.snapshot_result import Imported
from backoffice.services.snapshot_store import source_of
from backoffice.settings import Settings


@dataclass(frozen=True)
class Preview:
    """A file as it would be read. ``fields``: our field for each header, "" = not read; ``rows``: the first ones, raw.

    ``header_line`` is 0 and there are no headers where the file has no columns to show. ``outcome``: of a dry run.
    """

    header_line: int
    headers: tuple[str, ...]
    fields: tuple[str, ...]
    rows: list[tuple[str, ...]]
    outcome: Imported

    @property
    def mapping(self) -> dict[str, str]:
        """Header → our field, as the file would be read."""
        return {name: field for name, field in zip(self.headers, self.fields, strict=True) if name}

    @property
    def faults(self) -> list[Gate]:
        """The gates that would hold the file."""
        return self.outcome.gates


def preview(
    path: Path,
    *,
    source: str | None,
    settings: Settings,
    mapping: Mapping[str, str] | None = None,
    as_of: dt.date | None = None,
    limit_bytes: int = BROWSER_LIMIT,
) -> Preview:
    """Look at a file without storing anything. ``mapping`` (header → our field, "" = leave out) wins over all words.

    Raises RefusedError as ``import_file``.
    """
    outcome = import_file(
        path, source=source, actor="", settings=settings, as_of=as_of, dry_run=True, mapping=mapping,
        limit_bytes=limit_bytes,
    )  # fmt: skip
    seen = peek(path, source_of(settings, source), settings.hr, limit_bytes=limit_bytes, mapping=mapping)
    if seen is None:
        return Preview(0, (), (), [], outcome)
    return Preview(seen.header.line, seen.header.names, seen.header.fields, seen.rows, outcome)
