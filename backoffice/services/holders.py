"""Finding the account somebody names, and trying its password at the directory.

An account is found through our register: by its user name, or by the national code of its person, which stays good
after the change to a permanent account. The directory says where the entry is now. Source: mission S14, S17; issue 5.
"""

import re
from typing import TYPE_CHECKING

import sqlalchemy as sa

from backoffice.extensions import db
from backoffice.models import Account, Person
from backoffice.rules import distinguished_name
from backoffice.rules.account_states import EXPIRED, PERMANENT, TEMPORARY
from backoffice.rules.national_code import is_valid, normalise
from backoffice.rules.text import fold_digits
from backoffice.services.registration_identity import OutageError
from backoffice.settings import Settings

if TYPE_CHECKING:
    from backoffice.ports.directory import Directory

LONGEST_PASSWORD = 1024
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)
_OPEN = (TEMPORARY, EXPIRED, PERMANENT)


def named(typed: str, settings: Settings) -> str:
    """Give the user name out of what was typed: a name, a national code, or an address of our own domains."""
    local, _, domain = fold_digits(typed).strip().lower().partition("@")
    code = normalise(local)
    if is_valid(code):
        return code
    return local if _NAME.fullmatch(local) and (not domain or domain in settings.university_domains) else ""


def account_named(name: str) -> int | None:
    """Give the account with this user name, or of the person with this national code; None for none that is open."""
    if not name:
        return None
    of_person = sa.and_(Person.national_code == name, sa.true() if is_valid(name) else sa.false())
    rows = sa.select(Account.id).join(Person, Person.id == Account.person_id).where(Account.state.in_(_OPEN))
    # The own user name counts before the code, a permanent account before one that ends.
    order = (Account.username != name, Account.state != PERMANENT, Account.id.desc())
    return db.session.scalar(rows.where(sa.or_(Account.username == name, of_person)).order_by(*order).limit(1))


def opens(account_id: int | None, password: str, settings: Settings) -> bool:
    """Say whether a password opens an account; for nobody one is tried too, so that the time does not tell.

    Takes at most about three seconds of a directory that hangs. Raises OutageError.
    """
    from backoffice.ports.directory import DirectoryError, open_directory  # noqa: PLC0415 - loads pyarrow

    account = db.session.get(Account, account_id) if account_id else None
    uuid, username = (account.entry_uuid, account.username) if account else ("", "nobody")
    secret = password[:LONGEST_PASSWORD].encode()
    db.session.rollback()
    try:
        with open_directory(settings, profile="page") as directory:
            return _try(directory, username, uuid, secret, settings)
    except DirectoryError:
        raise OutageError from None


def _try(directory: "Directory", username: str, uuid: str, password: bytes, settings: Settings) -> bool:
    from backoffice.ports.directory import ENTRY_UUID  # noqa: PLC0415 - loads pyarrow
    from backoffice.ports.ldap_filter import escaped  # noqa: PLC0415 - with it

    ldap = settings.ldap
    attribute = ldap.attributes.username
    found = directory.entries(f"({attribute}={escaped(username)})", [ENTRY_UUID])
    own = [entry.dn for entry in found if uuid and entry.values.get(ENTRY_UUID) == (uuid,)]
    nowhere = f"{attribute}=nobody,{distinguished_name.join(ldap.layout.people, settings.ldap_base_dn)}"
    return directory.bind_as(own[0] if own else nowhere, password) and bool(own)
