"""Putting operations about accounts into the queue, and what they are called."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.models import Account, Operation
from backoffice.models.operation import PENDING
from backoffice.models.types import MAIN_DIRECTORY
from backoffice.services.rows import inserted

CREATE, LOCK, UNLOCK, EXTEND = "create_temporary", "lock_account", "unlock_account", "extend_account"
CHANGES = frozenset({LOCK, UNLOCK, EXTEND})
# Another password, which waits sealed; see account_password.
REKEY = "set_password"
# An account whose entry vanished; its subject is the link.
RECREATE = "recreate_account"
# A temporary account that is deleted for good, after a person said so.
PURGE = "purge_account"
# A temporary account that becomes a permanent one; its subject is the request.
PROMOTE = "promote"
KINDS = CHANGES | {CREATE, REKEY, RECREATE, PURGE, PROMOTE}
# Somebody looks at a page that waits for it.
URGENT = 1


def subject_of(account_id: int | str) -> str:
    """Give the name of an account in operations and in the audit trail."""
    return f"account:{account_id}"


def queue(
    session: Session, kind: str, account: Account, desired: Mapping[str, Any], actor: str, *, secret: str = ""
) -> int:
    """Queue an operation in the caller's transaction; give its id."""
    now = clock.now()
    values = {
        "kind": kind, "subject": subject_of(account.id), "source": account.source or None, "directory": MAIN_DIRECTORY,
        "desired": {"account_id": account.id, "entry_uuid": account.entry_uuid, **desired}, "state": PENDING,
        "not_before": now, "priority": URGENT if kind in (CREATE, REKEY) else 0, "secret": secret,
        "requested_by": actor, "created_at": now,
    }  # fmt: skip
    return inserted(session, Operation, values)
