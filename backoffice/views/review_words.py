"""The two sides of a pair in short, and what the verdicts on a rule prove, in words."""

import math
from typing import NamedTuple

from backoffice.i18n import N_, _, current_language
from backoffice.models import Finding
from backoffice.rules import fields as f
from backoffice.rules import situations as s
from backoffice.views.comparison import Cell, Row, rows_of
from backoffice.views.formats import digits, without_codes

_FACTS = (f.NATIONAL_CODE, f.PERSONNEL_NUMBER, f.UNIT)
_NAMES = (f.FIRST_NAME, f.LAST_NAME)
_LATIN_NAME = "latin_full_name"
_TITLES: dict[str, str] = {
    s.T2: N_("Name almost the same"), s.T1B: N_("No Persian name"), s.T4B: N_("No national code"),
    s.T5: N_("One person twice"),
}  # fmt: skip


class Sides(NamedTuple):
    """One pair: rows of names and of facts, each with HR's cell and the account's; ``latin``: the account's own."""

    names: list[Row]
    facts: list[Row]
    username: str
    latin: str
    is_disabled: bool


def sides(finding: Finding) -> Sides:
    """Give what is compared of a pair; codes masked."""
    entries = finding.evidence.get("entries") or []
    entry = entries[0] if entries else {}
    rows = rows_of(finding, (*_NAMES, f.FULL_NAME, *_FACTS), shown=False)
    split = any(_is_there(rows[name].hr) for name in _NAMES)
    names = [rows[name] for name in _NAMES] if split else [rows[f.FULL_NAME]]
    persian = any(_is_there(cell) for row in names for cell in row.entries)
    username = str(entry.get("username") or entry.get("dn") or "")
    latin = "" if persian else str(entry.get(_LATIN_NAME) or "")
    return Sides(names, [rows[name] for name in _FACTS], without_codes(username), latin, bool(entry.get("disabled")))


def tier_title(tier: str) -> str:
    """Give a rule in a word or two, for a tab."""
    return str(_(_TITLES[tier]))


def percent(share: float) -> str:
    """Give a share of what is proved in percent, cut and not rounded, in the digits of the page."""
    cut = f"{math.floor(share * 1000) / 10:.1f}".removesuffix(".0")
    return str(digits(cut.replace(".", "٫") if current_language() == "fa" else cut))


def _is_there(cell: Cell) -> bool:
    return bool(cell.segments)
