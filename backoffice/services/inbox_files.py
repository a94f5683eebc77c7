"""The files of the watched folder: which are looked at, a private copy of one, and its move out of the way.

Whoever may write to the folder is not trusted: links are not followed, names are cleaned, nothing is overwritten.
"""

import datetime as dt
import errno
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from backoffice import clock
from backoffice.services import snapshot_files
from backoffice.settings import Settings

DONE, REFUSED = "done", "refused"
REPORT = ".report.txt"
_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart", ".swp", "~")
_HIDDEN = (".", "~$", "._")
# What a name may take of the 255 bytes a file system allows, beside time, counter and report.
_NAME_BYTES = 200
_SUFFIX_BYTES = 10


class ChangedError(Exception):
    """The file is gone or no longer what it was when it was looked at."""


class ClosedError(Exception):
    """We may not open the file."""


@dataclass(frozen=True)
class Found:
    """A file as it was seen. ``source``: None where its folder does not say; ``mark``: size and time of change (ns)."""

    path: Path
    source: str | None
    mark: tuple[int, int]

    @property
    def name(self) -> str:
        """The name as it can be shown and stored."""
        return safe_name(self.path.name)

    @property
    def key(self) -> str:
        """The path as text that any database takes."""
        return os.fsencode(self.path).decode("utf-8", "backslashreplace")


def make_folders(settings: Settings) -> None:
    """Make the watched folder with one subfolder a source, where they are missing."""
    for source in settings.hr.sources:
        with suppress(FileExistsError):
            (settings.inbox / source.name).mkdir(mode=0o770, parents=True, exist_ok=True)


def files(settings: Settings) -> list[Found]:
    """Give the files to look at, the oldest first, so that of two exports the newer one counts in the end."""
    sources = settings.hr.sources
    folders = [(settings.inbox, sources[0].name if len(sources) == 1 else None)]
    folders += [(settings.inbox / source.name, source.name) for source in sources]
    found = [file for folder, source in folders if is_folder(folder) for file in _inside(folder, source)]
    return sorted(found, key=lambda file: (file.mark[1], file.key))


def is_folder(path: Path) -> bool:
    """Say whether there is a folder, no link to one."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


def _inside(folder: Path, source: str | None) -> Iterator[Found]:
    for path in folder.iterdir():
        name = path.name.casefold()
        if name.startswith(_HIDDEN) or name.endswith(_UNFINISHED):
            continue
        with suppress(OSError):
            seen = path.lstat()
            if stat.S_ISREG(seen.st_mode):
                yield Found(path, source, (seen.st_size, seen.st_mtime_ns))


@contextmanager
def private_copy(file: Found, settings: Settings, limit_bytes: int) -> Iterator[Path]:
    """Give a copy that nobody else can change while it is read, with the time of the file.

    Of a file above the limit only the size is kept. Raises ChangedError when the file is no longer what was seen,
    ClosedError where we may not read it, OSError where the disk refuses.
    """
    target = snapshot_files.folder(settings) / f"{os.getpid()}-{clock.now():%H%M%S%f}.taking"
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        _copy(file, target, limit_bytes)
        os.utime(target, ns=(file.mark[1], file.mark[1]))
        yield target
    finally:
        target.unlink(missing_ok=True)


def _copy(file: Found, target: Path, limit_bytes: int) -> None:
    descriptor = _opened(file.path)
    with os.fdopen(descriptor, "rb") as stream, os.fdopen(_private(target), "wb") as copy:
        if file.mark[0] <= limit_bytes:
            shutil.copyfileobj(stream, copy)
        copy.truncate(file.mark[0])
        seen = os.fstat(descriptor)
    if not stat.S_ISREG(seen.st_mode) or (seen.st_size, seen.st_mtime_ns) != file.mark:
        raise ChangedError


def _opened(path: Path) -> int:
    try:
        return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except PermissionError:
        raise ClosedError from None
    except OSError as error:
        # A link has taken its place, or nothing.
        if error.errno in (errno.ELOOP, errno.ENOENT):
            raise ChangedError from None
        raise


def _private(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


def move(file: Found, folder: str, report: str) -> Path:
    """Move a file into a folder beside it, with a report, and give where it is now.

    Raises ChangedError when another file has taken its place, OSError where the folder refuses.
    """
    target_folder = file.path.parent / folder
    target_folder.mkdir(mode=0o770, exist_ok=True)
    if not is_folder(target_folder):
        raise NotADirectoryError(target_folder)
    target = _free(target_folder, file.name)
    if not _is_still(file):
        raise ChangedError
    file.path.rename(target)
    with suppress(PermissionError):
        target.chmod(0o600)
    with os.fdopen(_private(target.with_name(target.name + REPORT)), "w", encoding="utf-8") as stream:
        stream.write(report)
    return target


def _is_still(file: Found) -> bool:
    try:
        seen = file.path.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISREG(seen.st_mode) and (seen.st_size, seen.st_mtime_ns) == file.mark


def safe_name(name: str) -> str:
    """Give a name without control and direction characters or bytes that are no text, short enough for a report."""
    text = name.encode("utf-8", "replace").decode("utf-8")
    clean = "".join(sign if sign.isprintable() or sign == "\u200c" else "_" for sign in text)
    if len(clean.encode()) <= _NAME_BYTES:
        return clean
    suffix = Path(clean).suffix
    suffix = suffix if len(suffix.encode()) <= _SUFFIX_BYTES else ""
    return clean.encode()[: _NAME_BYTES - _SUFFIX_BYTES].decode("utf-8", "ignore") + suffix


def _free(folder: Path, name: str) -> Path:
    """Give a path that is not taken: the name, or with the time before it, or with a number as well."""
    dated = f"{clock.now():%Y%m%dT%H%M%SZ}-{name}"
    names = [name, dated, *(f"{number}-{dated}" for number in range(2, 1000))]
    return next(path for path in (folder / each for each in names) if _is_free(path))


def taken_before(settings: Settings, moment: dt.datetime) -> Iterator[Path]:
    """Give the files (reports too) that were moved before a moment."""
    for base in (settings.inbox, *(settings.inbox / source.name for source in settings.hr.sources)):
        for folder in (base / DONE, base / REFUSED):
            for path in folder.iterdir() if is_folder(folder) else ():
                seen = path.lstat()
                if stat.S_ISREG(seen.st_mode) and seen.st_ctime < moment.timestamp():
                    yield path


def _is_free(path: Path) -> bool:
    return not (os.path.lexists(path) or os.path.lexists(path.with_name(path.name + REPORT)))
