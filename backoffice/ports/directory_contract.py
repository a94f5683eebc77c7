"""What every directory gives, whatever stands behind it: errors, entries, columns.

Source: reliability.md §1 and §3, reconciliation.md "The directory read".
"""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, Self

from backoffice.rules.errors import RefusedError

if TYPE_CHECKING:
    import pyarrow as pa

SEPARATOR = "\x1f"
ENTRY_UUID = "entryUUID"
ENTRY_CSN = "entryCSN"

# One row: the DN, then one text for each attribute asked for; several values are joined with SEPARATOR.
Row = list[str]
# Rows as they arrive, a page at a time.
Pages = Iterator[list[Row]]


class DirectoryError(RefusedError):
    """The directory did not give what was asked; one plain sentence without secrets.

    ``result`` is the LDAP result code, None where the server gave none.
    """

    def __init__(self, message: str, values: Mapping[str, Any] | None = None, *, result: int | None = None) -> None:
        super().__init__(message, values)
        self.result = result


class DirectoryUnavailable(DirectoryError):  # noqa: N818 - the name says what is the matter
    """The directory cannot be reached or does not answer in time. Trying again later may help."""


class DirectoryRefused(DirectoryError):  # noqa: N818 - as above
    """The directory does not accept us: password, certificate, or a connection that would not be safe."""


class DirectoryReadFailed(DirectoryError):  # noqa: N818 - as above
    """The read did not end with success. What was received must not be used."""


class Entry(NamedTuple):
    """One entry: its DN as the server gives it, and values by attribute as asked for."""

    dn: str
    values: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Columns:
    """A read as columns of equal length: Arrow text, "" where an entry has no value."""

    dn: "pa.ChunkedArray"
    by_attribute: "Mapping[str, pa.ChunkedArray]"

    def __len__(self) -> int:
        return len(self.dn)

    @classmethod
    def of(cls, attributes: Sequence[str], pages: Iterable[list[Row]]) -> Self:
        """Build columns page by page; no row outlives its page."""
        # Loading pyarrow takes longer than most commands.
        import pyarrow as pa  # noqa: PLC0415

        chunks: list[list[pa.Array]] = [[] for _ in range(len(attributes) + 1)]
        for rows in pages:
            for column, values in zip(chunks, zip(*rows, strict=True), strict=False):
                column.append(pa.array(values, pa.string()))
        dn, *rest = [pa.chunked_array(column, pa.string()) for column in chunks]
        return cls(dn, dict(zip(attributes, rest, strict=True)))


class Directory(Protocol):
    """A directory of accounts, to be used in a with statement. Raises DirectoryError from every method."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def known_attributes(self) -> frozenset[str]:
        """Give the attribute names the directory knows, lower case; empty where it does not tell."""

    def entries(self, search_filter: str, attributes: Sequence[str], base: str | None = None) -> Iterator[Entry]:
        """Give the entries under ``base`` (default: the whole directory) that match an LDAP filter."""

    def read_columns(self, search_filter: str, attributes: Sequence[str], base: str | None = None) -> Columns:
        """Give the same as columns; the fast way for whole populations."""

    def matching(self, search_filter: str, branch: str) -> set[str]:
        """Give the entry UUIDs under a branch (full DN) that match an LDAP filter."""

    def bind_as(self, dn: str, password: bytes) -> bool:
        """Say whether a password opens an account; an empty one never does."""

    def groups_of(self, dn: str) -> list[str]:
        """Give the DNs of the groups (under the groups branch) that an account is a member of."""

    def close(self) -> None:
        """Close the connection; a closed directory may be used again and then connects anew."""


def as_entries(attributes: Sequence[str], pages: Pages) -> Iterator[Entry]:
    """Turn rows into entries; attributes without a value are left out."""
    for rows in pages:
        for dn, *cells in rows:
            found = zip(attributes, cells, strict=True)
            yield Entry(dn, {name: tuple(cell.split(SEPARATOR)) for name, cell in found if cell})


def description(name: str, canonical: Callable[[str], str] = str) -> str:
    """Give an attribute description in one form: lower case, ``canonical`` base name, options sorted.

    Source: RFC 4512 §2.5 (options have no order and no case).
    """
    base, *options = name.lower().split(";")
    return ";".join([canonical(base), *sorted(options)])


def text(value: bytes) -> str:
    """Give a value as text; bytes that are no UTF-8 are shown as U+FFFD, our separator as a space."""
    decoded = str(value, "utf-8", "replace")
    return decoded.replace(SEPARATOR, " ") if SEPARATOR in decoded else decoded


@contextmanager
def quiet_collector() -> Iterator[None]:
    """Stop the garbage collector while many small objects are made; they hold no cycles."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
