"""What was or is to be decided and done about one person: cases, requests, mail, wishes, exceptions, operations."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa

from backoffice.extensions import db
from backoffice.models import Case, CorrectionRequest, MailMove, Operation, Override, PermanentRequest, Question
from backoffice.services.person_keys import Keys

MOST = 30
T = TypeVar("T", bound=Any)


@dataclass(frozen=True)
class Matters:
    """Each list has the newest first, MOST at most."""

    cases: Sequence[Case]
    requests: Sequence[PermanentRequest]
    moves: Sequence[MailMove]
    corrections: Sequence[CorrectionRequest]
    exceptions: Sequence[Override]
    questions: Sequence[Question]
    operations: Sequence[Operation]


def matters_of(keys: Keys) -> Matters:
    """Give what there is about the person of these keys."""
    return Matters(
        cases=_newest(Case, Case.id.in_(keys.cases)),
        requests=_newest(PermanentRequest, PermanentRequest.id.in_(keys.requests)),
        moves=_newest(MailMove, MailMove.request_id.in_(keys.requests)),
        corrections=_newest(CorrectionRequest, CorrectionRequest.person_id == keys.person),
        exceptions=_newest(Override, Override.national_code.in_(keys.codes)),
        questions=_newest(Question, Question.person_id == keys.person),
        operations=_newest(Operation, Operation.subject.in_(keys.subjects)),
    )


def _newest(model: type[T], where: sa.ColumnElement[bool]) -> Sequence[T]:
    return db.session.scalars(sa.select(model).where(where).order_by(model.id.desc()).limit(MOST)).all()
