"""Putting messages into the queue, and taking those back that have not left yet.

Source: architecture.md "How a change happens"; mission S37 (quiet hours).
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import writing
from backoffice.models import Message, Operation
from backoffice.models.message import MAIL, QUEUED, SMS, WITHDRAWN
from backoffice.models.operation import DONE, PENDING, STALE
from backoffice.models.types import MAIN_DIRECTORY
from backoffice.rules.quiet import next_allowed
from backoffice.settings import Settings

SEND_SMS, SEND_MAIL = "send_sms", "send_mail"
KIND_OF = {SMS: SEND_SMS, MAIL: SEND_MAIL}


@dataclass(frozen=True)
class Draft:
    """A message to be queued. ``params``: what the template shows; see Message for the rest."""

    channel: str
    address: str
    template: str
    language: str
    params: Mapping[str, str]
    person_id: int | None = None
    entry_uuid: str = ""
    about: str = ""
    lock_on: str = ""


@dataclass(frozen=True)
class Reason:
    """Why a message is sent: who wanted it, and the planned row it carries out, if any."""

    actor: str
    source: str | None = None
    run_id: int | None = None
    planned_action_id: int | None = None


def put(draft: Draft, reason: Reason, settings: Settings) -> Message:
    """Queue a message inside the caller's transaction; an SMS to a person waits for the end of the quiet hours."""
    now = clock.now()
    policy = settings.policy
    starts = now
    if draft.channel == SMS:
        starts = next_allowed(now, policy.quiet_from, policy.quiet_to, settings.timezone)
    key = secrets.token_hex(8)
    with writing() as session:
        operation = Operation(
            kind=KIND_OF[draft.channel], subject=f"message:{key}", source=reason.source, directory=MAIN_DIRECTORY,
            desired={"entry_uuid": draft.entry_uuid}, state=PENDING, not_before=starts, run_id=reason.run_id,
            planned_action_id=reason.planned_action_id, requested_by=reason.actor, created_at=now,
        )  # fmt: skip
        session.add(operation)
        session.flush()
        message = Message(
            key=key, channel=draft.channel, address=draft.address, template=draft.template, language=draft.language,
            params=dict(draft.params), person_id=draft.person_id, entry_uuid=draft.entry_uuid, about=draft.about,
            lock_on=draft.lock_on, state=QUEUED, operation_id=operation.id, created_at=now,
        )  # fmt: skip
        session.add(message)
        session.flush()
        return message


def withdraw(session: Session, which: sa.ColumnElement[bool]) -> int:
    """Take back the queued messages of which no try was made; give their number."""
    waiting = (
        sa.select(Message, Operation)
        .join(Operation, Operation.id == Message.operation_id)
        .where(Message.state == QUEUED, Operation.state == PENDING, which)
        .with_for_update()
    )
    found = [(message, operation) for message, operation in session.execute(waiting) if not operation.changes]
    for message, operation in found:
        message.state = WITHDRAWN
        operation.state, operation.outcome, operation.finished_at = DONE, STALE, clock.now()
    return len(found)
