"""Claiming an account that exists: one login with the old user name and password links it to the person.

Identity and mobile were proved before (services.claim_steps). Every failure is one and the same outside; what was the
matter stands in the audit trail. Source: mission S41, S62.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import writing
from backoffice.i18n import N_
from backoffice.models import Link, Operation, Registration
from backoffice.models.operation import PENDING
from backoffice.models.types import MAIN_DIRECTORY
from backoffice.rules import claiming, distinguished_name
from backoffice.rules import situations as s
from backoffice.rules.claiming import CLAIM, Owner
from backoffice.rules.errors import RefusedError
from backoffice.rules.registration_states import LINKED, WRONG_STATE, check_step
from backoffice.services import audit, mismatches, persons, throttle
from backoffice.services.directory_login import DirectoryDownError
from backoffice.settings import Settings

if TYPE_CHECKING:
    from backoffice.ports.directory import Directory

REFUSED = N_("Data do not match, or the user exists")
_LONGEST = 255


class ClaimRefusedError(RefusedError):
    """The account cannot be claimed; ``why`` (see rules.claiming) is for the desk only."""

    def __init__(self, why: str) -> None:
        super().__init__(REFUSED)
        self.why = why


@dataclass(frozen=True)
class Account:
    """An entry of the directory. ``values``: our field -> values."""

    dn: str
    entry_uuid: str
    username: str
    values: Mapping[str, tuple[str, ...]]


def claim(registration_id: int, username: str, password: str, *, address: str, settings: Settings) -> str:
    """Link the account that name and password open; give its user name.

    Takes at most three seconds of a directory that hangs. Raises ClaimRefusedError, TooManyTriesError and, where the
    directory does not answer, DirectoryDownError; then the try is not counted.
    """
    name = _name(username, settings)
    key = f"{CLAIM}:{name}"
    throttle.count_try(key, address)
    try:
        account = _opened(name, password, settings)
    except DirectoryDownError:
        throttle.give_back(key, address)
        raise
    try:
        username = _link(registration_id, account, settings)
    except ClaimRefusedError as fault:
        _note(registration_id, fault.why)
        raise
    throttle.succeeded(key, address)
    return username


def _name(username: str, settings: Settings) -> str:
    """Give the user name out of what was typed: a name, or an address of the university's own domains."""
    local, _, domain = username.strip().lower().partition("@")
    return local[:_LONGEST] if not domain or domain in settings.university_domains else ""


def _opened(name: str, password: str, settings: Settings) -> Account | None:
    from backoffice.ports.directory import DirectoryError, open_directory  # noqa: PLC0415 - loads pyarrow

    try:
        with open_directory(settings, profile="page") as directory:
            return _try(directory, name, password.encode(), settings)
    except DirectoryError:
        raise DirectoryDownError from None


def _try(directory: "Directory", name: str, password: bytes, settings: Settings) -> Account | None:
    from backoffice.ports.directory import ENTRY_UUID  # noqa: PLC0415 - loads pyarrow
    from backoffice.ports.ldap_filter import escaped  # noqa: PLC0415 - with it

    ldap = settings.ldap
    asked = {field: str(getattr(ldap.attributes, field)) for field in claiming.LOOKED_AT}
    wanted = [ENTRY_UUID, *dict.fromkeys(attribute for attribute in asked.values() if attribute)]
    search = f"(&{ldap.person_filter}({ldap.attributes.username}={escaped(name)}))"
    found = list(directory.entries(search, wanted))
    # For a name that is not there a password is tried too, so that the time of the answer does not tell.
    nowhere = f"{ldap.attributes.username}=nobody,{distinguished_name.join(ldap.layout.people, settings.ldap_base_dn)}"
    is_open = directory.bind_as(found[0].dn if len(found) == 1 else nowhere, password)
    if not is_open or len(found) != 1:
        return None
    entry = found[0]
    values = {field: entry.values.get(attribute, ()) for field, attribute in asked.items() if attribute}
    return Account(entry.dn, entry.values[ENTRY_UUID][0], (values.get("username") or (name,))[0], values)


def _link(registration_id: int, account: Account | None, settings: Settings) -> str:
    if account is None:
        raise ClaimRefusedError(claiming.NOT_OPENED)
    with writing() as session:
        row = session.get_one(Registration, registration_id, with_for_update=True)
        if row.channel != CLAIM:
            raise RefusedError(WRONG_STATE)
        check_step(row.state, LINKED)
        owner = _owner(row)
        if why := _objection(session, row, account, owner, settings):
            raise ClaimRefusedError(why)
        person = persons.enter(session, {
            "id_type": row.id_type, "national_code": row.national_code, "first_name": row.first_name,
            "last_name": row.last_name, "father_name": row.father_name, "birth_date": row.birth_date,
        })  # fmt: skip
        _add_link(session, person.id, row, account, owner)
        missing = claiming.missing_codes(account.values, owner, settings.ldap)
        if missing:
            session.add(_update(account, row, missing))
        row.person_id, row.state, row.updated_at = person.id, LINKED, clock.now()
        row.finished_at = row.updated_at
        mismatches.settle(session, row)
        after = {"registration": row.id, "filled_in": sorted(missing)}
        audit.record("account:existing:claimed", f"person:{person.id}", actor=mismatches.APPLICANT, after=after)
    return account.username


def _owner(row: Registration) -> Owner:
    rows = row.evidence.get("hr") or [{}]
    own = next((one for one in rows if one.get("source") == row.source), rows[0])
    return Owner(row.national_code, str(own.get("personnel_number") or ""), row.first_name, row.last_name)


def _objection(session: Session, row: Registration, account: Account, owner: Owner, settings: Settings) -> str:
    """Give why the account cannot be this person's, "" where nothing speaks against it."""
    ldap, base = settings.ldap, settings.ldap_base_dn
    layout = ldap.layout
    apart = [distinguished_name.join(part, base) for part in (layout.services, layout.temporary, layout.archived)]
    if any(distinguished_name.is_under(account.dn, branch) for branch in (*apart, *ldap.protected)):
        return claiming.SET_APART
    known = {entry["entry_uuid"] for entry in row.evidence.get("directory", {}).get("entries", ())}
    if known and account.entry_uuid not in known:
        return claiming.SECOND_ACCOUNT
    other = sa.select(Link.id).where(
        Link.entry_uuid == account.entry_uuid, Link.ended_at.is_(None), Link.person_id != (row.person_id or 0)
    )
    if session.scalar(other.limit(1)):
        return claiming.OTHERS_LINK
    return claiming.objection(account.values, owner, ldap)


def _add_link(session: Session, person_id: int, row: Registration, account: Account, owner: Owner) -> None:
    own = sa.select(Link.id).where(
        Link.person_id == person_id, Link.entry_uuid == account.entry_uuid, Link.ended_at.is_(None)
    )
    if session.scalar(own.limit(1)):
        return
    session.add(Link(
        person_id=person_id, source=row.source, personnel_number=owner.personnel_number, directory=MAIN_DIRECTORY,
        entry_uuid=account.entry_uuid, dn=account.dn, username=account.username, rule=CLAIM, origin=CLAIM,
        created_at=clock.now(),
    ))  # fmt: skip


def _update(account: Account, row: Registration, missing: Mapping[str, str]) -> Operation:
    """Give the operation that fills in what the entry lacks; it adds only where there still is nothing."""
    now = clock.now()
    return Operation(
        kind=s.UPDATE, subject=f"entry:{account.entry_uuid}", source=row.source or None, directory=MAIN_DIRECTORY,
        desired={"entry_uuid": account.entry_uuid, "csn": "", "old": {}, "new": dict(missing)}, state=PENDING,
        not_before=now, requested_by=mismatches.APPLICANT, created_at=now,
    )  # fmt: skip


def _note(registration_id: int, why: str) -> None:
    with writing():
        audit.record(
            "account:existing:refused",
            f"registration:{registration_id}",
            actor=mismatches.APPLICANT,
            after={"why": why},
        )
