"""Comparing distinguished names: case, spaces and the way of escaping do not matter.

Source: RFC 4514 (string form), reconciliation.md "The directory read".
"""

import re
from functools import lru_cache

_ESCAPED = re.compile(r"((?:\\[0-9A-Fa-f]{2})+)|\\(.)", re.DOTALL)
_SPECIAL = re.compile(r'[,+"\\<>;=#]')
_SPACES = re.compile(r"\s+")
_PLAIN = re.compile(r'[^\\"+;]*')


def normal(dn: str) -> str:
    """Give the one form of a distinguished name that all its spellings share; fit to be compared, not to be shown."""
    own, comma, above = dn.partition(",")
    # Many entries share what is above them.
    return f"{_normal_rdn(own)},{_normal(above)}" if comma and _PLAIN.fullmatch(dn) else _normal(dn)


@lru_cache(maxsize=65536)
def _normal(dn: str) -> str:
    return ",".join(_normal_rdn(rdn) for rdn in split(dn))


def split(dn: str) -> list[str]:
    """Give the relative names of a distinguished name as written, the entry's own first; [] for the empty name."""
    if not dn.strip():
        return []
    return dn.split(",") if _PLAIN.fullmatch(dn) else _split_outside_escapes(dn, ",")


def parent(dn: str) -> str:
    """Give the name of the entry above, as written; empty for a name of one part."""
    return ",".join(split(dn)[1:])


def join(relative: str, base: str) -> str:
    """Give a branch that is written relative to the base as a full name."""
    return ",".join(part for part in (relative.strip(), base.strip()) if part)


def is_under(dn: str, branch: str) -> bool:
    """Say whether an entry is the branch itself or below it. Everything is below the empty name."""
    entry, above = normal(dn), normal(branch)
    return not above or entry == above or entry.endswith(f",{above}")


def _split_outside_escapes(text: str, separator: str) -> list[str]:
    parts, start, position = [], 0, 0
    while position < len(text):
        if text[position] == "\\":
            position += 1
        elif text[position] == separator:
            parts.append(text[start:position])
            start = position + 1
        position += 1
    return [*parts, text[start:]]


def _normal_rdn(rdn: str) -> str:
    pairs = _split_outside_escapes(rdn, "+") if "+" in rdn else [rdn]
    return "+".join(sorted(_normal_pair(pair) for pair in pairs))


def _normal_pair(pair: str) -> str:
    kind, _, value = pair.partition("=")
    if "\\" in value:
        value = _ESCAPED.sub(_unescape, value)
    folded = _SPACES.sub(" ", value).strip().casefold()
    return f"{kind.strip().lower()}={_SPECIAL.sub(_escape, folded)}"


def _unescape(match: re.Match[str]) -> str:
    if match[1]:
        return bytes.fromhex(match[1].replace("\\", "")).decode("utf-8", "replace")
    return match[2]


def _escape(match: re.Match[str]) -> str:
    return f"\\{ord(match[0]):02x}"
