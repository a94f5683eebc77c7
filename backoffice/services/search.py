"""Finding people by code, number, user name or name, each by the start of an index, never by a scan.

Source: interface.md "one search box"; performance.md ("LIKE search is the wall").
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from backoffice.extensions import db
from backoffice.models import Link, Person, PersonCode
from backoffice.rules import national_code
from backoffice.rules.sort_key import in_order, prefix_range
from backoffice.rules.text import has_arabic_script, n2, n3

LEAST, MOST = 2, 100
SHOWN = 50
# A title HR writes and people leave out when they search; N3 drops it from what was typed.
_TITLES = ("سید", "سیده", "میر", "حاج", "حاجی")


@dataclass(frozen=True)
class Found:
    """People in alphabetical order; ``more``: there are others, a longer question finds them."""

    people: Sequence[Person] = ()
    more: bool = False
    too_short: bool = False


def people(question: str) -> Found:
    """Give the people a question means: a code (whole), a number, a user name or a name from either end.

    Digits of any script, any spelling. Fewer than two signs find nobody.
    """
    text = question.strip()[:MOST]
    if len(n2(text)) < LEAST:
        return Found(too_short=True)
    code = national_code.normalise(text)
    ids = set(_by_number(code) if code.isascii() and code.isdecimal() else _by_word(text))
    own = sa.select(Person).where(Person.id.in_(ids)).options(selectinload(Person.links))
    rows = db.session.scalars(own.order_by(Person.sort_key, Person.id).limit(SHOWN)).all()
    return Found(rows, more=len(ids) > SHOWN)


def _by_number(code: str) -> Iterable[int]:
    """Find by a whole national code, one the person had before, or the start of a personnel number."""
    codes = {code, national_code.pad(code)}
    yield from _ids(sa.select(Person.id).where(Person.national_code.in_(codes)))
    yield from _ids(sa.select(PersonCode.person_id).where(PersonCode.value.in_(codes)))
    yield from _starting(Link.personnel_number, code, Link.person_id)


def _by_word(text: str) -> Iterable[int]:
    """Find by the start of a user name (or of a mail address), or of first and last name in either order."""
    if not has_arabic_script(text):
        yield from _starting(Link.username, text.casefold().partition("@")[0], Link.person_id)
    folded, bare = n2(text), n3(text)
    for key in dict.fromkeys([folded, bare, *(title + bare for title in _TITLES)]):
        yield from _starting(Person.search_key, key, Person.id)
    for key in dict.fromkeys([folded, bare]):
        yield from _starting(Person.sort_key, in_order(key), Person.id)


def _starting(
    column: sa.orm.InstrumentedAttribute[str], start: str, wanted: sa.orm.InstrumentedAttribute[int]
) -> list[int]:
    if not start:
        return []
    low, high = prefix_range(start)
    return _ids(sa.select(wanted).where(column >= low, column < high).order_by(column))


def _ids(question: sa.Select[Any]) -> list[int]:
    return list(db.session.scalars(question.limit(SHOWN + 1)))
