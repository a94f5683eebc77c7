"""Pieces of the questions behind the figures: months, moments, classes of days, and what HR says of a person."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from backoffice.extensions import db
from backoffice.models import Account, Case, HrRow, Person
from backoffice.rules.jalali_months import start_of
from backoffice.services.figures import GROUPS

Expression = sa.SQLColumnExpression[Any]


def month_in(moment: Expression, months: Sequence[int], zone: str) -> Expression:
    """Give the month of a moment as a search through their starts; ``months``: in order, without a gap."""
    if len(months) == 1:
        return sa.literal_column(str(months[0]), sa.Integer)
    middle = len(months) // 2
    earlier, later = (month_in(moment, part, zone) for part in (months[:middle], months[middle:]))
    return sa.case((moment < start_of(months[middle], zone), earlier), else_=later)


def epoch(moment: Expression) -> Expression:
    """Give a moment as seconds since 1970, rounded down."""
    if db.engine.dialect.name == "sqlite":
        return sa.func.unixepoch(moment, type_=sa.Integer)
    return sa.cast(sa.func.floor(sa.extract("epoch", moment)), sa.BigInteger)


def text(words: str) -> Expression:
    """Give words of ours, never of anybody else, as they stand in SQL."""
    return sa.literal_column(f"'{words}'", sa.String)


def by_days(moment: Expression, starts: Sequence[int], now: dt.datetime, sign: int) -> Expression:
    """Give the class of days since (sign -1) or until (sign 1) a moment, each named by its start."""
    borders = [now + sign * dt.timedelta(days=start) for start in starts[1:]]
    within = ((moment > border) if sign < 0 else (moment < border) for border in borders)
    classes = zip(within, map(text, map(str, starts)), strict=False)
    return sa.case(*classes, else_=text(str(starts[-1])))


def of_cases() -> tuple[Any, Any]:
    """Give the cases joined with HR, and HR."""
    return with_hr(Case, Case.national_code)


def of_accounts() -> tuple[Any, Any]:
    """Give the accounts joined with HR, and HR."""
    return with_hr(sa.join(Account, Person, Person.id == Account.person_id), Person.national_code, Person.id_type)


def with_hr(source: Any, code: Expression, id_type: Expression | None = None) -> tuple[Any, Any]:
    """Join what HR says of a person; a case knows the code only."""
    hr = _hr(with_type=id_type is not None)
    same = sa.and_(hr.c.national_code == code, code != "")
    return sa.outerjoin(source, hr, same if id_type is None else same & (hr.c.id_type == id_type)), hr


def _hr(*, with_type: bool = True) -> sa.Subquery:
    """Give the first row of each person; a list of first rows would be gone through again for every registration."""
    earlier = aliased(HrRow)
    same = earlier.national_code == HrRow.national_code
    if with_type:
        same &= earlier.id_type == HrRow.id_type
    is_first = ~sa.exists().where(same, earlier.id < HrRow.id)
    fields = (HrRow.values[name].as_string().label(name) for name in GROUPS)
    return sa.select(HrRow.id_type, HrRow.national_code, *fields).where(is_first).subquery()
