"""Put a copy made by tools.backup into a new installation: ``python -m tools.restore FILE.tar``.

The database of the settings must be empty. Then: ``flask db upgrade``, ``flask audit verify``, ``flask check``.
"""

import sys
import tarfile
import tempfile
from pathlib import Path, PurePosixPath

import sqlalchemy as sa

from backoffice.settings import Settings, SettingsError, load
from tools.backup import FILES, say
from tools.databases import DatabaseError, kind_of


def main(arguments: list[str]) -> int:
    """Exit status 0 when everything is back, 1 with a sentence where it is not, 2 for wrong usage."""
    if len(arguments) != 1:
        say("usage: python -m tools.restore FILE.tar")
        return 2
    try:
        restore(load(), Path(arguments[0]))
    except (DatabaseError, SettingsError, OSError, tarfile.TarError) as fault:
        say(str(fault))
        return 1
    say("Restored. Now: flask db upgrade, flask audit verify, flask check.")
    return 0


def restore(settings: Settings, archive: Path) -> None:
    """Fill database and instance folder; files that are there already stay. Raises DatabaseError, OSError, TarError."""
    url = sa.make_url(settings.database)
    kind = kind_of(url)
    with tarfile.open(archive) as content, tempfile.TemporaryDirectory(dir=settings.instance) as work:
        if kind.name not in content.getnames():
            raise DatabaseError(f"{archive.name} is a copy of another kind of database than DATABASE_URL names.")
        if not kind.is_empty(url):
            raise DatabaseError("The database is not empty; nothing was restored.")
        dump = Path(work) / kind.name
        write(content, kind.name, dump)
        for name in content.getnames():
            target = settings.instance / inside(name)
            if name != kind.name and not target.exists():
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                write(content, name, target)
        kind.load(url, dump)


def inside(name: str) -> PurePosixPath:
    """Give the path below the instance folder. Raises DatabaseError for a name that leads out of it."""
    path = PurePosixPath(name)
    if ".." in path.parts or path.is_absolute():
        raise DatabaseError(f"The archive holds a strange name: {name!r}")
    return path.relative_to(FILES) if path.parts[0] == FILES else path


def write(content: tarfile.TarFile, name: str, target: Path) -> None:
    """Unpack one plain file, readable by us alone. Raises DatabaseError for anything else."""
    file = content.extractfile(name)
    if file is None:
        raise DatabaseError(f"The archive holds something that is no file: {name!r}")
    target.touch(mode=0o600)
    target.write_bytes(file.read())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
