"""Requests for the permanent account: filed and cancelled by the person. What the desk and the job do: ``approval``.

One at a time for an account; the wanted name is held for it. Source: mission S19-S23, S30; issue "From temporary to
permanent".
"""

import datetime as dt
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field, replace

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import Account, Message, PermanentRequest, Registration
from backoffice.ports.seal import Sealer
from backoffice.rules import account_states, usernames
from backoffice.rules import request_states as states
from backoffice.rules.deadlines import day_of, end_of_day
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import EMPTY, InvalidFieldsError
from backoffice.rules.working_days import due
from backoffice.services import audit, holidays, messages, old_mailboxes, user_names
from backoffice.services.accounts import OBSERVING
from backoffice.services.directory_login import DirectoryDownError
from backoffice.services.message_texts import TEMPORARY_ENDS, TEMPORARY_OVER
from backoffice.services.registrations import new_tracking_code
from backoffice.services.user_names import NameTakenError
from backoffice.settings import Settings

WORKING_DAYS = 2
KEEP_SECRETS = dt.timedelta(days=7)
THERE_ALREADY = N_("You have asked for the permanent account already.")
NO_TEMPORARY = N_("Only the holder of a temporary account can ask for the permanent one.")
CHOOSE = N_("Please choose one of the two.")
NOT_CANCELLED = N_("The request has been decided already; it cannot be cancelled any more.")
YES, NO = "yes", "no"


@dataclass(frozen=True)
class Wanted:
    """What the form asks for; ``mailbox_password`` never leaves this process but sealed."""

    had_mailbox: str = ""
    mailbox: str = ""
    mailbox_password: str = field(default="", repr=False)
    preferred_name: str = ""


@dataclass(frozen=True)
class _Asked:
    """The name asked for, that of an old mailbox or one of the person's choice; ``password`` opened the mailbox."""

    name: str
    has_mailbox: bool = False
    password: str = field(default="", repr=False)


def subject_of(request_id: int) -> str:
    """Give the name of a request in the audit trail and in operations."""
    return f"request:{request_id}"


def of_account(account_id: int) -> PermanentRequest | None:
    """Give the newest request of an account that was not cancelled, None for none."""
    question = sa.select(PermanentRequest).where(
        PermanentRequest.account_id == account_id, PermanentRequest.state != states.CANCELLED
    )
    return db.session.scalar(question.order_by(PermanentRequest.id.desc()).limit(1))


def submit(account_id: int, wanted: Wanted, *, address: str, settings: Settings) -> int:
    """File a request; give its id.

    Raises InvalidFieldsError (field -> message), MailboxDownError, DirectoryDownError, TooManyTriesError, and
    RefusedError in observe mode, for a second request, or without a temporary account.
    """
    if settings.policy.mode == "observe":
        raise RefusedError(OBSERVING)
    if wanted.had_mailbox == YES:
        asked = _Asked(old_mailboxes.name_of(wanted.mailbox, settings), has_mailbox=True)
        if old_mailboxes.can_try(settings):
            tried = old_mailboxes.Tried(asked.name, wanted.mailbox_password, account_id, address)
            asked = replace(asked, password=old_mailboxes.proved(tried, settings))
    elif wanted.had_mailbox == NO:
        asked = _Asked(_checked_name(wanted.preferred_name, settings))
    else:
        raise InvalidFieldsError({"had_mailbox": RefusedError(CHOOSE)})
    try:
        with writing() as session:
            return _file(session, account_id, asked, settings)
    except NameTakenError as fault:
        raise InvalidFieldsError({"preferred_name": fault}) from None
    except IntegrityError:
        # Pressed twice at once.
        raise RefusedError(THERE_ALREADY) from None


def cancel(account_id: int) -> None:
    """Take the request of an account back. Raises RefusedError once it is decided, or where there is none."""
    with writing() as session:
        request = _live(session, account_id)
        if request is None or request.state not in states.UNDECIDED:
            raise RefusedError(NOT_CANCELLED)
        before = request.state
        request.state, request.finished_at = states.CANCELLED, clock.now()
        erase_secret(request)
        user_names.let_go(session, request.id)
        record(request, "cancelled", "applicant", before)


def deadline(settings: Settings) -> dt.datetime:
    """Give the end of the service level of what begins to wait now: the last second of the second working day."""
    last = due(day_of(clock.now(), settings.timezone), WORKING_DAYS, holidays.days(settings))
    return end_of_day(last, settings.timezone)


def erase_secret(request: PermanentRequest) -> None:
    """Erase the sealed password of the old mailbox, and note when."""
    if request.mailbox_secret:
        request.mailbox_secret, request.secret_erased_at = "", clock.now()


def erase_old_secrets() -> int:
    """Erase the sealed passwords of old mailboxes given a week ago, whatever became of the move; give their number.

    For the housekeeping job. Source: reliability.md §2 (erased at most 7 days later, always).
    """
    now = clock.now()
    # Given again for the move, it is younger than the request.
    given = sa.func.coalesce(PermanentRequest.mailbox_proved_at, PermanentRequest.created_at)
    old = sa.update(PermanentRequest).where(PermanentRequest.mailbox_secret != "", given < now - KEEP_SECRETS)
    with writing() as session:
        erased = old.values(mailbox_secret="", secret_erased_at=now)
        return len(session.scalars(erased.returning(PermanentRequest.id)).all())


def record(request: PermanentRequest, verb: str, actor: str, before: str, reason: str = "") -> None:
    """Enter a step of a request into the trail, in the caller's transaction."""
    after = {"state": request.state, "reasons": list(request.reasons), "rule": request.rule}
    audit.record(
        f"request:permanent:{verb}", subject_of(request.id), actor=actor, reason=reason, before={"state": before},
        after=after,
    )  # fmt: skip


def _checked_name(typed: str, settings: Settings) -> str:
    name = usernames.folded(typed)
    if not name:
        raise InvalidFieldsError({"preferred_name": RefusedError(EMPTY)})
    try:
        user_names.refuse_taken(name, settings)
    except DirectoryDownError:
        raise
    except RefusedError as fault:
        raise InvalidFieldsError({"preferred_name": fault}) from None
    return name


def _file(session: Session, account_id: int, asked: _Asked, settings: Settings) -> int:
    account = session.get(Account, account_id, with_for_update=True, populate_existing=True)
    if account is None or account.state not in (account_states.TEMPORARY, account_states.EXPIRED):
        raise RefusedError(NO_TEMPORARY)
    if _live(session, account_id) is not None:
        raise RefusedError(THERE_ALREADY)
    now = clock.now()
    request = PermanentRequest(
        tracking_code=_tracking_code(session, account_id), account_id=account_id, state=states.SUBMITTED,
        username=asked.name, mailbox=asked.name if asked.has_mailbox else "", created_at=now,
        due_at=deadline(settings),
    )  # fmt: skip
    session.add(request)
    session.flush()
    if asked.password:
        request.mailbox_proved_at = now
        request.mailbox_secret = Sealer(settings).seal(asked.password.encode(), secret_context(request.tracking_code))
    # The name of a mailbox that somebody else has is for the desk to look at.
    with suppress(NameTakenError) if asked.has_mailbox else nullcontext():
        user_names.hold(session, asked.name, request.id)
    record(request, "filed", "applicant", "")
    _withdraw_reminders(session, account)
    return request.id


def _withdraw_reminders(session: Session, account: Account) -> None:
    """Take back what has not left yet, such as an SMS that waits for the morning. Source: mission S37."""
    of_ends = Message.template.in_((TEMPORARY_ENDS, TEMPORARY_OVER))
    messages.withdraw(session, (Message.person_id == account.person_id) & of_ends)


def secret_context(tracking_code: str) -> bytes:
    """Give what the sealed password of an old mailbox is bound to."""
    return f"request:{tracking_code}:mailbox".encode()


def _live(session: Session, account_id: int) -> PermanentRequest | None:
    """Give the one request of an account that is not over, kept for this transaction."""
    living = sa.select(PermanentRequest).where(
        PermanentRequest.account_id == account_id, PermanentRequest.state.in_(states.LIVE)
    )
    return session.scalar(living.with_for_update().execution_options(populate_existing=True))


def _tracking_code(session: Session, account_id: int) -> str:
    """Give the code of the person's registration where no request has it yet, else a new one."""
    question = sa.select(Registration.tracking_code).where(Registration.account_id == account_id)
    code = session.scalar(question.order_by(Registration.id.desc()).limit(1))
    used = sa.select(PermanentRequest.id).where(PermanentRequest.tracking_code == code)
    return code if code and session.scalar(used) is None else new_tracking_code()
