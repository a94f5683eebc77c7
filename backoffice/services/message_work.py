"""Handing queued messages to the gateways.

Before each try it is written down that there was one, so that a message whose answer was lost, or whose process died,
is known to have perhaps arrived: an SMS then leaves at most once more, with the same text; a mail, which carries a
stable Message-ID, a few times more. Source: reliability.md §3.
"""

import datetime as dt
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import Message
from backoffice.models.message import DELIVERED, FAILED, QUEUED, SMS
from backoffice.models.operation import DONE, MADE, OPEN, PARKED, PENDING, STALE, UNKNOWN
from backoffice.ports.mail import open_mail
from backoffice.ports.seal import SealError
from backoffice.ports.sms import open_sms
from backoffice.ports.transport import Mail, Sms, TransportError
from backoffice.services import audit, code_delivery, messages, operations, pictures
from backoffice.services.message_texts import DIGEST, Words, html, words
from backoffice.services.messages import SEND_MAIL, SEND_SMS, SEND_URGENT
from backoffice.services.operations import OUTAGE_PAUSE, Claimed, Result
from backoffice.settings import Settings

KINDS = (SEND_SMS, SEND_MAIL, SEND_URGENT)
# How many a thread takes at once; of the urgent ones none waits behind another that a thread holds.
BATCH = {SEND_SMS: 5, SEND_MAIL: 5, SEND_URGENT: 1}
# How often a message may perhaps have arrived before it is left to the desk.
UNSURE = {SEND_SMS: 2, SEND_MAIL: 5, SEND_URGENT: 2}
UNSURE_PAUSE = {kind: dt.timedelta(seconds=30) for kind in KINDS} | {SEND_URGENT: dt.timedelta(seconds=15)}
# Pauses while a server puts one mail off (greylisting, a full mailbox): about two days in all.
PUT_OFF = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440))
NOT_WANTED = N_("The message was withdrawn before it was sent.")
PERHAPS_ARRIVED = N_("The answer was lost %(tries)d times; the message has perhaps arrived and is not sent again.")
QUIET = N_("Waits for the end of the quiet hours.")
_ENDED = sa.update(Message).where(Message.id == sa.bindparam("row"))


def work(kind: str, settings: Settings) -> list[Result]:
    """Claim and hand over a few due messages of a kind; give how each ended, [] for none. Faults are stored.

    Where the gateway takes nothing at all, whatever is due waits with the first one. Nothing leaves in observe mode.
    """
    if settings.policy.mode == "observe":
        return []
    results: list[Result] = []
    for operation in operations.claim({kind}, BATCH[kind]):
        message = _message(operation)
        result = _outage(results, operation) or _carry_out(operation, message, settings)
        if result:
            results.append(result)
            _store(result, message, settings)
    if any(_is_outage(result) for result in results):
        last = results[-1]
        operations.postpone({kind}, last.message, last.values, OUTAGE_PAUSE)
    return results


def _outage(results: list[Result], operation: Claimed) -> Result | None:
    """Give the operation the fate of the one before it where the gateway took nothing."""
    last = results[-1] if results else None
    return _later(operation, last.message, last.values) if last and _is_outage(last) else None


def _is_outage(result: Result) -> bool:
    return result.state in OPEN and not result.counts and result.pause is None


def _carry_out(operation: Claimed, message: Message | None, settings: Settings) -> Result | None:
    """Try to hand one message over; None where the claim was lost."""
    now = clock.now()
    if message is None or message.state != QUEUED:
        return Result(operation, DONE, STALE, NOT_WANTED, changes=operation.changes)
    until = messages.may_leave(message.channel, now, settings, urgent=message.urgent)
    if until > now:
        return Result(operation, PENDING, message=QUIET, counts=False, pause=until - now)
    if len(operation.changes) >= UNSURE[operation.kind]:
        return _given_up(operation)
    tries = [*operation.changes, {"at": now.isoformat()}]
    if not operations.record_intent(operation, tries):
        return None
    return _tried(operation, message, tries, settings)


def _tried(operation: Claimed, message: Message, tries: list[dict[str, str]], settings: Settings) -> Result:
    tried_since = dt.datetime.fromisoformat(tries[0]["at"]) if len(tries) > 1 else None
    try:
        number = _send(message, tried_since, settings)
    except TransportError as fault:
        return _not_sent(operation, fault, tries)
    except SealError as fault:
        return Result(operation, PARKED, PARKED, fault.message, changes=operation.changes)
    return Result(operation, DONE, MADE, version=number, changes=tries)


def _message(operation: Claimed) -> Message | None:
    found = db.session.scalar(sa.select(Message).where(Message.operation_id == operation.id))
    if found is not None:
        db.session.expunge(found)
    db.session.rollback()
    return found


def _send(message: Message, tried_since: dt.datetime | None, settings: Settings) -> str:
    params = messages.opened(message, settings)
    said = words(message.template, message.channel, message.language, params)
    if message.channel == SMS:
        sms = Sms(message.address, message.template, params, said.text, message.key, tried_since)
        return open_sms(settings).send(sms)
    open_mail(settings).send(replace(_mail(message, said, params), tried_since=tried_since))
    return ""


def _mail(message: Message, said: Words, params: dict[str, Any]) -> Mail:
    if message.template != DIGEST:
        return Mail(message.address, said.subject, said.text, message.key)
    drawn = pictures.of(params["parts"], message.language)
    page = html(message.template, message.language, params, drawn)
    return Mail(message.address, said.subject, said.text, message.key, page, drawn)


def _not_sent(operation: Claimed, fault: TransportError, tries: list[dict[str, str]]) -> Result:
    """Say what follows from a fault; only what may have arrived keeps the note of this try."""
    before, message, values = operation.changes, fault.message, fault.values
    if fault.permanent:
        return Result(operation, PARKED, PARKED, message, values, changes=before)
    if fault.unknown and len(tries) >= UNSURE[operation.kind]:
        return _given_up(operation, tries)
    if fault.unknown:
        return Result(operation, UNKNOWN, "", message, values, changes=tries, pause=UNSURE_PAUSE[operation.kind])
    if fault.put_off and operation.attempts > len(PUT_OFF):
        return Result(operation, PARKED, PARKED, message, values, changes=before)
    if fault.put_off:
        return Result(operation, PENDING, "", message, values, changes=before, pause=PUT_OFF[operation.attempts - 1])
    return _later(operation, message, values)


def _given_up(operation: Claimed, tries: list[dict[str, str]] | None = None) -> Result:
    made = tries or operation.changes
    return Result(operation, PARKED, PARKED, PERHAPS_ARRIVED, {"tries": len(made)}, changes=made)


def _later(operation: Claimed, message: str, values: dict[str, object]) -> Result:
    return Result(operation, PENDING, "", message, values, changes=operation.changes, counts=False)


def _store(result: Result, message: Message | None, settings: Settings) -> None:
    """Store how a try ended, with the message and, where it left, one audit row.

    The message is as it was when it was read: while its operation is ours, nobody else changes it.
    """
    with writing() as session:
        ours = operations.finish([result])
        if not ours or message is None or result.state in OPEN:
            return
        session.connection().execute(_ENDED, {"row": message.id, "secret": "", **_end_of(result)})
        if result.outcome == MADE:
            audit.record(
                f"message:{message.channel}:sent", f"message:{message.id}",
                actor=ours[result.operation.id], reason=message.about,
            )  # fmt: skip
        if message.secret:
            code_delivery.ended(session, message.id, settings, failed=result.outcome == PARKED)


def _end_of(result: Result) -> dict[str, object]:
    """Give what a message says of how it ended; one that was withdrawn says so already."""
    if result.outcome == MADE:
        return {"state": DELIVERED, "delivered_at": clock.now(), "gateway_number": result.version}
    return {"state": FAILED} if result.outcome == PARKED else {}
