"""Linking the holder of a temporary account with its entry: when we made it, or took it in from another site.

Source: reconciliation.md "Identity and folding".
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.models import Account, Link
from backoffice.models.types import MAIN_DIRECTORY

ORIGIN = "registration"


def owner_of(session: Session, entry_uuid: str) -> int | None:
    """Give the person an entry is linked to now, None for none."""
    living = sa.select(Link.person_id).where(
        Link.entry_uuid == entry_uuid, Link.directory == MAIN_DIRECTORY, Link.ended_at.is_(None)
    )
    return session.scalar(living.order_by(Link.id).limit(1))


def link(session: Session, account: Account, origin: str = ORIGIN) -> None:
    """Link the holder with the entry of the account, unless a run or a person was faster: an entry has one link."""
    if owner_of(session, account.entry_uuid) is not None:
        return
    session.add(Link(
        person_id=account.person_id, source=account.source, personnel_number="", directory=MAIN_DIRECTORY,
        entry_uuid=account.entry_uuid, dn=account.dn, username=account.username, rule=origin, origin=origin,
        created_at=clock.now(),
    ))  # fmt: skip
