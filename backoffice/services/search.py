"""Finding people by code, number, user name or name, each by the start of an index, never by a scan.

Source: interface.md "one search box"; performance.md ("LIKE search is the wall").
"""

import heapq
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from rapidfuzz.distance import OSA
from sqlalchemy.orm import selectinload

from backoffice.extensions import db
from backoffice.models import Account, Link, PermanentRequest, Person, PersonCode, Registration
from backoffice.rules import latin, mobile, national_code
from backoffice.rules.errors import RefusedError
from backoffice.rules.latin import neighbours, skeleton
from backoffice.rules.sort_key import in_order, prefix_range
from backoffice.rules.text import has_arabic_script, n2, n3
from backoffice.services import tracking

LEAST, MOST = 2, 100
SHOWN = 50
# Shorter skeletons begin too many names, and are one slip away from too many others.
LEAST_SOUND, LEAST_BONES = 3, 4
# How many people one slip away are looked at more closely.
LOOKED_AT = 1000
# A title HR writes and people leave out when they search; N3 drops it from what was typed.
_TITLES = ("سید", "سیده", "میر", "حاج", "حاجی")


@dataclass(frozen=True)
class Found:
    """What a question finds. ``more``: there are other people too, a longer question finds them.

    ``people``: in alphabetical order; ``similar``: those whose whole name is one slip away; ``registrations``: attempts
    that led to nobody of the register, the newest first.
    """

    people: Sequence[Person] = ()
    more: bool = False
    too_short: bool = False
    similar: Sequence[Person] = ()
    registrations: Sequence[Registration] = ()


def find(question: str) -> Found:
    """Find whom a question means: by a whole code, mobile, mail or tracking code, or the start of a number or name.

    Names are found from either end, in Persian or Latin letters. Digits of any script, any spelling. Fewer than two
    signs find nobody.
    """
    text = question.strip()[:MOST]
    if len(n2(text)) < LEAST:
        return Found(too_short=True)
    code = national_code.normalise(text)
    is_number = code.isascii() and code.isdecimal()
    attempts = _attempts(text)
    known = {attempt.person_id for attempt in attempts if attempt.person_id}
    ids = known.union(_by_number(code) if is_number else _by_word(text), _by_contact(text), _by_request(text))
    similar = set() if is_number else _by_slip(text) - ids
    return Found(
        _in_order(ids), more=max(len(ids), len(similar)) > SHOWN, similar=_in_order(similar),
        registrations=[attempt for attempt in attempts if not attempt.person_id],
    )  # fmt: skip


def _in_order(ids: Iterable[int]) -> Sequence[Person]:
    own = sa.select(Person).where(Person.id.in_(ids)).options(selectinload(Person.links))
    return db.session.scalars(own.order_by(Person.sort_key, Person.id).limit(SHOWN)).all() if ids else ()


def _attempts(text: str) -> Sequence[Registration]:
    """Give registrations by their tracking code, or by the mobile or national code that was typed."""
    code = national_code.normalise(text)
    own: list[sa.ColumnElement[bool]] = [Registration.national_code.in_({code, national_code.pad(code)})]
    if number := mobile.canonical(text):
        own.append(Registration.mobile == number)
    with suppress(RefusedError):
        own.append(Registration.tracking_code == tracking.read_code(text))
    # One question for each index: an "or" over several is a scan.
    ids = {found for where in own for found in _ids(sa.select(Registration.id).where(where))}
    newest = sa.select(Registration).where(Registration.id.in_(ids)).order_by(Registration.id.desc())
    return db.session.scalars(newest.limit(SHOWN)).all() if ids else ()


def _by_contact(text: str) -> Iterable[int]:
    """Find by a whole mobile number or a whole private mail address."""
    if number := mobile.canonical(text):
        yield from _ids(sa.select(Account.person_id).where(Account.mobile == number))
    local, at, domain = text.rpartition("@")
    if at:
        written = {f"{local}@{domain.lower()}", text.lower()}
        yield from _ids(sa.select(Account.person_id).where(Account.personal_email.in_(written)))


def _by_request(text: str) -> Iterable[int]:
    """Find by the tracking code of a request for the permanent account."""
    with suppress(RefusedError):
        code = tracking.read_code(text)
        asked = sa.select(Account.person_id).join(PermanentRequest, PermanentRequest.account_id == Account.id)
        yield from _ids(asked.where(PermanentRequest.tracking_code == code))


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
        yield from _by_sound(text)
    folded, bare = n2(text), n3(text)
    for key in dict.fromkeys([folded, bare, *(title + bare for title in _TITLES)]):
        yield from _starting(Person.search_key, key, Person.id)
    for key in dict.fromkeys([folded, bare]):
        yield from _starting(Person.sort_key, in_order(key), Person.id)


def _by_sound(text: str) -> Iterable[int]:
    """Find by the start of a name in Latin letters, which no two people write alike."""
    bones = skeleton(text)
    if len(bones) >= LEAST_SOUND:
        for column in (Person.skeleton, Person.skeleton_last_first):
            yield from _starting(column, bones, Person.id)


def _by_slip(text: str) -> set[int]:
    """Find whole names, in either order, of which one letter is wrong, missing, too many or in the wrong place."""
    bones = skeleton(text)
    if len(bones) < LEAST_BONES:
        return set()
    near, folded = neighbours(bones), n2(text)
    columns = Person.id, Person.search_key, Person.sort_key
    asked = (
        sa.select(*columns).where(column.in_(near)).limit(LOOKED_AT)
        for column in (Person.skeleton, Person.skeleton_last_first)
    )
    found = {row for question in asked for row in db.session.execute(question)}
    if not has_arabic_script(text):
        return {number for number, _, _ in heapq.nsmallest(SHOWN, found, key=lambda row: _distance(text, row[1]))}
    wanted = {folded, in_order(folded)}
    return {number for number, *keys in found if any(_is_near(one, key) for one in wanted for key in keys)}


def _distance(text: str, key: str) -> int:
    """Say how far a name in Latin letters is from a person's, whichever of first and last name comes first."""
    head, _, tail = text.strip().rpartition(" ")
    return min(latin.distance(text, key), latin.distance(tail + head, key))


def _is_near(one: str, other: str) -> bool:
    return OSA.distance(one, other, score_cutoff=1) <= 1


def _starting(
    column: sa.orm.InstrumentedAttribute[str], start: str, wanted: sa.orm.InstrumentedAttribute[int]
) -> list[int]:
    if not start:
        return []
    low, high = prefix_range(start)
    return _ids(sa.select(wanted).where(column >= low, column < high).order_by(column))


def _ids(question: sa.Select[Any]) -> list[int]:
    return list(db.session.scalars(question.limit(SHOWN + 1)))
