"""Asking people about their requests for permanent accounts; the answer brings the request back to the desk.

While a question is open the person is waited for; an answer that nobody has read keeps the request from being approved
by itself. Source: mission S30, S40; issue "From temporary to permanent" ("approve / reject with reason / ask").
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import PermanentRequest, RequestQuestion
from backoffice.rules import approval
from backoffice.rules import request_states as states
from backoffice.rules.approval import Facts, Reason
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import EMPTY, InvalidFieldsError
from backoffice.services import request_claims, request_messages
from backoffice.services.accounts import OBSERVING
from backoffice.services.permanent_requests import deadline, record
from backoffice.settings import Settings

# What an SMS can carry beside the address of the profile.
MOST_ASKED, MOST_ANSWERED = 200, 1000
NO_QUESTION = N_("Please write what you want to know.")
ASKED_ALREADY = N_("A question is open already; the person has not answered it yet.")
NOT_ASKED = N_("There is no question to be answered.")
NOTHING_TO_READ = N_("There is no answer that has to be read.")
APPLICANT = "applicant"


def ask(request_id: int, words: str, *, actor: str, settings: Settings) -> None:
    """Ask the person by SMS and mail, and let the request wait for the answer. Raises RefusedError."""
    said = checked(words, settings)
    with writing() as session:
        request = request_claims.to_decide(session, request_id, actor)
        if open_one(session, request_id) is not None:
            raise RefusedError(ASKED_ALREADY)
        now = clock.now()
        session.add(RequestQuestion(request_id=request_id, words=said, asked_by=actor, asked_at=now))
        before = request.state
        _let_wait(request, Facts(awaits_answer=True))
        request_claims.free(request)
        record(request, "asked", actor, before, said)
        request_messages.tell(session, request, request_messages.ASKED, actor, settings, {"note": said})


def checked(words: str, settings: Settings) -> str:
    """Give a question as it is sent. Raises RefusedError for none, and in observe mode, in which nothing is."""
    if settings.policy.mode == "observe":
        raise RefusedError(OBSERVING)
    said = " ".join(words.split())[:MOST_ASKED]
    if not said:
        raise RefusedError(NO_QUESTION)
    return said


def answer(account_id: int, words: str, settings: Settings) -> None:
    """Keep the person's answer; the desk has two working days again. Raises InvalidFieldsError, RefusedError."""
    said = words.strip()[:MOST_ANSWERED]
    with writing() as session:
        mine = sa.select(PermanentRequest).where(
            PermanentRequest.account_id == account_id, PermanentRequest.state.in_(states.UNDECIDED)
        )
        request = session.scalar(mine.with_for_update().execution_options(populate_existing=True))
        question = open_one(session, request.id) if request else None
        if request is None or question is None:
            raise RefusedError(NOT_ASKED)
        if not said:
            raise InvalidFieldsError({"answer": RefusedError(EMPTY)})
        now, before = clock.now(), request.state
        question.answer, question.answered_at = said, now
        _let_wait(request, Facts(has_answer=True))
        request.due_at = deadline(settings)
        record(request, "answered", APPLICANT, before)


def read(request_id: int, *, actor: str) -> None:
    """Note that the answer was read, so that the request goes on by rule. Raises RefusedError."""
    with writing() as session:
        request = request_claims.to_decide(session, request_id, actor)
        question = _newest(session, request_id)
        if question is None or question.answered_at is None or question.read_at is not None:
            raise RefusedError(NOTHING_TO_READ)
        question.read_by, question.read_at = actor, clock.now()
        request.reasons = [code for code in request.reasons if code != Reason.ANSWERED]
        record(request, "answer_read", actor, request.state)


def of_request(request_id: int) -> Sequence[RequestQuestion]:
    """Give the questions about a request, the oldest first."""
    mine = sa.select(RequestQuestion).where(RequestQuestion.request_id == request_id)
    return db.session.scalars(mine.order_by(RequestQuestion.id)).all()


def standing(session: Session, request_id: int) -> tuple[bool, bool]:
    """Say whether the person's answer is awaited, and whether there is one that nobody has read."""
    newest = _newest(session, request_id)
    if newest is None:
        return False, False
    is_answered = newest.answered_at is not None
    return not is_answered, is_answered and newest.read_at is None


def open_one(session: Session, request_id: int) -> RequestQuestion | None:
    """Give the question that waits for its answer, None for none."""
    newest = _newest(session, request_id)
    return newest if newest is not None and newest.answered_at is None else None


def _newest(session: Session, request_id: int) -> RequestQuestion | None:
    mine = sa.select(RequestQuestion).where(RequestQuestion.request_id == request_id)
    return session.scalar(mine.order_by(RequestQuestion.id.desc()).limit(1))


def _let_wait(request: PermanentRequest, facts: Facts) -> None:
    """Let a request wait for the one reason there is now; the job adds the others when it judges next."""
    verdict = approval.judge(facts)
    if request.state != verdict.state:
        states.check_step(request.state, verdict.state)
    request.state, request.waits_for = verdict.state, verdict.waits_for
    request.reasons = [str(reason) for reason in verdict.reasons]
