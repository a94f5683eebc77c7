"""The second person's word for an act on many accounts: not the first person, within 24 hours, with a reason.

Source: reliability.md §2 ("second person for mass or disabling acts, no self-approval"); as in services.release.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import AccountBatch, AccountBatchRow
from backoffice.rules.errors import RefusedError
from backoffice.rules.permissions import Permission
from backoffice.services import account_acts, account_bulk, acting, audit
from backoffice.services.release import SAME_PERSON
from backoffice.settings import Settings

NOT_WAITING = N_("This does not wait for anybody any more.")


def is_waiting(batch: AccountBatch) -> bool:
    """Say whether a batch waits for a second person."""
    return batch.released_at is None and batch.waits_until is not None and batch.waits_until > clock.now()


def is_over(batch: AccountBatch) -> bool:
    """Say whether a batch waited in vain: nothing was done."""
    return batch.released_at is None and batch.waits_until is not None and not is_waiting(batch)


def waiting(but_not_of: str = "") -> Sequence[tuple[AccountBatch, int]]:
    """Give the batches that wait, the oldest first, each with its number of accounts.

    ``but_not_of``: the user name of a person who cannot be the second one for their own.
    """
    accounts = sa.func.count(AccountBatchRow.id)
    found = (
        sa.select(AccountBatch, accounts)
        .join(AccountBatchRow, AccountBatchRow.batch_id == AccountBatch.id)
        .where(AccountBatch.released_at.is_(None), AccountBatch.waits_until > clock.now())
        .where(AccountBatchRow.detail == "", AccountBatch.requested_by != but_not_of)
        .group_by(AccountBatch.id)
        .order_by(AccountBatch.id)
    )
    return [(batch, count) for batch, count in db.session.execute(found)]


def release(batch_id: int, *, reason: str, actor: str, settings: Settings) -> None:
    """Have a batch that waits carried out. Raises RefusedError, and then nothing was done."""
    words = account_acts.checked(reason, settings)
    with writing() as session:
        person = acting.desk_user(actor, Permission.MANAGE_ACCOUNTS)
        batch = _claimed(session, batch_id)
        if batch.requested_by == person:
            raise RefusedError(SAME_PERSON)
        batch.released_by, batch.released_at = person, clock.now()
        audit.record("account:batch:released", account_bulk.subject_of(batch.id), actor=person, reason=words)
        account_bulk.do_rows(session, batch, settings)


def _claimed(session: Session, batch_id: int) -> AccountBatch:
    mine = sa.select(AccountBatch).where(AccountBatch.id == batch_id).with_for_update()
    batch = session.scalar(mine.execution_options(populate_existing=True))
    if batch is None or not is_waiting(batch):
        raise RefusedError(NOT_WAITING)
    return batch
