"""Requests for the permanent account: filed and cancelled by the person. What the desk and the job do: ``approval``.

One at a time for an account; the wanted name is held for it. Source: mission S19-S23, S30; issue "From temporary to
permanent".
"""

import datetime as dt
import re
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import Account, PermanentRequest, Registration
from backoffice.ports import mailbox
from backoffice.ports.seal import Sealer
from backoffice.rules import account_states, usernames
from backoffice.rules import request_states as states
from backoffice.rules.deadlines import day_of, end_of_day
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import EMPTY, InvalidFieldsError
from backoffice.rules.working_days import due
from backoffice.services import audit, holidays, throttle, user_names
from backoffice.services.accounts import OBSERVING
from backoffice.services.directory_login import DirectoryDownError
from backoffice.services.registrations import new_tracking_code
from backoffice.services.user_names import NameTakenError
from backoffice.settings import Settings

WORKING_DAYS = 2
KEEP_SECRETS = dt.timedelta(days=7)
THERE_ALREADY = N_("You have asked for the permanent account already.")
NO_TEMPORARY = N_("Only the holder of a temporary account can ask for the permanent one.")
CHOOSE = N_("Please choose one of the two.")
WRONG_PASSWORD = N_("User name and password do not open a mailbox of the old server.")
BAD_MAILBOX = N_("This is no mailbox of the university.")
NOT_CANCELLED = N_("The request has been decided already; it cannot be cancelled any more.")
YES, NO = "yes", "no"
_MAILBOX = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)
_LONGEST_PASSWORD = 255


@dataclass(frozen=True)
class Wanted:
    """What the form asks for; ``mailbox_password`` never leaves this process but sealed."""

    had_mailbox: str = ""
    mailbox: str = ""
    mailbox_password: str = field(default="", repr=False)
    preferred_name: str = ""


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
        name, password = _proved_mailbox(account_id, wanted, address, settings)
    elif wanted.had_mailbox == NO:
        name, password = _checked_name(wanted.preferred_name, settings), ""
    else:
        raise InvalidFieldsError({"had_mailbox": RefusedError(CHOOSE)})
    try:
        with writing() as session:
            return _file(session, account_id, name, password, settings)
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


def erase_secret(request: PermanentRequest) -> None:
    """Erase the sealed password of the old mailbox, and note when."""
    if request.mailbox_secret:
        request.mailbox_secret, request.secret_erased_at = "", clock.now()


def erase_old_secrets() -> int:
    """Erase the sealed passwords of old mailboxes that are a week old, whatever became of the move; give their number.

    For the housekeeping job. Source: reliability.md §2 (erased at most 7 days later, always).
    """
    now = clock.now()
    old = sa.update(PermanentRequest).where(
        PermanentRequest.mailbox_secret != "", PermanentRequest.created_at < now - KEEP_SECRETS
    )
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


def _proved_mailbox(account_id: int, wanted: Wanted, address: str, settings: Settings) -> tuple[str, str]:
    """Try the old mailbox at its server; give its name and password."""
    name = _mailbox_name(wanted.mailbox, settings)
    if not wanted.mailbox_password:
        raise InvalidFieldsError({"mailbox_password": RefusedError(EMPTY)})
    key, password = f"mailbox:{account_id}", wanted.mailbox_password[:_LONGEST_PASSWORD]
    throttle.count_try(key, address)
    try:
        is_right = mailbox.opens(name, password, settings)
    except mailbox.MailboxDownError:
        throttle.give_back(key, address)
        raise
    if not is_right:
        raise InvalidFieldsError({"mailbox_password": RefusedError(WRONG_PASSWORD)})
    throttle.succeeded(key, address)
    return name, password


def _mailbox_name(typed: str, settings: Settings) -> str:
    """Give the name out of what was typed: a name, or an address of the university's own domains."""
    name, _, domain = typed.strip().lower().partition("@")
    if not name:
        raise InvalidFieldsError({"mailbox": RefusedError(EMPTY)})
    if not _MAILBOX.fullmatch(name) or (domain and domain not in settings.university_domains):
        raise InvalidFieldsError({"mailbox": RefusedError(BAD_MAILBOX)})
    return name


def _file(session: Session, account_id: int, name: str, password: str, settings: Settings) -> int:
    account = session.get(Account, account_id, with_for_update=True, populate_existing=True)
    if account is None or account.state not in (account_states.TEMPORARY, account_states.EXPIRED):
        raise RefusedError(NO_TEMPORARY)
    if _live(session, account_id) is not None:
        raise RefusedError(THERE_ALREADY)
    now = clock.now()
    last = due(day_of(now, settings.timezone), WORKING_DAYS, holidays.days(settings))
    request = PermanentRequest(
        tracking_code=_tracking_code(session, account_id), account_id=account_id, state=states.SUBMITTED,
        username=name, created_at=now, due_at=end_of_day(last, settings.timezone),
    )  # fmt: skip
    session.add(request)
    session.flush()
    if password:
        request.mailbox, request.mailbox_proved_at = name, now
        request.mailbox_secret = Sealer(settings).seal(password.encode(), secret_context(request.tracking_code))
    # The name of a mailbox that somebody else has is for the desk to look at.
    with suppress(NameTakenError) if password else nullcontext():
        user_names.hold(session, name, request.id)
    record(request, "filed", "applicant", "")
    return request.id


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
