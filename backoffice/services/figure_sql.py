"""The questions to the database behind the figures: every registration by month and group, counted there.

Times are whole seconds between two moments, rounded by rules.spans; both databases compute the same.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from backoffice.extensions import db
from backoffice.models import Account, Case, HrRow, MailMove, PermanentRequest, Registration
from backoffice.rules import mail_move_states, registration_states, request_states
from backoffice.rules.case_states import MISMATCH
from backoffice.rules.jalali_months import start_of
from backoffice.rules.spans import COARSEST, STEPS

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


def month_in(moment: Expression, months: Sequence[int], zone: str) -> Expression:
    """Give the month of a moment as a search through their starts; ``months``: in order, without a gap."""
    if len(months) == 1:
        return sa.literal_column(str(months[0]), sa.Integer)
    middle = len(months) // 2
    earlier, later = (month_in(moment, part, zone) for part in (months[:middle], months[middle:]))
    return sa.case((moment < start_of(months[middle], zone), earlier), else_=later)


def between(start: Expression, end: Expression) -> Expression:
    """Give the rounded seconds from one moment to another, None where the end is not there."""
    seconds = _epoch(end) - _epoch(start)
    rounding = ((seconds < below, seconds - seconds % unit) for below, unit in STEPS)
    return sa.case(
        (end.is_(None), None), (seconds < 0, 0), *rounding, else_=seconds - seconds % COARSEST,
    )  # fmt: skip


def _epoch(moment: Expression) -> Expression:
    if db.engine.dialect.name == "sqlite":
        return sa.func.unixepoch(moment, type_=sa.Integer)
    return sa.cast(sa.func.floor(sa.extract("epoch", moment)), sa.BigInteger)


def registrations(month: Expression, ages: Sequence[Expression]) -> sa.Select[*tuple[Any, ...]]:
    """Count registrations by month, unit, employment type, person type, ages, and the time to each step.

    The group is what HR says of the person now, "" where it says nothing.
    """
    began, done = Registration.created_at, _requests()
    hr = _hr()
    steps = (
        _untimed(began, Registration.identity_at, Registration.state.in_(_PASSED)),
        _untimed(began, Registration.verified_at, Registration.state.in_(_MADE)),
        between(began, Account.ready_at), between(began, done.c.requested), between(began, done.c.approved),
        between(began, done.c.permanent), between(began, done.c.moved),
    )  # fmt: skip
    groups = [sa.func.coalesce(hr.c[name], "") for name in ("unit", "employment_type", "person_type")]
    key = (month, *groups, *ages, *steps)
    of_hr = sa.and_(
        hr.c.national_code == Registration.national_code, hr.c.id_type == Registration.id_type,
        Registration.national_code != "",
    )  # fmt: skip
    return (
        sa.select(*(column.label(f"c{number}") for number, column in enumerate(key)), sa.func.count())
        .select_from(Registration)
        .outerjoin(Account, Account.id == Registration.account_id)
        .outerjoin(done, done.c.account_id == Registration.account_id)
        .outerjoin(hr, of_hr)
        .where(Registration.channel.in_(_CHANNELS))
        .group_by(*(sa.literal_column(str(number + 1)) for number in range(len(key))))
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


def _untimed(began: Expression, moment: Expression, passed: Expression) -> Expression:
    return sa.case(
        (moment.is_not(None), between(began, moment)), (passed, sa.literal_column(str(UNTIMED), sa.Integer)),
    )  # fmt: skip


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
