"""What was said and done so far about accounts whose time ends, as a run needs it. Reads only."""

import datetime as dt
from collections import defaultdict

import sqlalchemy as sa

from backoffice.extensions import db
from backoffice.models import Account, Finding, Message, Operation, PermanentRequest, PlannedAction, Question
from backoffice.models.message import STANDING
from backoffice.models.operation import ALREADY, MADE
from backoffice.reconcile.inputs import Told
from backoffice.rules import situations as s
from backoffice.rules.leavers import Asked, Warned
from backoffice.rules.request_states import LIVE

Key = tuple[str, str]


def told() -> Told:
    """Give warnings that stand, questions and requests that are not closed, and what we disabled at an ending."""
    return Told(_warnings(), _questions(), _disabled(), _requested())


def _warnings() -> dict[Key, Warned]:
    """Give for each ending the warning that was delivered first, or one that is still on its way.

    A reminder of a temporary account is about an end, too, but announces no day of locking.
    """
    found: defaultdict[Key, list[Message]] = defaultdict(list)
    for message in db.session.scalars(sa.select(Message).where(Message.lock_on != "", Message.state.in_(STANDING))):
        found[message.entry_uuid, message.about].append(message)
    return {key: _first(messages) for key, messages in found.items()}


def _first(messages: list[Message]) -> Warned:
    delivered = sorted((message.delivered_at, message.lock_on) for message in messages if message.delivered_at)
    at, lock_on = delivered[0] if delivered else (None, messages[0].lock_on)
    return Warned(at, dt.date.fromisoformat(lock_on))


def _questions() -> dict[Key, Asked]:
    asked = sa.select(Question).where(Question.closed_at.is_(None)).order_by(Question.id)
    return {(q.entry_uuid, q.about): Asked(q.asked_at, q.answer, q.answered_at) for q in db.session.scalars(asked)}


def _disabled() -> frozenset[str]:
    """Give the entries whose newest change of state is a disabling of ours for an ending, not taken back."""
    inverse = sa.orm.aliased(Operation)
    taken_back = sa.exists().where(inverse.undo_of == Operation.id, inverse.outcome.in_((MADE, ALREADY)))
    made = (
        sa.select(Operation.kind, PlannedAction.entry_uuid, Finding.situation)
        .join(PlannedAction, PlannedAction.id == Operation.planned_action_id)
        .join(Finding, (Finding.run_id == PlannedAction.run_id) & (Finding.row == PlannedAction.finding_row))
        .where(Operation.kind.in_((s.DISABLE, s.ENABLE)), Operation.outcome == MADE, ~taken_back)
        .order_by(Operation.id)
    )
    newest = {uuid: (kind, situation) for kind, uuid, situation in db.session.execute(made)}
    return frozenset(uuid for uuid, (kind, why) in newest.items() if kind == s.DISABLE and why in s.ENDINGS)


def _requested() -> frozenset[str]:
    asked = sa.select(Account.entry_uuid).join(PermanentRequest, PermanentRequest.account_id == Account.id)
    return frozenset(db.session.scalars(asked.where(PermanentRequest.state.in_(LIVE), Account.entry_uuid != "")))
