"""Finding the header of an HR export and what each of its columns means.

Source: contract.md "HR file", mission.md §7 header synonyms, reconciliation.md "Gates on the file".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from backoffice.i18n import N_
from backoffice.reconcile.hr_file import Gate
from backoffice.rules import fields
from backoffice.rules.text import fold_word
from backoffice.settings import HrSettings, HrSource

RECORDS_LOOKED_AT = 10

MISSING_COLUMNS = N_("the required columns are missing: %(missing)s; the header on line %(line)d has: %(found)s")
NO_HEADER = N_("none of the first %(count)d records is a header: no known column name was found in them")
DOUBLED_COLUMN = N_("two columns hold %(field)s: %(headers)s; rename one or choose one in the column mapping")

Record = tuple[int, Sequence[str]]


@dataclass(frozen=True)
class Header:
    """The header record: its line, names as in the file, and our field for each ("" = unknown)."""

    line: int
    names: tuple[str, ...]
    fields: tuple[str, ...]

    @property
    def known(self) -> tuple[str, ...]:
        """Our names, in the order of the file."""
        return tuple(name for name in self.fields if name)


@dataclass(frozen=True)
class HeaderWords:
    """Which header word means which of our fields, and which fields a file must have."""

    words: Mapping[str, str]
    needs_status: bool

    def field_of(self, name: str) -> str:
        """Give our field for a header, "" if it is unknown."""
        return self.words.get(fold_word(clean_name(name)), "")

    def missing(self, known: Iterable[str]) -> list[str]:
        """Name the required fields that are not among the known ones."""
        have = set(known)
        required = [fields.NATIONAL_CODE, fields.PERSONNEL_NUMBER]
        if fields.FULL_NAME not in have:
            required += [fields.FIRST_NAME, fields.LAST_NAME]
        if self.needs_status:
            required.append(fields.STATUS)
        return [name for name in required if name not in have]


def header_words(source: HrSource, hr: HrSettings, mapping: Mapping[str, str] | None = None) -> HeaderWords:
    """Gather header words; later wins: built-in, ``[hr.columns]``, the source's, the mapping (header → field)."""
    words: dict[str, str] = {}
    for table in (fields.HEADER_SYNONYMS, hr.columns, source.columns):
        words.update({fold_word(word): ours for ours, list_ in table.items() for word in list_})
        if table is fields.HEADER_SYNONYMS:
            words.update({fold_word(name): name for name in fields.HR_FIELDS})
    words.update({fold_word(clean_name(name)): ours for name, ours in (mapping or {}).items()})
    known = {word: ours for word, ours in words.items() if ours in fields.HR_FIELDS}
    return HeaderWords(known, needs_status=source.rows != "active_only")


def clean_name(name: str) -> str:
    """Give a header without the wrapping a spreadsheet adds."""
    bare = name.strip()
    if bare.startswith('="') and bare.endswith('"'):
        bare = bare[2:-1]
    return bare.removeprefix("'").strip()


def find_header(records: Sequence[Record], words: HeaderWords) -> tuple[int, Header] | None:
    """Give the position and header that holds all required names, or else the one with most known names.

    None when no record has a known name.
    """
    best: tuple[int, Header] | None = None
    for position, record in enumerate(records[:RECORDS_LOOKED_AT]):
        header = _as_header(record, words)
        if not words.missing(header.known):
            return position, header
        if header.known and (best is None or len(set(header.known)) > len(set(best[1].known))):
            best = position, header
    return best


def _as_header(record: Record, words: HeaderWords) -> Header:
    names = tuple(clean_name(name) for name in record[1])
    return Header(record[0], names, tuple(words.field_of(name) for name in names))


def header_faults(header: Header | None, words: HeaderWords) -> list[Gate]:
    """Give the faults of a header: no header at all, required columns missing, a known column doubled."""
    if header is None:
        return [Gate("required_columns", NO_HEADER, {"count": RECORDS_LOOKED_AT})]
    return [*_missing(header, words), *_doubled(header)]


def _missing(header: Header, words: HeaderWords) -> list[Gate]:
    missing = words.missing(header.known)
    if not missing:
        return []
    found = ", ".join(f"«{name}»" for name in header.names if name)
    places = {"missing": ", ".join(missing), "line": header.line, "found": found}
    return [Gate("required_columns", MISSING_COLUMNS, places)]


def _doubled(header: Header) -> list[Gate]:
    gates = []
    for ours in dict.fromkeys(header.known):
        names = [name for name, known in zip(header.names, header.fields, strict=True) if known == ours]
        if len(names) > 1:
            places = {"field": ours, "headers": ", ".join(f"«{name}»" for name in names)}
            gates.append(Gate("doubled_column", DOUBLED_COLUMN, places))
    return gates
