"""The holidays that count: those of ``[policy] holidays`` to begin with, then what the desk adds or strikes out.

Source: mission S40 ("week Saturday–Wednesday, holidays editable").
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import Holiday
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import EMPTY, LONGEST, InvalidFieldsError
from backoffice.rules.working_days import read_day, read_days
from backoffice.services import audit
from backoffice.settings import Settings

MOST_LINES = 400
NO_DAY = N_("This is no date; write it like 1405/01/13.")
NOT_LISTED = N_("This day is no holiday.")
TOO_MANY = N_("At most %(most)s lines can be read at once.")
BAD_LINES = N_("These lines do not begin with a date; nothing was added: %(lines)s")
_MOST_NAMED = 5
_LINE = re.compile(r"\s*(\S+)[\s,;،؛:–-]*(.*)")


@dataclass(frozen=True)
class Line:
    """One holiday that counts. ``words``: what it is; ``set_by``: who added it, "" for one of the settings."""

    day: dt.date
    words: str = ""
    set_by: str = ""


def days(settings: Settings) -> frozenset[dt.date]:
    """Give the days that count as holidays."""
    return frozenset(line.day for line in _lines(settings))


def of_year(jalali_year: int, settings: Settings) -> Sequence[Line]:
    """Give the holidays of a Jalali year in order."""
    first, after = read_day(f"{jalali_year}/01/01"), read_day(f"{jalali_year + 1}/01/01")
    return [line for line in _lines(settings) if first and after and first <= line.day < after]


def add(written: str, words: str, *, actor: str, settings: Settings) -> dt.date:
    """Add one day, or give it another name; gives it. Raises InvalidFieldsError."""
    if not written.strip():
        raise InvalidFieldsError({"day": RefusedError(EMPTY)})
    day = read_day(written)
    if day is None:
        raise InvalidFieldsError({"day": RefusedError(NO_DAY)})
    _put({day: words.strip()[:LONGEST]}, actor, settings)
    return day


def add_list(pasted: str, *, actor: str, settings: Settings) -> int:
    """Add a list, a day and its name on each line; all of it or nothing. Gives the number of days.

    Raises InvalidFieldsError that names the first lines that cannot be read.
    """
    lines = [line for line in pasted.splitlines() if line.strip()]
    if not lines:
        raise InvalidFieldsError({"list": RefusedError(EMPTY)})
    if len(lines) > MOST_LINES:
        raise InvalidFieldsError({"list": RefusedError(TOO_MANY, {"most": MOST_LINES})})
    parts = [(line, _LINE.fullmatch(line)) for line in lines]
    read = [(line, read_day(found[1].rstrip(",;،؛:")) if found else None, found) for line, found in parts]
    wrong = [line.strip()[:40] for line, day, _ in read if day is None]
    if wrong:
        raise InvalidFieldsError({"list": RefusedError(BAD_LINES, {"lines": " · ".join(wrong[:_MOST_NAMED])})})
    wanted = {day: found[2].strip()[:LONGEST] for _, day, found in read if day and found}
    _put(wanted, actor, settings)
    return len(wanted)


def remove(day_text: str, *, actor: str, settings: Settings) -> None:
    """Let a day (ISO) be a holiday no longer. Raises RefusedError where it is none."""
    with writing() as session:
        line = next((line for line in _lines(settings) if line.day.isoformat() == day_text), None)
        if line is None:
            raise RefusedError(NOT_LISTED)
        _set(session, line.day, line.words, actor, is_free=False)
        audit.record("settings:holiday:removed", _subject(line.day), actor=actor, before={"words": line.words})


def _put(wanted: Mapping[dt.date, str], actor: str, settings: Settings) -> None:
    with writing() as session:
        before = {line.day: line.words for line in _lines(settings)}
        for day, words in wanted.items():
            if before.get(day) == words:
                continue
            _set(session, day, words, actor, is_free=True)
            known = {"words": before[day]} if day in before else {}
            audit.record("settings:holiday:set", _subject(day), actor=actor, before=known, after={"words": words})


def _set(session: Session, day: dt.date, words: str, actor: str, *, is_free: bool) -> None:
    row = session.get(Holiday, day.isoformat()) or Holiday(day=day.isoformat())
    row.words, row.is_free, row.set_at, row.set_by = words, is_free, clock.now(), actor
    session.add(row)


def _lines(settings: Settings) -> list[Line]:
    found = {day: Line(day) for day in read_days(settings.policy.holidays)}
    for row in db.session.scalars(sa.select(Holiday)):
        day = read_day(row.day)
        if day and row.is_free:
            found[day] = Line(day, row.words, row.set_by)
        elif day:
            found.pop(day, None)
    return [found[day] for day in sorted(found)]


def _subject(day: dt.date) -> str:
    return f"holiday:{day.isoformat()}"
