"""The rows of an HR snapshot as a Parquet file in the instance folder, readable by us alone.

Source: reliability.md §4 (mode 0600, kept 90 days). A file is written before the row that names it is committed;
one that no row names is harmless and is removed by housekeeping.
"""

import datetime as dt
import os
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from backoffice.i18n import N_
from backoffice.rules.errors import RefusedError
from backoffice.settings import Settings

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

SUFFIX = ".parquet"
CANNOT_STORE = N_("The rows cannot be stored in the instance folder (%(why)s); nothing was imported.")


def folder(settings: Settings) -> Path:
    """Give the folder of all stored snapshots; it is made at the first need."""
    return settings.instance / "snapshots"


def keep(frame: "pd.DataFrame", settings: Settings) -> str:
    """Store a frame for good and give the name of its file. Raises RefusedError where the disk refuses."""
    import pyarrow as pa  # noqa: PLC0415 - the first page asks about files and reads none

    name = f"{uuid4().hex}{SUFFIX}"
    target = folder(settings) / name
    fresh = target.with_suffix(".new")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(fresh, pa.Table.from_pandas(frame, preserve_index=False))
        fresh.rename(target)
        _sync_folder(target.parent)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink()
        raise RefusedError(CANNOT_STORE, {"why": error.strerror or str(error)}) from None
    return name


def _write(path: Path, table: "pa.Table") -> None:
    import pyarrow.parquet as pq  # noqa: PLC0415 - as above

    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        pq.write_table(table, stream, compression="zstd")
        stream.flush()
        os.fsync(stream.fileno())


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def load(name: str, settings: Settings, codes: Collection[str] | None = None) -> "pd.DataFrame | None":
    """Give a stored frame with the types it had; None where its file is gone or damaged.

    ``codes``: only the rows with one of these national codes.
    """
    import pyarrow as pa  # noqa: PLC0415 - as above
    import pyarrow.parquet as pq  # noqa: PLC0415 - as above

    if not name:
        return None
    try:
        wanted = None if codes is None else [("national_code", "in", list(codes))]
        table = pq.read_table(folder(settings) / name, filters=wanted)
    except (OSError, pa.ArrowException):
        return None
    frame: pd.DataFrame = table.to_pandas()
    return frame


def is_kept(name: str, settings: Settings) -> bool:
    """Say whether a stored frame is there."""
    return bool(name) and (folder(settings) / name).is_file()


def discard(name: str, settings: Settings) -> None:
    """Remove a stored frame, if it is there."""
    if name:
        (folder(settings) / name).unlink(missing_ok=True)


def discard_strays(known: Collection[str], settings: Settings, older_than: dt.timedelta) -> int:
    """Remove files that no row names and that were not written just now; give their number."""
    # Times of files are real ones, whatever offset the clock of the application has.
    before = time.time() - older_than.total_seconds()
    strays = [path for path in folder(settings).glob("*") if path.name not in known and path.stat().st_mtime < before]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)
