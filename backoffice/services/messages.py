"""Putting messages into the queue, and taking those back that have not left yet.

Source: architecture.md "How a change happens"; mission S37 (quiet hours), S11 (codes).
"""

import datetime as dt
import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import writing
from backoffice.models import Message, Operation
from backoffice.models.message import MAIL, QUEUED, SMS, WITHDRAWN
from backoffice.models.operation import DONE, PENDING, STALE, UNKNOWN
from backoffice.models.types import MAIN_DIRECTORY
from backoffice.ports.seal import Sealer
from backoffice.rules.quiet import next_allowed
from backoffice.services.rows import inserted
from backoffice.settings import Settings

# Urgent text messages are a kind of their own, so that no other message can stand in front of them.
SEND_SMS, SEND_MAIL, SEND_URGENT = "send_sms", "send_mail", "send_urgent_sms"
KIND_OF = {SMS: SEND_SMS, MAIL: SEND_MAIL}
URGENT = 1


@dataclass(frozen=True)
class Draft:
    """A message to be queued. ``params``: what the template shows; see Message for the rest.

    ``secret``: what the template shows too, but nobody else may read: stored sealed, and only until it has left.
    """

    channel: str
    address: str
    template: str
    language: str
    params: Mapping[str, Any]
    person_id: int | None = None
    entry_uuid: str = ""
    about: str = ""
    lock_on: str = ""
    urgent: bool = False
    secret: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Reason:
    """Why a message is sent: who wanted it, and the planned row it carries out, if any."""

    actor: str
    source: str | None = None
    run_id: int | None = None
    planned_action_id: int | None = None


class Queued(NamedTuple):
    """The numbers of a message that was queued, and of its operation."""

    id: int
    operation_id: int


def put(draft: Draft, reason: Reason, settings: Settings) -> Queued:
    """Queue a message inside the caller's transaction; an SMS waits for the end of the quiet hours unless it is urgent.

    Raises SealError for a secret where SEAL_KEY is unusable.
    """
    now, key = clock.now(), secrets.token_hex(8)
    sealed = Sealer(settings).seal(json.dumps(dict(draft.secret)).encode(), context_of(key)) if draft.secret else ""
    operation = {
        "kind": _kind(draft), "subject": f"message:{key}", "source": reason.source, "directory": MAIN_DIRECTORY,
        "desired": {"entry_uuid": draft.entry_uuid}, "state": PENDING, "priority": URGENT if draft.urgent else 0,
        "not_before": may_leave(draft.channel, now, settings, urgent=draft.urgent), "run_id": reason.run_id,
        "planned_action_id": reason.planned_action_id, "requested_by": reason.actor, "created_at": now,
    }  # fmt: skip
    message = {
        "key": key, "channel": draft.channel, "address": draft.address, "template": draft.template,
        "language": draft.language, "params": dict(draft.params), "person_id": draft.person_id,
        "entry_uuid": draft.entry_uuid, "about": draft.about, "lock_on": draft.lock_on, "state": QUEUED,
        "urgent": draft.urgent, "secret": sealed, "created_at": now,
    }  # fmt: skip
    with writing() as session:
        operation_id = inserted(session, Operation, operation)
        return Queued(inserted(session, Message, {**message, "operation_id": operation_id}), operation_id)


def _kind(draft: Draft) -> str:
    return SEND_URGENT if draft.urgent and draft.channel == SMS else KIND_OF[draft.channel]


def may_leave(channel: str, now: dt.datetime, settings: Settings, *, urgent: bool) -> dt.datetime:
    """Give the moment from which a message may leave: ``now`` or, for an SMS nobody waits for, the morning."""
    if channel != SMS or urgent:
        return now
    return next_allowed(now, settings.policy.quiet_from, settings.policy.quiet_to, settings.timezone)


def quiet_until(settings: Settings) -> dt.datetime | None:
    """Give the end of the quiet hours while they last."""
    now = clock.now()
    leaves = may_leave(SMS, now, settings, urgent=False)
    return leaves if leaves > now else None


def opened(message: Message, settings: Settings) -> dict[str, str]:
    """Give the params of a message with the secret ones. Raises SealError."""
    if not message.secret:
        return message.params
    plain = Sealer(settings).unseal(message.secret, context_of(message.key))
    secret: dict[str, str] = json.loads(plain)
    return {**message.params, **secret}


def context_of(key: str) -> bytes:
    """Name what the secret of a message belongs to."""
    return f"message:{key}".encode()


def withdraw(session: Session, which: sa.ColumnElement[bool]) -> int:
    """Take back the queued messages of which no try was made; give their number."""
    return _take_back(session, which, (PENDING,), even_tried=False)


def call_off(session: Session, which: sa.ColumnElement[bool]) -> int:
    """Take back the queued messages, also those that have perhaps arrived: they are not tried again.

    One that is being sent at this moment is left alone.
    """
    return _take_back(session, which, (PENDING, UNKNOWN), even_tried=True)


def _take_back(session: Session, which: sa.ColumnElement[bool], states: Collection[str], *, even_tried: bool) -> int:
    waiting = (
        sa.select(Message, Operation)
        .join(Operation, Operation.id == Message.operation_id)
        .where(Message.state == QUEUED, Operation.state.in_(states), which)
        .with_for_update()
    )
    found = [(message, operation) for message, operation in session.execute(waiting)]
    wanted = [(message, operation) for message, operation in found if even_tried or not operation.changes]
    for message, operation in wanted:
        message.state, message.secret = WITHDRAWN, ""
        operation.state, operation.outcome, operation.finished_at = DONE, STALE, clock.now()
    return len(wanted)
