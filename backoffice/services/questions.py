"""HR's answers to "left, or still here?". Source: reconciliation.md, situation MISSING."""

from collections.abc import Collection

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import Question
from backoffice.rules.errors import RefusedError
from backoffice.rules.leavers import ANSWERS, LATER
from backoffice.services import audit

NO_QUESTION = N_("There is no such question.")
NO_ANSWER = N_("Answer «left», «here» or «later».")
CLOSED = N_("This question is no longer open: the person's row came back.")


def waiting(sources: Collection[str] | None = None) -> list[Question]:
    """Give the questions that wait for an answer (of these sources), oldest first; «later» waits too."""
    open_ = sa.select(Question).where(Question.answer.in_(("", LATER)), Question.closed_at.is_(None))
    if sources is not None:
        open_ = open_.where(Question.source.in_(sources))
    return list(db.session.scalars(open_.order_by(Question.id)))


def answer(question_id: int, said: str, *, actor: str, note: str = "") -> None:
    """Keep an answer: left, here or later; a later answer replaces an earlier one.

    Raises RefusedError for another word, an unknown question, and one that closed by itself.
    """
    if said not in ANSWERS:
        raise RefusedError(NO_ANSWER)
    with writing() as session:
        question = session.get(Question, question_id)
        if question is None:
            raise RefusedError(NO_QUESTION)
        if question.closed_at is not None:
            raise RefusedError(CLOSED)
        before, question.answer = question.answer, said
        question.answered_at, question.answered_by, question.note = clock.now(), actor, note
        audit.record(
            "hr:question:answered", f"question:{question.id}", actor=actor, reason=note,
            before={"answer": before}, after={"answer": said},
        )  # fmt: skip
