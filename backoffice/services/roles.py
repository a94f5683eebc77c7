"""Giving an account a further role: a value more in its affiliation, never a second identity. Source: mission S41."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.models import Operation
from backoffice.models.operation import PENDING
from backoffice.models.types import MAIN_DIRECTORY
from backoffice.rules import situations as s
from backoffice.rules.affiliations import affiliation_of
from backoffice.settings import Settings


def add_role(
    session: Session, entry_uuid: str, held: Collection[str], person_kind: str, *, source: str, actor: str,
    settings: Settings,
) -> str:  # fmt: skip
    """Queue the affiliation of a person type for an entry, in the caller's transaction; give it, "" for none.

    ``held``: the affiliations the entry has. One that says nothing of its affiliation goes on saying nothing.
    """
    word = affiliation_of(person_kind)
    if not settings.ldap.attributes.affiliation or not held or word in held:
        return ""
    now = clock.now()
    session.add(Operation(
        kind=s.UPDATE, subject=f"entry:{entry_uuid}", source=source or None, directory=MAIN_DIRECTORY,
        desired={"entry_uuid": entry_uuid, "csn": "", "old": {}, "new": {"affiliation": word}}, state=PENDING,
        not_before=now, requested_by=actor, created_at=now,
    ))  # fmt: skip
    return word
