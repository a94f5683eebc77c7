"""Copy database and files of an installation in use: ``python -m tools.backup FOLDER``.

Writes FOLDER/backoffice-TIME.tar, mode 0600, and prints its name. Keys and passwords in files of their own
(``*.key``, ``*.password``) are left out, so that a stolen copy opens nothing: keep them apart.
"""

import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from backoffice import clock
from backoffice.settings import Settings, SettingsError, load
from tools.databases import DatabaseError, kind_of

FILES = "instance"
LEFT_OUT = ("backoffice.sqlite", "locks", "log", "directory", "university", "exports", "demo.lock")
SECRET = (".key", ".password")


def main(arguments: list[str]) -> int:
    """Exit status 0 when the copy is whole, 1 with a sentence where it is not, 2 for wrong usage."""
    if len(arguments) != 1:
        say("usage: python -m tools.backup FOLDER")
        return 2
    try:
        path = backup(load(), Path(arguments[0]))
    except (DatabaseError, SettingsError, OSError) as fault:
        say(str(fault))
        return 1
    sys.stdout.write(f"{path}\n")
    return 0


def backup(settings: Settings, folder: Path) -> Path:
    """Write one archive and give its path. Raises DatabaseError, OSError."""
    url = sa.make_url(settings.database)
    kind = kind_of(url)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / f"backoffice-{clock.now():%Y%m%dT%H%M%SZ}.tar"
    fresh = target.with_suffix(".part")
    with tempfile.TemporaryDirectory(dir=folder) as work:
        dump = Path(work) / kind.name
        # The database first: a file of rows is there before the row that names it.
        kind.dump(url, dump)
        fresh.touch(mode=0o600)
        with tarfile.open(fresh, "w") as archive:
            archive.add(dump, kind.name)
            for path in files_of(settings.instance, folder):
                archive.add(path, f"{FILES}/{path.relative_to(settings.instance)}")
    return fresh.replace(target)


def files_of(instance: Path, copies: Path) -> Iterator[Path]:
    """Give the files that belong to an installation, besides database, secrets and earlier copies."""
    for path in sorted(instance.rglob("*")):
        top = path.relative_to(instance).parts[0]
        is_ours = not top.startswith(LEFT_OUT) and path.suffix not in SECRET
        if path.is_file() and is_ours and not path.resolve().is_relative_to(copies.resolve()):
            yield path


def say(sentence: str) -> None:
    """One line to the person at the terminal."""
    sys.stderr.write(sentence + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
