"""Where each folder of an old mailbox goes at the new server. Names are the bytes of IMAP: modified UTF-7, RFC 3501.

A name is cut at the separator of its server, so that a Persian name, which is ASCII there, stays as it is. What would
mean something else at the new server (its separator, ``..``, a wildcard) becomes ``_``; two folders never become one.
Source: issue "Mail moves" 1; RFC 6154 (special use).
"""

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

INBOX = "INBOX"
# What both servers may have one of, whatever they call it.
SPECIAL = ("\\Drafts", "\\Sent", "\\Trash", "\\Junk", "\\Archive")
NOT_SELECTABLE = frozenset({"\\Noselect", "\\NonExistent"})
LONGEST_NAME, LONGEST_PART, DEEPEST = 900, 230, 30
MOST_FOLDERS = 5_000
_PRINTABLE = re.compile(r"[\x20-\x7e]+")
_UNSAFE = re.compile(r"[%*\x00-\x1f\x7f]")
_SHIFTED = re.compile(r"&([A-Za-z0-9+,]*)-")


@dataclass(frozen=True)
class Folder:
    """A folder as a server lists it: its name there, what cuts it, and its attributes such as Sent."""

    name: str
    separator: str
    attributes: frozenset[str] = frozenset()
    subscribed: bool = False

    @property
    def is_selectable(self) -> bool:
        return not self.attributes & NOT_SELECTABLE


@dataclass(frozen=True)
class Place:
    """How the names of a server are made: what cuts them, and what a person's own begin with (``INBOX.``)."""

    separator: str
    prefix: str = ""


def is_usable(name: str) -> bool:
    """Say whether a folder's name can be asked for at all; a hostile server may send anything."""
    return 0 < len(name) <= LONGEST_NAME and _PRINTABLE.fullmatch(name) is not None


def plan(source: Sequence[Folder], place: Place, target: Sequence[Folder], new_place: Place) -> dict[str, str]:
    """Give the name at the old server -> the name at the new one, one for each folder that can be opened."""
    taken: dict[str, str] = {}
    by_use = _by_use(target)
    ordered = sorted((folder for folder in source if folder.is_selectable), key=lambda folder: _rank(folder, by_use))
    names = {_key(_moved(folder, place, new_place)) for folder in ordered}
    for folder in ordered:
        wanted = _moved(folder, place, new_place)
        special = _special(folder, by_use)
        if special and (_key(special) not in names or _key(special) == _key(wanted)):
            wanted = special
        taken[_free(wanted, taken)] = folder.name
    return {old: new for new, old in taken.items()}


def shown(name: str) -> str:
    """Give a name as people read it; one that is not modified UTF-7 stays as it is."""
    try:
        read = _SHIFTED.sub(lambda found: _unshifted(found.group(1)), name)
    except ValueError:
        return name
    return read if read.isprintable() or "\u200c" in read else name


def _unshifted(text: str) -> str:
    if not text:
        return "&"
    padded = text.replace(",", "/") + "=" * (-len(text) % 4)
    return base64.b64decode(padded, validate=True).decode("utf-16-be")


def as_it_is(name: str, place: Place, new_place: Place) -> str:
    """Give the name that a program makes which does no more than put one separator in the place of the other.

    "" where names begin with something of the server's: what becomes of that, programs do not agree on.
    """
    if name.upper() == INBOX:
        return INBOX
    if place.prefix or new_place.prefix:
        return ""
    return name.replace(place.separator, new_place.separator) if place.separator else name


def _moved(folder: Folder, place: Place, new_place: Place) -> str:
    name = folder.name
    if name.upper() == INBOX:
        return INBOX
    if place.prefix and name.upper().startswith(place.prefix.upper()):
        name = name[len(place.prefix) :]
    parts = name.split(folder.separator) if folder.separator else [name]
    safe = [_safe(part, new_place.separator) for part in parts if part][:DEEPEST] or ["_"]
    # INBOX is one folder however it is spelled, also as the first part of a name.
    if safe[0].upper() == INBOX and len(safe) > 1:
        safe[0] = INBOX
    joined = (new_place.separator or "_").join(safe)
    return f"{new_place.prefix}{joined}" if joined.upper() != INBOX else f"{joined}_"


def _safe(part: str, separator: str) -> str:
    """Give a part of a name that means nothing else at the new server."""
    kept = _UNSAFE.sub("_", part)
    if separator:
        kept = kept.replace(separator, "_")
    if kept.startswith("~"):
        kept = f"_{kept[1:]}"
    if set(kept) <= {"."}:
        kept = "_" * len(kept)
    return kept[:LONGEST_PART].replace("/", "_")


def _free(wanted: str, taken: dict[str, str]) -> str:
    keys = {_key(name) for name in taken}
    found, number = wanted, 2
    while _key(found) in keys:
        found, number = f"{wanted}-{number}", number + 1
    return found


def _key(name: str) -> str:
    return INBOX if name.upper() == INBOX else name


def _by_use(folders: Iterable[Folder]) -> dict[str, str]:
    return {use: folder.name for folder in folders for use in SPECIAL if use in folder.attributes}


def _special(folder: Folder, by_use: dict[str, str]) -> str:
    return next((by_use[use] for use in SPECIAL if use in folder.attributes and use in by_use), "")


def _rank(folder: Folder, by_use: dict[str, str]) -> tuple[int, str]:
    """INBOX first, then what has a use, so that those keep their names."""
    return (0 if folder.name.upper() == INBOX else 1 if _special(folder, by_use) else 2, folder.name)


def apart(targets: dict[str, str], known: dict[str, str]) -> dict[str, str]:
    """Give the same places, in which no folder that is new goes where one of before went already."""
    taken = {target: name for name, target in known.items()}
    found: dict[str, str] = {}
    for name, target in targets.items():
        free = target
        if name not in known:
            free, number = target, 2
            while free in taken:
                free, number = f"{target}-{number}", number + 1
        found[name] = free
        taken[free] = name
    return found
