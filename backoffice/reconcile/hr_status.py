"""What a status word and a person type mean. Source: mission.md §7 "Status classes"; settings ``[hr.status]``."""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from backoffice.reconcile.hr_arrow import map_distinct
from backoffice.rules import fields
from backoffice.rules.text import fold_word
from backoffice.settings import HrSettings, HrSource

CLASSES = (fields.ACTIVE, fields.LIMITED, fields.ENDED, fields.DECEASED, fields.ADMITTED)
_PERSON_TYPES = {fold_word(word): kind for kind, words in fields.PERSON_TYPES.items() for word in (kind, *words)}


def status_words(source: HrSource, hr: HrSettings) -> dict[str, str]:
    """Give folded status word → key of STATUS_WORDS: built-in, then ``[hr.status]``, then the source's words.

    A key of the settings is a word key (retired) or a class (ended).
    """
    words: dict[str, str] = {}
    for table in (fields.STATUS_WORDS, hr.status, source.status):
        words.update(_folded(table))
    return words


def _folded(table: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {fold_word(word): _key(key) for key, words in table.items() for word in words}


def _key(key: str) -> str:
    return key if key in fields.STATUS_WORDS else fields.CLASS_OF_WORD.get(key, "")


def word_keys(column: pa.LargeStringArray, words: Mapping[str, str], *, empty: str = "") -> pa.LargeStringArray:
    """Give the key of each status, "" for one in no class, ``empty`` for an empty cell."""
    return map_distinct(column, lambda word: words.get(fold_word(word), "") if word else empty)


def classes(keys: pa.LargeStringArray) -> pa.LargeStringArray:
    """Give the status class of each word key."""
    return map_distinct(keys, lambda key: fields.CLASS_OF_WORD.get(key, fields.UNKNOWN))


def unknown_words(column: pa.LargeStringArray, keys: pa.LargeStringArray) -> dict[str, int]:
    """Give the status words in no class with the number of their rows."""
    odd = column.filter(pc.and_(pc.equal(keys, ""), pc.not_equal(column, "")))
    return {pair["values"]: pair["counts"] for pair in pc.value_counts(odd).to_pylist()}


def person_kinds(column: pa.LargeStringArray) -> pa.LargeStringArray:
    """Give the key of PERSON_TYPES of each cell, "" where it is none."""
    return map_distinct(column, lambda word: _PERSON_TYPES.get(fold_word(word), ""))
