"""The one source of time. All times are aware and in UTC."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_offset_file: Path | None = None
_shift = dt.timedelta()


def use_offset_file(path: Path | None) -> None:
    """Shift ``now()`` by the seconds written in the file, read at each call (setting CLOCK_FILE)."""
    global _offset_file  # noqa: PLW0603 - one clock per process is the point of this module
    _offset_file = path


def now() -> dt.datetime:
    """Give the present moment, aware, UTC."""
    return dt.datetime.now(dt.UTC) + _offset() + _shift


@contextmanager
def begun_at(moment: dt.datetime) -> Iterator[None]:
    """Let ``now()`` begin at this moment and go on from there, until the block ends; for the days of the demo."""
    global _shift  # noqa: PLW0603 - one clock per process is the point of this module
    before = _shift
    _shift += moment - now()
    try:
        yield
    finally:
        _shift = before


def _offset() -> dt.timedelta:
    if _offset_file is None:
        return dt.timedelta()
    try:
        with open(_offset_file, "rb", buffering=0) as file:  # noqa: PTH123 - asked dozens of times for a page
            return dt.timedelta(seconds=float(file.read(64) or 0))
    except (OSError, ValueError):
        return dt.timedelta()
