"""Codes and numbers as the directory writes them, brought into the form they are compared in.

Columns are text, "" where absent; several values in a cell are joined with SEPARATOR.
"""

import re
from collections.abc import Callable

import pandas as pd

from backoffice.ports.directory import SEPARATOR
from backoffice.rules.directory_format import code_in
from backoffice.rules.text import bare_number

_PLAIN = r"^[0-9A-Za-z]*$"


def numbers(cells: pd.Series) -> pd.Series:
    """Give personnel numbers and the like as those of an HR file are given: see ``bare_number``."""
    return _each_value(cells, bare_number)


def national_codes(cells: pd.Series, form: str) -> pd.Series:
    """Give the codes out of the values that fit ``form`` ("urn:…:{}", any case) or are bare digits.

    "" where none fits; several different codes stay joined. A code is normalised, not checked.
    """
    prefix, _, suffix = form.partition("{}")
    plain = f"(?i)^{re.escape(prefix)}([0-9]+){re.escape(suffix)}$"
    simple = cells.str.extract(plain, expand=False)
    odd = simple.isna() & (cells != "")
    found = simple.fillna("")
    found[odd] = cells[odd].map(lambda cell: _codes_of(cell, form))
    return found


def _codes_of(cell: str, form: str) -> str:
    codes = (code_in(value, form) for value in cell.split(SEPARATOR))
    return SEPARATOR.join(dict.fromkeys(code for code in codes if code))


def _each_value(cells: pd.Series, change: Callable[[str], str]) -> pd.Series:
    """Change what is not plain already; a directory writes most numbers plainly, so few cells are touched."""
    odd = ~cells.str.match(_PLAIN)
    changed = cells.copy()
    changed[odd] = cells[odd].map(lambda cell: SEPARATOR.join(change(value) for value in cell.split(SEPARATOR)))
    return changed
