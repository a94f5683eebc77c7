"""The folder a demo lives in: whose it is, how far it got, and that only one demo runs in it."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MARK = "demo.json"
LOCK = "demo.lock"
README = "README.md"
SETTINGS = "settings.toml"
DATABASE = "backoffice.sqlite"
BUILDING, READY = "building", "ready"


class DemoError(RuntimeError):
    """The demo cannot go on; the message is a sentence for the person at the terminal."""


class RunningError(DemoError):
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


def content(folder: Path) -> dict[str, Any]:
    """Give what the demo noted about itself: its state, and once it is ready its logins; empty where there is none."""
    try:
        found = json.loads((folder / MARK).read_text("utf-8") or "{}")
    except FileNotFoundError:
        return {}
    assert isinstance(found, dict)
    return found


def is_ready(folder: Path) -> bool:
    """Say whether a whole demo was built here."""
    return content(folder).get("state") == READY


def begin(folder: Path) -> None:
    """Make room for a new demo: what a half-made one left goes, what was here before it stays.

    Raises DemoError if a real installation lives here.
    """
    notes = content(folder)
    if not notes and any((folder / name).exists() for name in (SETTINGS, DATABASE)):
        raise DemoError(f"{folder} holds an installation that is not a demo; choose another folder with INSTANCE=.")
    kept = notes.get("kept") if notes else sorted(path.name for path in folder.iterdir())
    _note(folder, {"state": BUILDING, "kept": kept})
    _clear(folder)


def finish(folder: Path, notes: dict[str, Any]) -> None:
    """Note that the demo is whole."""
    _note(folder, {**content(folder), "state": READY, **notes})


def clear(folder: Path) -> None:
    """Delete all that the demo made; the mark last, so that it can be repeated if interrupted."""
    _clear(folder)
    for name in (LOCK, MARK):
        (folder / name).unlink(missing_ok=True)


def write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner may read."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def _note(folder: Path, notes: dict[str, Any]) -> None:
    fresh = folder / f"{MARK}.new"
    write_secret(fresh, json.dumps(notes, ensure_ascii=False, indent=1))
    fresh.replace(folder / MARK)


def _clear(folder: Path) -> None:
    # Settings name files in this folder, and no command starts with settings that name missing files.
    (folder / SETTINGS).unlink(missing_ok=True)
    kept = {README, LOCK, MARK, *content(folder).get("kept", ())}
    for path in folder.iterdir():
        if path.name in kept:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
