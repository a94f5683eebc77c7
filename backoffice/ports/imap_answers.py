"""Reading what an IMAP server answers to LIST, FETCH and APPEND, strictly, and without trusting a word of it.

Not by imapclient: its reader makes a number of the folder «0123», and nests as deep as the server likes. Source: RFC
3501 §7, RFC 4315 (APPENDUID); stack.md.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from backoffice.rules.mail_folders import Folder, is_usable
from backoffice.rules.mail_identity import kept_date, kept_flags

# An answer of imaplib: a line, or a line that ended with a literal and the literal.
Raw = bytes | tuple[bytes, bytes]
_LIST = re.compile(rb'\(([^()]*)\) (?:"(\\?.)"|NIL) (.*)', re.DOTALL)
_QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*)"')
_UID = re.compile(rb"\bUID ([0-9]{1,10})\b")
_FLAGS = re.compile(rb"\bFLAGS \(([^()]*)\)")
_DATE = re.compile(rb'\bINTERNALDATE "([^"]*)"')
_SIZE = re.compile(rb"\bRFC822\.SIZE ([0-9]{1,15})\b")
# As most servers put it: all four, in the order in which they were asked for.
_USUAL = re.compile(
    rb"\* [0-9]{1,10} FETCH \(UID ([0-9]{1,10}) FLAGS \(([^()]*)\)"
    rb' INTERNALDATE "([^"]*)" RFC822\.SIZE ([0-9]{1,15})\)'
)
# Flags no longer than this are remembered as read: most messages have the same ones.
_USUAL_LENGTH = 200
_SHORT_BODY = re.compile(rb'BODY\[\](?:<[0-9]+>)? (?:NIL|"((?:[^"\\]|\\.)*)")')
_APPENDED = re.compile(rb"\[APPENDUID ([0-9]{1,10}) ([0-9:,]{1,100000})\]")
_CODE = re.compile(rb"^\[([A-Z0-9-]{1,40})")
BIGGEST_UID = 2**32 - 1


@dataclass(frozen=True)
class Described:
    """A message of a folder, without its content. ``date``: as it is written in commands, "" where it is none."""

    uid: int
    flags: tuple[str, ...]
    date: str
    size: int


def folders(answers: Iterable[Raw | None]) -> Iterator[Folder]:
    """Give the folders of a LIST or LSUB; names that cannot be asked for are given too, see ``is_usable``."""
    for answer in answers:
        if not answer:
            continue
        line, literal = answer if isinstance(answer, tuple) else (answer, None)
        found = _LIST.match(line)
        if found is None:
            continue
        separator = (found[2] or b"")[-1:].decode("latin-1")
        name = literal if literal is not None else _string(found[3])
        attributes = frozenset(word.decode("latin-1") for word in found[1].split())
        yield Folder(name.decode("latin-1"), separator, attributes)


def bodies(answers: Iterable[Raw | None]) -> Iterator[tuple[int, bytes]]:
    """Give UID and content of each message of a FETCH."""
    before, content = b"", None
    for answer in answers:
        if isinstance(answer, tuple):
            before, content = before + answer[0], answer[1]
            continue
        text = before + (answer or b"")
        if content is None and (short := _SHORT_BODY.search(text)):
            content = re.sub(rb"\\(.)", rb"\1", short[1] or b"")
        uid = _UID.search(text)
        if uid and content is not None:
            yield int(uid[1]), content
        before, content = b"", None


def described(answers: Iterable[Raw | None]) -> Iterator[Described]:
    """Give what a FETCH of flags, dates and sizes says; what is not whole is left out."""
    for answer in answers:
        if not isinstance(answer, bytes):
            continue
        if usual := _USUAL.fullmatch(answer):
            yield Described(int(usual[1]), _flags(usual[2]), _date(usual[3]), int(usual[4]))
            continue
        uid, flags = _UID.search(answer), _FLAGS.search(answer)
        if uid is None or flags is None:
            continue
        date, size = _DATE.search(answer), _SIZE.search(answer)
        yield Described(int(uid[1]), _flags(flags[1]), _date(date[1]) if date else "", int(size[1]) if size else 0)


def numbers(answers: Iterable[Raw | None]) -> list[int]:
    """Give the numbers of a SEARCH, sorted."""
    words = (word for answer in answers if isinstance(answer, bytes) for word in answer.split())
    found = {int(word) for word in words if word.isdigit() and len(word) <= len(str(BIGGEST_UID))}
    return sorted(number for number in found if 0 < number <= BIGGEST_UID)


def appended(said: bytes, count: int) -> list[int]:
    """Give the UIDs of messages that were appended, [] where the server does not say, or not of each."""
    found = _APPENDED.search(said)
    if found is None:
        return []
    uids: list[int] = []
    for part in found[2].split(b","):
        first, _, last = part.partition(b":")
        if not first.isdigit() or (last and not last.isdigit()):
            return []
        span = int(last or first) - int(first)
        if not 0 <= span < count:
            return []
        uids += range(int(first), int(first) + span + 1)
    return uids if len(uids) == count else []


def code(said: bytes) -> str:
    """Give the code of an answer such as OVERQUOTA, "" for none. Source: RFC 5530."""
    found = _CODE.match(said.strip())
    return found[1].decode() if found else ""


def words(said: bytes) -> str:
    """Give what a server said as one short line that can be shown."""
    text = said.decode("utf-8", "replace")
    return "".join(sign for sign in text if sign.isprintable())[:200]


def usable(found: Iterable[Folder]) -> list[Folder]:
    """Give the folders whose names can be asked for."""
    return [folder for folder in found if is_usable(folder.name)]


def _flags(text: bytes) -> tuple[str, ...]:
    return _usual_flags(text) if len(text) <= _USUAL_LENGTH else _read_flags(text)


def _read_flags(text: bytes) -> tuple[str, ...]:
    return kept_flags(word.decode("latin-1") for word in text.split())


_usual_flags = lru_cache(maxsize=1_000)(_read_flags)


def _date(text: bytes) -> str:
    return kept_date(text.decode("latin-1"))


def _string(text: bytes) -> bytes:
    quoted = _QUOTED.fullmatch(text.strip())
    return re.sub(rb"\\(.)", rb"\1", quoted[1]) if quoted else text.strip()
