"""The operation that takes another one back, by the inverse that was stored with it."""

from backoffice import clock
from backoffice.models import Operation
from backoffice.models.operation import PENDING


def inverse_of(operation: Operation, actor: str) -> Operation:
    """Give the operation that restores what this one changed; the caller adds it in its transaction."""
    now = clock.now()
    desired = {"entry_uuid": operation.desired["entry_uuid"], "changes": operation.changes}
    return Operation(
        kind=operation.kind, subject=operation.subject, source=operation.source, directory=operation.directory,
        desired=desired, state=PENDING, not_before=now, run_id=operation.run_id, undo_of=operation.id,
        requested_by=actor, created_at=now,
    )  # fmt: skip
