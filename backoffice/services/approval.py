"""Deciding requests for permanent accounts: by rule, or by a person of the desk.

A request is claimed, judged again and decided in one transaction, with its audit row and the operation that follows.
Source: mission S30, S39, S40; architecture.md "How a change happens".
"""

import logging
from collections import Counter
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import Account, PermanentRequest
from backoffice.rules import approval
from backoffice.rules import request_states as states
from backoffice.rules.approval import Facts, Reason, Verdict
from backoffice.rules.errors import RefusedError
from backoffice.services import (
    directory_names,
    promotion,
    request_claims,
    request_facts,
    request_messages,
    user_names,
)  # fmt: skip
from backoffice.services.account_acts import REASON_LENGTH
from backoffice.services.accounts import OBSERVING
from backoffice.services.directory_login import DirectoryDownError
from backoffice.services.permanent_requests import deadline, erase_secret, record
from backoffice.settings import Settings

_log = logging.getLogger(__name__)
JOB = "job:approve"
AUTOMATIC, MANUAL = "auto", "manual"
NO_REASON = N_("Please give a reason.")
HAS_ITS_NAME = N_(
    "The account has its permanent name in the directory already, so the request cannot be refused any more; repair "
    "what is named here and try again."
)
CANNOT = N_("This request cannot be approved as it is; see what it waits for.")
# What a person of the desk may decide over; the rest has to be repaired first.
_OVERRULED = frozenset({
    Reason.ASKED, Reason.ANSWERED, Reason.OPEN_CASE, Reason.IDENTITY_UNPROVED, Reason.MAILBOX_UNTRIED,
    Reason.OFFICE_NAME, Reason.SWITCHED_OFF,
})  # fmt: skip
# What needs no words of its own to be decided over.
_OF_ITSELF = frozenset({Reason.ANSWERED, Reason.SWITCHED_OFF})


def judge_all(settings: Settings) -> Counter[str]:
    """Judge every request that is not decided; give state -> how many are in it now. Raises DirectoryDownError.

    One that was overtaken while it was judged is left to the next time.
    """
    counts: Counter[str] = Counter()
    for request_id in undecided():
        try:
            counts[judge(request_id, settings)] += 1
        except DirectoryDownError:
            raise
        except RefusedError as fault:
            _log.warning("request %s is left for the next time: %s", request_id, fault)
    return counts


def undecided() -> list[int]:
    """Give the requests that are not decided, the oldest first."""
    question = sa.select(PermanentRequest.id).where(PermanentRequest.state.in_(states.UNDECIDED))
    return list(db.session.scalars(question.order_by(PermanentRequest.id)))


def judge(request_id: int, settings: Settings) -> str:
    """Judge one request, and approve it where nothing is against it; give its state. Raises DirectoryDownError."""
    in_directory = _is_in_directory(request_id, settings)
    with writing() as session:
        request = request_claims.claimed(session, request_id)
        if request.state not in states.UNDECIDED:
            return request.state
        facts = _facts(session, request, settings, in_directory=in_directory)
        verdict = approval.judge(facts)
        if verdict.state == states.APPROVED:
            _approve(session, request, JOB, f"{AUTOMATIC}:{approval.RULE}", "", settings)
        else:
            _let_wait(request, verdict, settings)
        return request.state


def approve(request_id: int, note: str, *, actor: str, settings: Settings) -> None:
    """Approve a request by hand, over what the rule leaves to people. Raises RefusedError, DirectoryDownError."""
    in_directory = _is_in_directory(request_id, settings)
    words = note.strip()[:REASON_LENGTH]
    with writing() as session:
        request = request_claims.to_decide(session, request_id, actor)
        reasons = approval.judge(_facts(session, request, settings, in_directory=in_directory)).reasons
        if set(reasons) - _OVERRULED:
            raise RefusedError(CANNOT)
        if set(reasons) & _OVERRULED - _OF_ITSELF and not words:
            raise RefusedError(NO_REASON)
        _approve(session, request, actor, MANUAL, words, settings)


def reject(request_id: int, reason: str, *, actor: str, settings: Settings) -> None:
    """Refuse a request; the person is told why and may file another one. Raises RefusedError, DirectoryDownError."""
    words = checked_reason(reason, settings)
    if _has_its_name(request_id, settings):
        raise RefusedError(HAS_ITS_NAME)
    with writing() as session:
        request = request_claims.to_decide(session, request_id, actor, *states.UNDECIDED, states.FAILED)
        before = request.state
        _decide(request, states.REJECTED, actor, MANUAL, words)
        request.finished_at = clock.now()
        erase_secret(request)
        user_names.let_go(session, request.id)
        record(request, "rejected", actor, before, words)
        request_messages.tell(session, request, request_messages.REJECTED, actor, settings, {"reason": words})


def checked_reason(reason: str, _settings: Settings) -> str:
    """Give the reason of a refusal as the person reads it. Raises RefusedError for none."""
    words = reason.strip()[:REASON_LENGTH]
    if not words:
        raise RefusedError(NO_REASON)
    return words


def may_approve(request: PermanentRequest) -> bool:
    """Say whether a person can approve a request as it stands, by its reasons when it was last judged."""
    return request.state in states.UNDECIDED and not {Reason(one) for one in request.reasons} - _OVERRULED


def _approve(session: Session, request: PermanentRequest, actor: str, rule: str, note: str, settings: Settings) -> None:
    if settings.policy.mode == "observe":
        raise RefusedError(OBSERVING)
    before = request.state
    user_names.hold(session, request.username, request.id)
    _decide(request, states.APPROVED, actor, rule, note)
    record(request, "approved", actor, before, note)
    promotion.begin(session, request, actor, settings)


def _decide(request: PermanentRequest, state: str, actor: str, rule: str, note: str) -> None:
    states.check_step(request.state, state)
    now = clock.now()
    request.state, request.decided_by, request.decided_at, request.judged_at = state, actor, now, now
    request.rule, request.note, request.waits_for, request.reasons = rule, note, "", []
    request_claims.free(request)


def _let_wait(request: PermanentRequest, verdict: Verdict, settings: Settings) -> None:
    """Store what a request waits for; the trail hears of it only when that has changed."""
    before, reasons = request.state, [str(reason) for reason in verdict.reasons]
    changed = (request.state, list(request.reasons)) != (verdict.state, reasons)
    request.judged_at = clock.now()
    if not changed:
        return
    if before != verdict.state:
        states.check_step(before, verdict.state)
    if request.waits_for not in ("", verdict.waits_for):
        # Whoever it waits for now has the whole service level, whatever time another one took.
        request.due_at = deadline(settings)
    request.state, request.reasons, request.waits_for = verdict.state, reasons, verdict.waits_for
    record(request, "waits", JOB, before)


def _facts(session: Session, request: PermanentRequest, settings: Settings, *, in_directory: bool) -> Facts:
    facts = request_facts.gather(session, request, settings)
    return replace(facts, is_name_free=facts.is_name_free and not in_directory)


def _has_its_name(request_id: int, settings: Settings) -> bool:
    """Say whether a promotion that failed got as far as the new name; asked outside the transaction."""
    question = sa.select(PermanentRequest.username, Account.entry_uuid).join(
        Account, Account.id == PermanentRequest.account_id
    )
    failed = PermanentRequest.id == request_id, PermanentRequest.state == states.FAILED
    found = db.session.execute(question.where(*failed)).first()
    db.session.rollback()
    if found is None or not directory_names.taken([found.username], settings):
        return False
    return not directory_names.taken([found.username], settings, but=found.entry_uuid)


def _is_in_directory(request_id: int, settings: Settings) -> bool:
    """Say whether another entry of the directory has the name; asked outside the transaction."""
    question = sa.select(PermanentRequest.username, Account.entry_uuid).join(
        Account, Account.id == PermanentRequest.account_id
    )
    found = db.session.execute(question.where(PermanentRequest.id == request_id)).first()
    db.session.rollback()
    return bool(found and directory_names.taken([found.username], settings, but=found.entry_uuid))
