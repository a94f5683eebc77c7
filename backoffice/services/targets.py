"""Targets that managers set: shares to be reached, and a wait not to be exceeded. Source: interface.md "Managers"."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import Target
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import Sent, read
from backoffice.rules.text import fold_digits
from backoffice.services import audit
from backoffice.services.figures import COVERAGE_DAYS, REMINDER_DAYS, covered
from backoffice.services.rows import upsert

OLDEST = "oldest_case"
NO_NUMBER = N_("Please write a whole number from 1 to %(most)s, or nothing.")
_MOST_DIGITS = 6


@dataclass(frozen=True)
class Kind:
    """``is_share``: percent, reached from the target on; otherwise days, up to it. ``most``: the greatest target."""

    is_share: bool
    most: int


def led(days: int) -> str:
    """Name the target of reminders that led to a request within so many days."""
    return f"reminders_{days}"


# Percent of people, and full days of the oldest open case.
KINDS: Mapping[str, Kind] = {
    **{name: Kind(is_share=True, most=100) for name in (*map(covered, COVERAGE_DAYS), *map(led, REMINDER_DAYS))},
    OLDEST: Kind(is_share=False, most=365),
}


def is_reached(name: str, number: int, target: int) -> bool:
    """Say whether a figure is where its target wants it."""
    return number >= target if KINDS[name].is_share else number <= target


def in_force() -> dict[str, int]:
    """Give name -> number of the targets that are set, in the order of KINDS."""
    found = {row.name: row.number for row in db.session.scalars(sa.select(Target))}
    return {name: found[name] for name in KINDS if name in found}


def put(sent: Sent, *, actor: str) -> None:
    """Set all targets as a form has them; an empty field takes one away. Raises InvalidFieldsError."""
    wanted = read({name: partial(_number, kind.most) for name, kind in KINDS.items()}, sent)
    with writing() as session:
        known = {row.name: row.number for row in session.scalars(sa.select(Target).with_for_update())}
        for name, written in wanted.items():
            number = int(written) if written else None
            if number == known.get(name):
                continue
            before = {"number": known[name]} if name in known else {}
            if number is None:
                session.execute(sa.delete(Target).where(Target.name == name))
                audit.record("settings:target:removed", f"target:{name}", actor=actor, before=before)
            else:
                _set(session, name, number, actor)
                after = {"number": number}
                audit.record("settings:target:set", f"target:{name}", actor=actor, before=before, after=after)


def _set(session: Session, name: str, number: int, actor: str) -> None:
    """Set one; somebody else may set the same for the first time at this moment."""
    put_row = upsert(session.connection().dialect.name, Target)
    anew = {"number": number, "set_at": clock.now(), "set_by": actor}
    session.execute(put_row.values(name=name, **anew).on_conflict_do_update(index_elements=["name"], set_=anew))


def _number(most: int, written: str) -> str:
    digits = fold_digits(written.strip()).rstrip("%٪")
    if not digits:
        return ""
    is_number = digits.isascii() and digits.isdecimal() and len(digits) <= _MOST_DIGITS
    if not is_number or not 1 <= int(digits) <= most:
        raise RefusedError(NO_NUMBER, {"most": most})
    return digits
