"""Work on whole text columns: clean, map distinct values once, look for a pattern. No Python per cell."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Mask = npt.NDArray[np.bool_]
# White space, joiners and direction marks at the ends of a cell say nothing.
EDGES = (
    " \t\r\n\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\u00ad\u061c\u200b\u200c\u200d\u200e\u200f"
    "\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)


def clean(column: pa.LargeStringArray) -> pa.LargeStringArray:
    """Trim cells and unwrap ``="…"`` and a leading ``'``, which spreadsheets use to keep zeros."""
    trimmed = pc.utf8_trim(column, characters=EDGES)
    if _any(pc.starts_with(trimmed, '="')):
        trimmed = pc.replace_substring_regex(trimmed, r'(?s)^="(.*)"$', r"\1")
    if _any(pc.starts_with(trimmed, "'")):
        trimmed = pc.replace_substring_regex(trimmed, "^'", "")
    return pc.utf8_trim(trimmed, characters=EDGES)


def _any(mask: pa.BooleanArray) -> bool:
    return bool(pc.any(mask).as_py())


def map_distinct(column: pa.LargeStringArray, change: Callable[[str], str]) -> pa.LargeStringArray:
    """Change each distinct value once."""
    encoded = column.dictionary_encode()
    changed = pa.array([change(value) for value in encoded.dictionary.to_pylist()], pa.large_string())
    return changed.take(encoded.indices)


def map_odd(column: pa.LargeStringArray, plain: str, change: Callable[[str], str]) -> pa.LargeStringArray:
    """Change only the values that do not match the pattern ``plain``."""
    odd = pc.invert(pc.match_substring_regex(column, plain))
    if not _any(odd):
        return column
    return pc.replace_with_mask(column, odd, map_distinct(column.filter(odd), change))


def matches(column: pa.LargeStringArray, pattern: str) -> Mask:
    """Say for each cell whether the pattern is found in it."""
    return as_mask(pc.match_substring_regex(column, pattern))


def equals(column: pa.LargeStringArray, value: str) -> Mask:
    """Say for each cell whether it is the value."""
    return as_mask(pc.equal(column, value))


def as_mask(found: pa.BooleanArray) -> Mask:
    """Give an Arrow answer as a numpy mask."""
    mask: Mask = found.to_numpy(zero_copy_only=False)
    return mask


def constant(value: str, count: int) -> pa.LargeStringArray:
    """Give a column that holds one value."""
    return pa.repeat(pa.scalar(value, pa.large_string()), count)
