"""The questions to the database behind the figures: every registration with its group and moments."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from backoffice.extensions import db
from backoffice.models import Account, Case, HrRow, MailMove, PermanentRequest, Registration
from backoffice.rules import mail_move_states, registration_states, request_states
from backoffice.rules.case_states import MISMATCH
from backoffice.rules.jalali_months import start_of

Expression = sa.SQLColumnExpression[Any]
# Not the claims of accounts that existed before, nor what a profile found to differ.
_CHANNELS = ("web", "counter", "intake")
_PASSED = (
    registration_states.IDENTITY_OK, registration_states.MOBILE_INVALID, registration_states.WAITING_OWNER,
    registration_states.OTP_SENT, *registration_states.VERIFIED, registration_states.FAILED,
)  # fmt: skip
_MADE = (*registration_states.VERIFIED, registration_states.FAILED)
_APPROVED = (
    request_states.APPROVED, request_states.PROVISIONING, request_states.DONE, request_states.FAILED,
)  # fmt: skip
# A month may be a plain number, which GROUP BY would take for a column's place.
_FIRST: sa.ColumnElement[Any] = sa.literal_column("1")
# A step that was passed before its moment was noted.
UNTIMED = -1
_OF_REQUESTS = ("requested", "approved", "permanent", "moved")


def month_in(moment: Expression, months: Sequence[int], zone: str) -> Expression:
    """Give the month of a moment as a search through their starts; ``months``: in order, without a gap."""
    if len(months) == 1:
        return sa.literal_column(str(months[0]), sa.Integer)
    middle = len(months) // 2
    earlier, later = (month_in(moment, part, zone) for part in (months[:middle], months[middle:]))
    return sa.case((moment < start_of(months[middle], zone), earlier), else_=later)


def _epoch(moment: Expression) -> Expression:
    if db.engine.dialect.name == "sqlite":
        return sa.func.unixepoch(moment, type_=sa.Integer)
    return sa.cast(sa.func.floor(sa.extract("epoch", moment)), sa.BigInteger)


def registrations(now: dt.datetime, coverage: Sequence[int]) -> sa.Select[*tuple[Any, ...]]:
    """Give of each registration unit, employment type and person type, ages, and when it passed each step.

    The group is what HR says of the person now, "" where it says nothing. Ages: whether it began so many days ago, for
    each number of ``coverage``. Moments: seconds since 1970, rounded down, the first is the beginning; UNTIMED for a
    step that was passed before its moment was noted.
    """
    done, hr = _requests(), _hr()
    moments = (
        _epoch(Registration.created_at),
        _noted(Registration.identity_at, Registration.state.in_(_PASSED)),
        _noted(Registration.verified_at, Registration.state.in_(_MADE)),
        *(_epoch(each) for each in (Account.ready_at, *(done.c[name] for name in _OF_REQUESTS))),
    )  # fmt: skip
    ages = (Registration.created_at <= now - dt.timedelta(days=days) for days in coverage)
    groups = (sa.func.coalesce(hr.c[name], "") for name in ("unit", "employment_type", "person_type"))
    of_hr = sa.and_(
        hr.c.national_code == Registration.national_code, hr.c.id_type == Registration.id_type,
        Registration.national_code != "",
    )  # fmt: skip
    columns = (*groups, *ages, *moments)
    return (
        sa.select(*(column.label(f"c{number}") for number, column in enumerate(columns)))
        .select_from(Registration)
        .outerjoin(Account, Account.id == Registration.account_id)
        .outerjoin(done, done.c.account_id == Registration.account_id)
        .outerjoin(hr, of_hr)
        .where(Registration.channel.in_(_CHANNELS))
        .order_by(Registration.created_at)
    )


def causes(month: Expression) -> sa.Select[*tuple[Any, ...]]:
    """Count the cases of refused registrations by the month they were opened in and the cause that counts."""
    key: sa.Label[Any] = month.label("month")
    return sa.select(key, Case.cause, sa.func.count()).where(Case.kind == MISMATCH).group_by(_FIRST, Case.cause)


def expired(month: Expression, now: Any) -> sa.Select[*tuple[Any, ...]]:
    """Count temporary accounts that came to their end before anything was asked for, by the month of the end."""
    key: sa.Label[Any] = month.label("month")
    asked = sa.exists().where(PermanentRequest.account_id == Account.id)
    over = sa.and_(Account.expires_at.is_not(None), Account.expires_at <= now, ~asked)
    return sa.select(key, sa.func.count()).where(over).group_by(_FIRST)


def _noted(moment: Expression, passed: Expression) -> Expression:
    return sa.case((moment.is_not(None), _epoch(moment)), (passed, sa.literal_column(str(UNTIMED), sa.Integer)))


def _requests() -> sa.Subquery:
    state, moved = PermanentRequest.state, MailMove.state == mail_move_states.DONE
    return (
        sa.select(
            PermanentRequest.account_id,
            sa.func.min(PermanentRequest.created_at).label("requested"),
            sa.func.min(sa.case((state.in_(_APPROVED), PermanentRequest.decided_at))).label("approved"),
            sa.func.min(sa.case((state == request_states.DONE, PermanentRequest.finished_at))).label("permanent"),
            sa.func.min(sa.case((moved, MailMove.finished_at))).label("moved"),
        )
        .outerjoin(MailMove, MailMove.request_id == PermanentRequest.id)
        .group_by(PermanentRequest.account_id)
        .subquery()
    )


def _hr() -> sa.Subquery:
    """Give the first row of each person; a list of first rows would be gone through again for every registration."""
    earlier = aliased(HrRow)
    same = sa.and_(earlier.national_code == HrRow.national_code, earlier.id_type == HrRow.id_type)
    is_first = ~sa.exists().where(same, earlier.id < HrRow.id)
    fields = (HrRow.values[name].as_string().label(name) for name in ("unit", "employment_type", "person_type"))
    return sa.select(HrRow.id_type, HrRow.national_code, *fields).where(is_first).subquery()
