"""The canary: an entry of our own that proves that a disabled account cannot log in.

It is made, bound, disabled, bound again and removed, once for each server and way of disabling, before the first
account there is disabled. While the proof fails, nobody is disabled. Source: reliability.md §4.
"""

import hashlib
import secrets
from typing import Any

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import DisablingProof
from backoffice.models.types import MAIN_DIRECTORY
from backoffice.ports.directory import DirectoryError, open_directory
from backoffice.ports.directory_write import DirectoryWriter, EntryNow, WriteLaterError
from backoffice.rules import distinguished_name
from backoffice.rules import situations as s
from backoffice.rules.entry_changes import LOCK, LOCKED_FOR_EVER, decide
from backoffice.services import audit
from backoffice.settings import Settings

NAME = "backoffice-canary"
CLASSES = ("account", "simpleSecurityObject")
PURPOSE = "The back-office tries with this entry whether a disabled account can log in"
WORKER = "worker"
CANNOT_LOG_IN = N_("The canary entry cannot log in even while it is enabled, so disabling cannot be proved.")
STILL_LOGS_IN = N_("The canary entry can log in although it is disabled; nobody is disabled until this is repaired.")
WAITS = N_("Waits until the canary entry proves that a disabled account cannot log in.")
NOT_TRIED = N_("The canary entry cannot be used: %(why)s")


def is_proved(settings: Settings) -> bool:
    """Say whether disabling was proved on this server in the way that is used now."""
    last = last_proof(settings)
    return last is not None and last.proved


def last_proof(settings: Settings) -> DisablingProof | None:
    """Give the newest proof, or failure of one, for this server and way of disabling."""
    mine = sa.select(DisablingProof).where(DisablingProof.method == _method(settings))
    return db.session.scalar(mine.order_by(DisablingProof.id.desc()).limit(1))


def prove(writer: DirectoryWriter, settings: Settings) -> bool:
    """Try it with the canary and store what came of it; give whether a disabled entry cannot log in.

    Raises DirectoryError where the directory does not answer or takes no changes now: that proves nothing.
    """
    message, values = _try(writer, settings)
    with writing() as session:
        session.add(DisablingProof(
            directory=MAIN_DIRECTORY, method=_method(settings), proved=not message, detail=message, values=values,
            at=clock.now(),
        ))  # fmt: skip
        after = {"proved": not message, "detail": message % values}
        audit.record("directory:disabling:tried", f"directory:{MAIN_DIRECTORY}", actor=WORKER, after=after)
    return not message


def _try(writer: DirectoryWriter, settings: Settings) -> tuple[str, dict[str, Any]]:
    password = secrets.token_urlsafe(24).encode()
    try:
        canary = _enabled(writer, settings, password)
        if not _logs_in(canary.dn, password, settings):
            return CANNOT_LOG_IN, {}
        writer.modify(canary, decide(s.DISABLE, {}, {}, canary.values, settings.ldap).changes)
        still = _logs_in(canary.dn, password, settings)
        writer.delete(canary.dn)
    except DirectoryError as fault:
        if fault.result is None or isinstance(fault, WriteLaterError):
            raise
        return NOT_TRIED, fault.because
    return (STILL_LOGS_IN if still else ""), {}


def _enabled(writer: DirectoryWriter, settings: Settings, password: bytes) -> EntryNow:
    """Give the canary with this password and without a lock; one that an earlier try left behind is used again."""
    archived = distinguished_name.join(settings.ldap.layout.archived, settings.ldap_base_dn)
    dn = f"uid={NAME},{archived}"
    canary = writer.find(dn, [LOCK])
    if canary is None:
        writer.add(dn, {"objectClass": CLASSES, "uid": (NAME,), "description": (PURPOSE,), "userPassword": (password,)})
    else:
        unlock = decide(s.ENABLE, {}, {}, canary.values, settings.ldap).changes
        if unlock:
            writer.modify(canary, unlock)
        writer.set_password(dn, password)
    found = writer.find(dn, [LOCK])
    assert found is not None
    return found


def _logs_in(dn: str, password: bytes, settings: Settings) -> bool:
    with open_directory(settings, profile="page") as directory:
        return directory.bind_as(dn, password)


def _method(settings: Settings) -> str:
    way = f"{settings.ldap_profile} {settings.ldap_uri} {settings.ldap_base_dn} {LOCK} {LOCKED_FOR_EVER}"
    return hashlib.sha256(way.encode()).hexdigest()
