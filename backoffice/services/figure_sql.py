"""The questions to the database behind the figures: every registration with its group and moments."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from backoffice.models import Account, Case, MailMove, PermanentRequest, Person, Registration, Reminder
from backoffice.rules import account_states, case_states, mail_move_states, registration_states, request_states
from backoffice.rules.case_states import MISMATCH
from backoffice.services.figure_sql_parts import Expression, by_days, epoch, of_accounts, of_cases, text, with_hr
from backoffice.services.figures import CASES, CAUSES, ENDS, EXPIRED, GROUPS, MAIL, NOW, TEMPORARIES, name_of

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
_NOW: sa.ColumnElement[Any] = sa.literal_column(str(NOW), sa.Integer)
Counted = sa.Select[*tuple[Any, ...]]
# Full days a case has waited, and days an account has left: each from here on, up to the next.
AGES = (0, 1, 3, 7, 30)
DAYS_LEFT = (0, 3, 7, 14, 21)
# Moves that are at work, whatever at.
WORKING = "working"
# A step that was passed before its moment was noted.
UNTIMED = -1
_OF_REQUESTS = ("requested", "approved", "permanent", "moved")


def registrations(now: dt.datetime, coverage: Sequence[int]) -> Counted:
    """Give of each registration unit, employment type and person type, ages, and when it passed each step.

    The group is what HR says of the person now, "" where it says nothing. Ages: whether it began so many days ago, for
    each number of ``coverage``. Moments: seconds since 1970, rounded down, the first is the beginning; UNTIMED for a
    step that was passed before its moment was noted.
    """
    done = _requests()
    joined, hr = with_hr(Registration, Registration.national_code, Registration.id_type)
    moments = (
        epoch(Registration.created_at),
        _noted(Registration.identity_at, Registration.state.in_(_PASSED)),
        _noted(Registration.verified_at, Registration.state.in_(_MADE)),
        *(epoch(each) for each in (Account.ready_at, *(done.c[name] for name in _OF_REQUESTS))),
    )  # fmt: skip
    ages = (Registration.created_at <= now - dt.timedelta(days=days) for days in coverage)
    groups = (sa.func.coalesce(hr.c[name], "") for name in GROUPS)
    columns = (*groups, *ages, *moments)
    return (
        sa.select(*(column.label(f"c{number}") for number, column in enumerate(columns)))
        .select_from(joined)
        .outerjoin(Account, Account.id == Registration.account_id)
        .outerjoin(done, done.c.account_id == Registration.account_id)
        .where(Registration.channel.in_(_CHANNELS))
        .order_by(Registration.created_at)
    )


def causes(month: Expression) -> Counted:
    """Count the cases of refused registrations by the month they were opened in and the cause that counts."""
    return _counted(month, CAUSES, Case.cause, of_cases()).where(Case.kind == MISMATCH)


def expired(month: Expression, now: dt.datetime) -> Counted:
    """Count temporary accounts that came to their end before anything was asked for, by the month of the end."""
    asked = sa.exists().where(PermanentRequest.account_id == Account.id)
    over = sa.and_(Account.expires_at.is_not(None), Account.expires_at <= now, ~asked)
    return _counted(month, ENDS, text(name_of(EXPIRED)), of_accounts()).where(over)


def open_cases(now: dt.datetime) -> Counted:
    """Count the open cases by the full days they have waited."""
    age = by_days(Case.opened_at, AGES, now, -1)
    return _counted(_NOW, CASES, age, of_cases()).where(Case.state.in_(case_states.OPEN))


def temporary(now: dt.datetime) -> Counted:
    """Count the temporary accounts that can be used by the full days they have left."""
    left = by_days(Account.expires_at, DAYS_LEFT, now, 1)
    return _counted(_NOW, TEMPORARIES, left, of_accounts()).where(
        Account.state == account_states.TEMPORARY, Account.expires_at > now
    )


def mail() -> Counted:
    """Count the moves of mailboxes that were not cancelled by their state."""
    joined = (
        sa.join(MailMove, PermanentRequest, PermanentRequest.id == MailMove.request_id)
        .join(Account, Account.id == PermanentRequest.account_id)
        .join(Person, Person.id == Account.person_id)
    )
    state = sa.case((MailMove.state.in_(mail_move_states.WORKING), text(WORKING)), else_=MailMove.state)
    return _counted(_NOW, MAIL, state, with_hr(joined, Person.national_code, Person.id_type)).where(
        MailMove.state != mail_move_states.CANCELLED
    )


def reminders() -> Counted:
    """Give unit, employment type and person type of each who was reminded of the end, when first, and when they asked.

    Moments: seconds since 1970; None for who has not asked for the permanent account since.
    """
    joined, hr = of_accounts()
    first = sa.select(Reminder.account_id, sa.func.min(Reminder.at).label("at")).where(Reminder.sent)
    told = first.group_by(Reminder.account_id).subquery()
    asked = sa.select(sa.func.min(PermanentRequest.created_at)).where(
        PermanentRequest.account_id == Account.id, PermanentRequest.created_at >= told.c.at
    )
    groups = (sa.func.coalesce(hr.c[each], "") for each in GROUPS)
    moments = (epoch(told.c.at), epoch(asked.scalar_subquery()))
    joined = sa.join(joined, told, told.c.account_id == Account.id)
    return sa.select(*groups, *moments).select_from(joined)


def _counted(month: Expression, family: str, name: Expression, joined: tuple[Any, Any]) -> Counted:
    """Count by month, unit, employment type, person type and step."""
    source, hr = joined
    groups = (sa.func.coalesce(hr.c[each], "") for each in GROUPS)
    columns = (month, *groups, sa.literal_column(f"'{family}:'", sa.String) + name)
    return (
        sa.select(*(column.label(f"c{number}") for number, column in enumerate(columns)), sa.func.count())
        .select_from(source)
        .group_by(*(sa.literal_column(str(number + 1)) for number in range(len(columns))))
    )


def _noted(moment: Expression, passed: Expression) -> Expression:
    return sa.case((moment.is_not(None), epoch(moment)), (passed, sa.literal_column(str(UNTIMED), sa.Integer)))


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
