"""Working on moves: a few mailboxes at once, each for a turn, those that have waited longest first.

Source: issue "Mail moves" 3; reliability.md §3 "old mailbox".
"""

import datetime as dt
import logging
import time
from collections import Counter
from functools import cache, partial
from traceback import extract_tb

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.utils import import_string

from backoffice import engine
from backoffice.extensions import db, settings_of, writing
from backoffice.i18n import N_
from backoffice.models import MailMove, MovedMessage, MoveFolder, Operation
from backoffice.models.mail_move import REFUSED
from backoffice.models.operation import DONE, MADE, PARKED, PENDING, STALE, UNKNOWN
from backoffice.ports.imap_faults import (
    OVER_QUOTA,
    CommandRefusedError,
    LoginRefusedError,
    LostConnectionError,
    OverQuotaError,
)
from backoffice.ports.seal import SealError
from backoffice.ports.transport import TransportError
from backoffice.rules import mail_move_states as states
from backoffice.rules.errors import RefusedError
from backoffice.services import engine_words, mail_move_run, mail_moves, operations
from backoffice.services.mail_move_ledger import Holder, StoppedError, TurnOverError
from backoffice.services.mail_moves import FAR, KINDS
from backoffice.services.operations import Claimed, Result
from backoffice.settings import Settings, load

# How often who has nothing to do looks whether there is something again.
LOOK_SECONDS = 1.0
OUTAGE_PAUSE, CUT_PAUSE = dt.timedelta(minutes=1), dt.timedelta(seconds=1)
# How long to leave a full mailbox alone, and one whose new mail still goes to the old server.
QUOTA_PAUSE = DELIVERY_PAUSE = dt.timedelta(hours=1)
AT_ONCE = dt.timedelta(0)
NOT_ALL = N_("%(number)d messages could not be moved; the report says which and why.")
NOT_CERTAIN = N_("What is at the new server is not certain; the folders say why.")
UNEXPECTED = N_("An unexpected error (%(error)s) ended this try.")
_log = logging.getLogger(__name__)


def work_off(app: Flask) -> Counter[str]:
    """Work on moves until none is due; give how many turns ended how. Nothing in observe mode.

    Only one process may do this at a time: claims it finds are those of dead processes. On a cluster others may be at
    work still, so there a claim ends with its lease. Raises RefusedError where there is no cluster.
    """
    settings = settings_of(app)
    if settings.policy.mode == "observe":
        return Counter()
    if not settings.dask_scheduler:
        operations.give_back_claims(KINDS)
    try:
        ended = engine.run(
            settings.mail_move.parallel, here=partial(_keep_on, app), there=_keep_on_there,
            scheduler=settings.dask_scheduler, name="move",
        )  # fmt: skip
    except engine.EngineError as fault:
        why = engine_words.refusal(fault, settings)
        operations.postpone(KINDS, why.message, why.values)
        raise why from None
    return sum(ended, Counter())


def _keep_on_there() -> Counter[str]:
    """Do the same in a process of a cluster."""
    return _keep_on(_app_there())


@cache
def _app_there() -> Flask:
    """Make the application of a process of a cluster, by the settings it has there and its share of the speed."""
    settings = load()
    shared = settings.model_copy(update={"mail_move": settings.mail_move.shared()})
    # By its name: what makes applications knows all rooms, and no room knows it.
    made: Flask = import_string("backoffice:create_app")(shared, pages=False)
    return made


def _keep_on(app: Flask) -> Counter[str]:
    """Work on moves until none is due and nobody is at work.

    Who stopped as soon as nothing is due would leave all that comes later to the one with the largest mailbox.
    """
    ended: Counter[str] = Counter()
    settings = settings_of(app)
    with app.app_context():
        try:
            while (is_due := mail_moves.is_due(settings)) or operations.any_at_work(KINDS):
                if not is_due:
                    time.sleep(LOOK_SECONDS)
                    continue
                for operation in operations.claim(KINDS, 1, in_turn=True):
                    ended[_turn(operation, settings)] += 1
        except SQLAlchemyError as fault:
            _log.warning("moves wait: %s", type(fault).__name__)
        finally:
            db.session.remove()
    return ended


def _turn(operation: Claimed, settings: Settings) -> str:
    holder = Holder(operation, operation.desired["move_id"], time.monotonic() + settings.mail_move.turn_seconds)
    fault: RefusedError | None = None
    is_through: bool | None = None
    try:
        is_through = mail_move_run.run(holder, settings)
    except (TurnOverError, StoppedError):
        pass
    except RefusedError as refusal:
        fault = refusal
    except SQLAlchemyError:
        raise
    except Exception as error:  # noqa: BLE001 - one poisonous mailbox does not hold up the others
        # Without the error's words: they may hold personal data.
        places = (f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in extract_tb(error.__traceback__))
        _log.error("a turn of a move ended with %s at %s", type(error).__name__, " > ".join(places))
        fault = RefusedError(UNEXPECTED, {"error": type(error).__name__})
    return _store(holder, is_through=is_through, fault=fault)


def _store(holder: Holder, *, is_through: bool | None, fault: RefusedError | None) -> str:
    """Store how a turn ended, and what follows for the move; give its word."""
    with writing() as session:
        move = session.get_one(MailMove, holder.move_id, with_for_update=True, populate_existing=True)
        actor = session.scalar(sa.select(Operation.requested_by).where(Operation.id == holder.operation.id)) or ""
        result = _result(holder, move, is_through=is_through, fault=fault)
        if not operations.finish([result]):
            return STALE
        if fault is not None and move.state in states.OPEN:
            failure = _failure(fault, holder, session.get_one(Operation, holder.operation.id, populate_existing=True))
            if failure:
                mail_moves.fail(move, failure, fault, actor)
            else:
                move.detail, move.values = fault.message, fault.values
        elif is_through and result.state == DONE:
            mail_moves.finish(session, move, actor)
        elif is_through and result.message:
            why = RefusedError(result.message, result.values)
            failure = states.QUOTA if result.state == PENDING else states.PARTIAL
            mail_moves.fail(move, failure, why, actor)
    return result.outcome or result.state


def _result(holder: Holder, move: MailMove, *, is_through: bool | None, fault: RefusedError | None) -> Result:
    operation = holder.operation
    if move.state == states.CANCELLED:
        return Result(operation, DONE, STALE)
    if move.paused_at is not None:
        return Result(operation, PENDING, counts=False, pause=FAR)
    if fault is not None:
        return _faulty(holder, fault)
    if is_through is None:
        return Result(operation, PENDING, counts=False, pause=AT_ONCE)
    if not is_through:
        return Result(operation, PENDING, counts=False, pause=DELIVERY_PAUSE)
    return _through(operation, move)


def _through(operation: Claimed, move: MailMove) -> Result:
    over_quota = _refused(move.id, OVER_QUOTA)
    if over_quota:
        return Result(
            operation, PENDING, message=NOT_ALL, values={"number": over_quota}, counts=False, pause=QUOTA_PAUSE
        )
    if move.refused:
        return Result(operation, PARKED, PARKED, NOT_ALL, {"number": move.refused})
    if not mail_moves.is_whole(db.session(), move):
        return Result(operation, PARKED, PARKED, NOT_CERTAIN)
    return Result(operation, DONE, MADE)


def _refused(move_id: int, why: str) -> int:
    folders = sa.select(MoveFolder.id).where(MoveFolder.move_id == move_id)
    of_it = sa.select(sa.func.count()).where(
        MovedMessage.folder_id.in_(folders), MovedMessage.state == REFUSED, MovedMessage.detail == why
    )
    return db.session.scalar(of_it) or 0


def _faulty(holder: Holder, fault: RefusedError) -> Result:
    result = partial(Result, holder.operation, message=fault.message, values=fault.values)
    if isinstance(fault, OverQuotaError):
        return result(state=PENDING, counts=False, pause=QUOTA_PAUSE)
    if isinstance(fault, (LoginRefusedError, CommandRefusedError, SealError)):
        return result(state=PARKED, outcome=PARKED)
    if isinstance(fault, LostConnectionError):
        if holder.progress:
            return result(state=UNKNOWN, counts=False, pause=CUT_PAUSE)
        return result(state=UNKNOWN)
    if isinstance(fault, TransportError):
        return result(state=PENDING, counts=False, pause=OUTAGE_PAUSE)
    return result(state=UNKNOWN)


def _failure(fault: RefusedError, holder: Holder, row: Operation) -> str:
    """Give why the move failed, "" where it is only tried again in a moment."""
    if isinstance(fault, OverQuotaError):
        return states.QUOTA
    if isinstance(fault, mail_move_run.PasswordErasedError):
        return states.AUTH
    if isinstance(fault, (LoginRefusedError, SealError)):
        return states.AUTH if mail_moves.has_secret(holder.move_id) else states.SERVER
    return states.SERVER if row.state == PARKED else ""
