"""HR's answers to "left, or still here?". Source: reconciliation.md, situation MISSING."""

from collections.abc import Collection

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import Person, Question
from backoffice.rules.errors import RefusedError
from backoffice.rules.leavers import ANSWERS, LATER
from backoffice.services import audit
from backoffice.services.paging import Page

NO_QUESTION = N_("There is no such question.")
NO_ANSWER = N_("Answer «left», «here» or «later».")
CLOSED = N_("This question is no longer open: the person's row came back.")


WAITING, ANSWERED = "waiting", "answered"


def find(question_id: int) -> Question | None:
    """Give one question, None where there is none."""
    return db.session.get(Question, question_id)


def page(which: str, number: int, size: int, sources: Collection[str] | None) -> Page[tuple[Question, Person | None]]:
    """Give one page of what waits (oldest first) or was answered (newest first); ``sources``: None for all."""
    conditions = [Question.closed_at.is_(None), _is_waiting() if which == WAITING else sa.not_(_is_waiting())]
    if sources is not None:
        conditions.append(Question.source.in_(sources))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Question).where(*conditions)) or 0
    number = min(number, max(0, (total - 1) // size))
    order = Question.id if which == WAITING else Question.answered_at.desc()
    rows = sa.select(Question, Person).outerjoin(Person, Person.id == Question.person_id).where(*conditions)
    found = db.session.execute(rows.order_by(order, Question.id).limit(size).offset(number * size))
    return Page([(question, person) for question, person in found], total, number, size)


def count_waiting(sources: Collection[str] | None) -> int:
    """Give how many questions wait for an answer; ``sources``: None for all."""
    return page(WAITING, 0, 1, sources).total


def _is_waiting() -> sa.ColumnElement[bool]:
    return Question.answer.in_(("", LATER))


def waiting(sources: Collection[str] | None = None) -> list[Question]:
    """Give the questions that wait for an answer (of these sources), oldest first; «later» waits too."""
    open_ = sa.select(Question).where(_is_waiting(), Question.closed_at.is_(None))
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
