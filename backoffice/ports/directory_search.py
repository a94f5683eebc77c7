"""One page of a paged search through ldap3's own reader: slow and sure.

It is the oracle for the column decoder and stands in for it where the two disagree.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import ldap3

from backoffice.i18n import N_
from backoffice.ports.directory_connection import error_of
from backoffice.ports.directory_contract import SEPARATOR, DirectoryReadFailed, Row, text

PAGE_SIZE = 1000
PAGED_RESULTS = "1.2.840.113556.1.4.319"
NOT_WANTED = -1
SUCCESS = 0
Scope = Literal["BASE", "LEVEL", "SUBTREE"]


class Places(dict[str, int]):
    """Column number by attribute name as the server spells it; learns each spelling once."""

    def __init__(self, attributes: Sequence[str], one_form: Callable[[str], str]) -> None:
        super().__init__()
        self._one_form = one_form
        self._numbers = {one_form(name): number for number, name in enumerate(attributes, start=1)}

    def copies(self, attributes: Sequence[str]) -> tuple[tuple[int, int], ...]:
        """Give (column, column it is a copy of) for attributes that are asked for under two names."""
        owners = ((number, self._numbers[self._one_form(name)]) for number, name in enumerate(attributes, start=1))
        return tuple((number, owner) for number, owner in owners if number != owner)

    def __missing__(self, name: str) -> int:
        number = self._numbers.get(self._one_form(name), NOT_WANTED)
        self[name] = number
        return number


@dataclass(frozen=True)
class Search:
    """A search; ``attributes`` are the ones asked for, ``places`` says where their values go in a row."""

    base: str
    filter: str
    attributes: tuple[str, ...]
    places: Places
    width: int
    copies: tuple[tuple[int, int], ...] = ()
    scope: Scope = "SUBTREE"

    def blank_row(self) -> Row:
        """Give a row without values: the DN's place and one for each column."""
        return [""] * (self.width + 1)


class Page(NamedTuple):
    """What one request brought: rows, the number of references to other servers, and the next cookie."""

    rows: list[Row]
    references: int
    cookie: bytes


PageReader = Callable[[ldap3.Connection, Search, bytes], Page]


def read_page(connection: ldap3.Connection, search: Search, cookie: bytes) -> Page:
    """Give one page. Raises DirectoryReadFailed for every result but success; ldap3 lets 3, 4 and 10 pass."""
    _, result, response, _ = connection.search(
        search.base,
        search.filter,
        search.scope,
        dereference_aliases=ldap3.DEREF_NEVER,
        attributes=list(search.attributes),
        paged_size=PAGE_SIZE,
        paged_criticality=True,
        paged_cookie=cookie or None,
    )
    if result["result"] != SUCCESS:
        raise error_of(result["result"], result["description"])
    rows = [_row(search, answer) for answer in response if answer["type"] == "searchResEntry"]
    references = sum(answer["type"] == "searchResRef" for answer in response)
    return Page(rows, references, _cookie(result))


def _row(search: Search, answer: dict[str, Any]) -> Row:
    row = search.blank_row()
    row[0] = text(answer["raw_dn"])
    for name, values in answer["raw_attributes"].items():
        place = search.places[name]
        if place != NOT_WANTED:
            row[place] = SEPARATOR.join(map(text, values))
    return row


def _cookie(result: dict[str, Any]) -> bytes:
    control = result.get("controls", {}).get(PAGED_RESULTS)
    if control is None:
        raise DirectoryReadFailed(N_("The directory did not say whether the read is complete."))
    return bytes(control["value"]["cookie"])
