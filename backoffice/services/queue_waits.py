"""Why changes of the directory wait in the queue: what the newest try heard, as one sentence.

Source: issue "Plans become changes" ("says what is wrong in one sentence"); reliability.md §3.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from backoffice.extensions import db
from backoffice.models import Operation
from backoffice.models.operation import OPEN, PENDING, UNKNOWN
from backoffice.services import account_operations, directory_work

_KINDS = directory_work.KINDS | account_operations.KINDS


@dataclass(frozen=True)
class Waits:
    """``count`` changes are under way, some after a try in vain; ``message`` is a message id that ``params`` fill."""

    count: int
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message % self.params


def waits(run_id: int | None = None) -> Waits | None:
    """Give what waits, of one run or of all; None where nothing was tried in vain."""
    own = Operation.run_id == run_id if run_id else sa.true()
    tried = (Operation.state.in_((PENDING, UNKNOWN)), Operation.detail != "", Operation.kind.in_(_KINDS), own)
    newest = sa.select(Operation.detail, Operation.values).where(*tried).order_by(Operation.not_before.desc())
    found = db.session.execute(newest.limit(1)).first()
    if found is None:
        return None
    still_open = sa.select(sa.func.count()).where(Operation.state.in_(OPEN), Operation.kind.in_(_KINDS), own)
    return Waits(db.session.scalar(still_open) or 0, found.detail, dict(found.values))
