"""The folder a demo lives in: whose it is, and that only one demo runs in it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MARK = "demo.json"
LOCK = "demo.lock"


class RunningError(RuntimeError):
    """Another demo runs in this folder."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder for one demo; the lock goes with the process. Raises RunningError."""
    with (folder / LOCK).open("w", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunningError(f"A demo is running in {folder}; end it first with Ctrl-C.") from None
        yield
