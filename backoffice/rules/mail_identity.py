"""What makes a message the same one at both servers, and which flags may be written into a command.

Message-IDs say nothing here: they are missing, or two messages share one. Source: reliability.md §3 ("0 doubled by
content"); stack.md (a hostile server can put CRLF into flags).
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeVar

Key = TypeVar("Key")
_FLAG = re.compile(r"\\?[^\x00-\x20\x7f-\uffff(){%*\"\\\]]{1,100}")
_DATE = re.compile(r"[ 0-9][0-9]-[A-Z][a-z]{2}-[0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} [+-][0-9]{4}")
MOST_FLAGS = 100


class ContentHash:
    """SHA-256 of a message, given in parts, in which all ends of lines count as the same one.

    A server that keeps lines with LF gives CRLF back for both, and for any number of CR before a LF; NUL, which IMAP
    cannot carry, comes back as 0x80.
    """

    def __init__(self) -> None:
        self._hash, self._kept = hashlib.sha256(), b""

    def update(self, part: bytes) -> None:
        """Take the next part."""
        data = self._kept + part
        self._kept = b""
        if data.endswith(b"\r"):
            end = len(data.rstrip(b"\r"))
            data, self._kept = data[:end], data[end:]
        while b"\r\n" in data:
            data = data.replace(b"\r\n", b"\n")
        self._hash.update(data.replace(b"\0", b"\x80") if b"\0" in data else data)

    def hexdigest(self) -> str:
        """Give the hash; nothing can be added then."""
        self._hash.update(self._kept)
        self._kept = b""
        return self._hash.hexdigest()


def content_hash(content: bytes) -> str:
    """Give the hash of a whole message."""
    found = ContentHash()
    found.update(content)
    return found.hexdigest()


def kept_flags(flags: Iterable[str]) -> tuple[str, ...]:
    """Give the flags and keywords that are brought along, sorted: all but Recent and what is no flag at all."""
    kept = {flag for flag in flags if _FLAG.fullmatch(flag) and flag.lower() != "\\recent"}
    return tuple(sorted(kept)[:MOST_FLAGS])


def kept_date(text: str) -> str:
    """Give an internal date that may be written into a command, "" where it is none."""
    return text if _DATE.fullmatch(text) else ""


def matched(wanted: Mapping[Key, tuple[str, str]], found: Mapping[int, tuple[str, str]]) -> dict[Key, int]:
    """Give which of the messages that were found is which of those wanted; each is (hash, internal date).

    Equal messages are told apart by their number only: two stay two. Those with the same date come first.
    """
    by_both: dict[tuple[str, str], list[int]] = defaultdict(list)
    for uid in sorted(found, reverse=True):
        by_both[found[uid]].append(uid)
    matches: dict[Key, int] = {}
    for key, both in wanted.items():
        if by_both[both]:
            matches[key] = by_both[both].pop()
    by_hash: dict[str, list[int]] = defaultdict(list)
    for (digest, _date), uids in by_both.items():
        by_hash[digest] += uids
    for key, (digest, _date) in wanted.items():
        if key not in matches and by_hash[digest]:
            matches[key] = by_hash[digest].pop()
    return matches
