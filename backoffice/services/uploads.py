"""Uploaded HR files that wait until their columns are confirmed: for the uploader alone, at most an hour.

The bytes lie in the instance folder (mode 0600); the address of an upload holds a random token whose hash names the
files, so that neither a listing of the folder nor somebody else's session leads to them.
"""

import datetime as dt
import hashlib
import json
import os
import secrets
import shutil
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any, BinaryIO

from backoffice import clock
from backoffice.i18n import N_
from backoffice.rules.errors import RefusedError
from backoffice.services.sessions import Actor
from backoffice.settings import Settings

KEPT = dt.timedelta(hours=1)
WAITING_AT_MOST = 5
FILE_NAME_LENGTH = 120
_TOKEN_BYTES = 32
_JOINERS = "\u200c\u200d"
_NO_NAME = "file"

EMPTY_FILE = N_("The file is empty.")
CANNOT_KEEP = N_("The file cannot be kept at the moment: the disk of the server refuses it. Please tell IT.")


@dataclass(frozen=True)
class Upload:
    """A waiting file. ``mapping``: header as in the file → our field, "" = leave out; None: not chosen yet."""

    token: str
    path: Path
    staff_id: int
    source: str
    file_name: str
    created_at: dt.datetime
    as_of: dt.date | None = None
    mapping: Mapping[str, str] | None = field(default=None)

    @property
    def size(self) -> int:
        """Bytes."""
        return self.path.stat().st_size


def keep(
    stream: IO[bytes], *, file_name: str, source: str, as_of: dt.date | None, actor: Actor, settings: Settings
) -> Upload:
    """Store the bytes of an upload and give it. Raises RefusedError for no bytes at all, or where the disk refuses."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    path = _folder(settings) / f"{_hash(token)}.file"
    upload = Upload(token, path, actor.id, source, shown_name(file_name), clock.now(), as_of)
    try:
        _make_room(actor.id, settings)
        _note(upload)
        with _fresh(path) as target:
            shutil.copyfileobj(stream, target)
        empty = upload.size == 0
    except OSError:
        _remove(path)
        raise RefusedError(CANNOT_KEEP) from None
    if empty:
        _remove(path)
        raise RefusedError(EMPTY_FILE)
    return upload


def find(token: str, *, actor: Actor, settings: Settings) -> Upload | None:
    """Give a person's own waiting file; None for a token that is unknown, too old, or somebody else's."""
    upload = _read(_folder(settings) / f"{_hash(token)}.json", token)
    if upload is None or upload.staff_id != actor.id or _is_over(upload) or not upload.path.is_file():
        return None
    return upload


def choose_columns(upload: Upload, mapping: Mapping[str, str]) -> Upload:
    """Keep what the person said the columns mean, for the next look at the preview, and give the upload."""
    chosen = replace(upload, mapping=dict(mapping))
    _note(chosen)
    return chosen


def discard(upload: Upload) -> None:
    """Delete a waiting file."""
    _remove(upload.path)


def purge_expired(settings: Settings) -> int:
    """Delete what waited longer than an hour; give the number of files. For the housekeeping job."""
    over = [note for note, upload in _all(settings) if upload is None or _is_over(upload)]
    for note in over:
        _remove(note)
    return len(over)


def shown_name(file_name: str) -> str:
    """Give a file name that is safe to show and store: without folders, control and direction characters."""
    last = file_name.replace("\\", "/").rpartition("/")[2]
    seen = (sign for sign in last if unicodedata.category(sign)[0] != "C" or sign in _JOINERS)
    name = " ".join("".join(seen).split()).strip(". ") or _NO_NAME
    return name if len(name) <= FILE_NAME_LENGTH else _shortened(name)


def _shortened(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    ending = dot + suffix if len(suffix) <= len(".xlsx") else ""
    return (stem or name)[: FILE_NAME_LENGTH - len(ending) - 1] + "…" + ending


def _make_room(staff_id: int, settings: Settings) -> None:
    purge_expired(settings)
    own = [(upload.created_at, note) for note, upload in _all(settings) if upload and upload.staff_id == staff_id]
    for _at, note in sorted(own)[: max(0, len(own) - WAITING_AT_MOST + 1)]:
        _remove(note)


def _all(settings: Settings) -> Iterator[tuple[Path, Upload | None]]:
    for note in _folder(settings).glob("*.json"):
        yield note, _read(note, "")


def _folder(settings: Settings) -> Path:
    folder = settings.instance / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _fresh(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _note(upload: Upload) -> None:
    content = {**vars(upload), "created_at": upload.created_at.isoformat()}
    content["as_of"] = upload.as_of.isoformat() if upload.as_of else None
    del content["token"], content["path"]
    note = upload.path.with_suffix(".json")
    new = note.with_suffix(".new")
    with _fresh(new) as target:
        target.write(json.dumps(content, ensure_ascii=False).encode())
    new.replace(note)


def _read(note: Path, token: str) -> Upload | None:
    try:
        content: dict[str, Any] = json.loads(note.read_bytes())
    except (OSError, ValueError):
        return None
    content["created_at"] = dt.datetime.fromisoformat(content["created_at"])
    content["as_of"] = dt.date.fromisoformat(content["as_of"]) if content["as_of"] else None
    return Upload(token=token, path=note.with_suffix(".file"), **content)


def _is_over(upload: Upload) -> bool:
    return not dt.timedelta() <= clock.now() - upload.created_at < KEPT


def _remove(path: Path) -> None:
    for suffix in (".file", ".new", ".json"):
        path.with_suffix(suffix).unlink(missing_ok=True)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
