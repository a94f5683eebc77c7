"""Linking the holder of a temporary account with its entry: when we made it, or took it in from another site.

Source: reconciliation.md "Identity and folding".
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.models import Account, Link
from backoffice.models.types import MAIN_DIRECTORY, UtcDateTime

ORIGIN = "registration"

_LIVING = Link.directory == MAIN_DIRECTORY, Link.ended_at.is_(None)


def _linking() -> sa.Executable:
    """Link an entry that has no living link, in one statement."""
    held = sa.bindparam("entry_uuid", type_=Link.entry_uuid.type)
    texts = ("source", "dn", "username", "origin")
    given: dict[str, sa.ColumnElement[Any]] = {name: sa.bindparam(name, type_=sa.String) for name in texts}
    given |= {
        "entry_uuid": held, "rule": given["origin"], "person_id": sa.bindparam("person_id", type_=sa.Integer),
        "personnel_number": sa.literal(""), "directory": sa.literal(MAIN_DIRECTORY),
        "created_at": sa.bindparam("now", type_=UtcDateTime()),
    }  # fmt: skip
    is_free = ~sa.exists().where(Link.entry_uuid == held, *_LIVING)
    return sa.insert(Link).from_select(list(given), sa.select(*given.values()).where(is_free))


_LINK = _linking()


def owner_of(session: Session, entry_uuid: str) -> int | None:
    """Give the person an entry is linked to now, None for none."""
    living = sa.select(Link.person_id).where(Link.entry_uuid == entry_uuid, *_LIVING)
    return session.scalar(living.order_by(Link.id).limit(1))


def link(session: Session, account: Account | sa.Row[Any], origin: str = ORIGIN) -> None:
    """Link the holder with the entry of the account, unless a run or a person was faster: an entry has one link.

    ``account``: one, or its columns person_id, source, entry_uuid, dn and username.
    """
    held = {name: getattr(account, name) for name in ("person_id", "source", "entry_uuid", "dn", "username")}
    session.connection().execute(_LINK, {**held, "origin": origin, "now": clock.now()})
