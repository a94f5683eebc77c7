"""LDAP filters evaluated by ourselves, for dumps that have no server to ask.

Knows and, or, not, equality, presence, substring, >= and <=; case and runs of spaces do not matter.
Source: RFC 4515.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

Values = Mapping[str, Sequence[str]]
Predicate = Callable[[Values], bool]
_Compare = Callable[[str, str], bool]

_ITEM = re.compile(r"([A-Za-z0-9.;_-]+)\s*(>=|<=|~=|=)(.*)", re.DOTALL)
_ESCAPED = re.compile(r"((?:\\[0-9A-Fa-f]{2})+)")
_SPACES = re.compile(r"\s+")
_NUMBER = re.compile(r"-?[0-9]+", re.ASCII)
DEPTH_LIMIT = 50


class FilterError(ValueError):
    """The text is no filter, or one of a kind that only a server can evaluate."""


def compile_filter(text: str) -> Predicate:
    """Give a function that says whether an entry (lower-case descriptions to values) matches.

    Raises FilterError.
    """
    predicate, end = _node(text.strip(), 0, 0)
    if end != len(text.strip()):
        raise FilterError(f"unexpected text after the filter: {text.strip()[end:]}")
    return predicate


def escaped(value: str) -> str:
    """Give a value as it stands in a filter. Source: RFC 4515 §3."""
    return "".join(f"\\{ord(sign):02x}" if sign in "\\*()\0" else sign for sign in value)


def _node(text: str, start: int, depth: int) -> tuple[Predicate, int]:
    if text[start : start + 1] != "(" or depth > DEPTH_LIMIT:
        raise FilterError(f"a parenthesis is missing at position {start + 1}")
    if text[start + 1 : start + 2] in _JOINS:
        return _join(text, start + 1, depth)
    end = text.find(")", start)
    if end < 0:
        raise FilterError("a closing parenthesis is missing")
    return _item(text[start + 1 : end]), end + 1


def _join(text: str, start: int, depth: int) -> tuple[Predicate, int]:
    parts, position = [], start + 1
    while text[position : position + 1] == "(":
        part, position = _node(text, position, depth + 1)
        parts.append(part)
    if text[position : position + 1] != ")":
        raise FilterError("a closing parenthesis is missing")
    if text[start] == "!" and len(parts) != 1:
        raise FilterError("«!» takes exactly one filter")
    return _JOINS[text[start]](parts), position + 1


def _all(parts: list[Predicate]) -> Predicate:
    return lambda values: all(part(values) for part in parts)


def _any(parts: list[Predicate]) -> Predicate:
    return lambda values: any(part(values) for part in parts)


def _not(parts: list[Predicate]) -> Predicate:
    return lambda values: not parts[0](values)


_JOINS: dict[str, Callable[[list[Predicate]], Predicate]] = {"&": _all, "|": _any, "!": _not}


def _item(text: str) -> Predicate:
    found = _ITEM.fullmatch(text.strip())
    if not found:
        raise FilterError(f"this part cannot be evaluated without a server: ({text})")
    name, operator, value = found.groups()
    has_values = _values_of(name)
    if operator == "=" and value.strip() == "*":
        return lambda values: bool(has_values(values))
    test = _substring(value) if operator == "=" and "*" in value else _comparison(operator, value)
    return lambda values: any(test(_fold(held)) for held in has_values(values))


def _values_of(name: str) -> Callable[[Values], list[str]]:
    base, *options = name.lower().split(";")

    def found(values: Values) -> list[str]:
        held: list[str] = []
        for description, several in values.items():
            other, *more = description.split(";")
            if other == base and set(options) <= set(more):
                held += several
        return held

    return found


def _comparison(operator: str, value: str) -> Callable[[str], bool]:
    wanted, compare = _fold(_unescape(value)), _COMPARISONS[operator]
    return lambda held: compare(held, wanted)


def _at_least(held: str, wanted: str) -> bool:
    if _NUMBER.fullmatch(held) and _NUMBER.fullmatch(wanted):
        return int(held) >= int(wanted)
    return held >= wanted


_COMPARISONS: dict[str, _Compare] = {
    "=": str.__eq__,
    "~=": str.__eq__,
    ">=": _at_least,
    "<=": lambda held, wanted: _at_least(wanted, held),
}


def _substring(value: str) -> Callable[[str], bool]:
    parts = [re.escape(_fold(_unescape(part))) for part in value.split("*")]
    pattern = re.compile(".*".join(parts), re.DOTALL)
    return lambda held: pattern.fullmatch(held) is not None


def _unescape(value: str) -> str:
    return _ESCAPED.sub(lambda found: bytes.fromhex(found[1].replace("\\", "")).decode("utf-8", "replace"), value)


@lru_cache(maxsize=4096)
def _fold(value: str) -> str:
    return _SPACES.sub(" ", value).strip().casefold()
