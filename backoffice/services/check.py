"""Everything that is wrong with an installation, at once, each with its cure.

Source: contract.md "Settings" and ``flask check``.
"""

import base64
import binascii
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import has_app_context

from backoffice.extensions import MIGRATIONS
from backoffice.i18n import N_
from backoffice.rules.permissions import Role
from backoffice.services import canary
from backoffice.services.check_directory import directory_faults
from backoffice.services.check_embedding import embedding_warnings
from backoffice.services.check_hr import hr_faults
from backoffice.services.check_inquiries import inquiry_faults
from backoffice.services.check_mail import mail_faults
from backoffice.services.check_messages import message_faults
from backoffice.services.engine_words import engine_faults
from backoffice.services.fault import Fault
from backoffice.settings import Settings, is_loopback

__all__ = ["Fault", "faults", "warnings"]

SECRET_LENGTH = 32
SEAL_LENGTH = 32
_CONNECT_SECONDS = 3
_MAKE_SECRET = "BACKOFFICE_SECRET_KEY=\"$(python3 -c 'import secrets; print(secrets.token_urlsafe(48))')\""  # noqa: S105 - a command
_MAKE_SEAL = (
    "BACKOFFICE_SEAL_KEY=\"$(python3 -c 'import base64, secrets; "
    "print(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())')\""
)
_PPOLICY = "deploy/openldap/overlays.ldif: overlay ppolicy with olcPPolicyDefault"
_PLAIN_SCHEMES = frozenset({"http", "imap"})
_OUTSIDE = (
    "sms_url", "mobile_owner_url", "civil_registry_url", "old_imap_url", "new_imap_url",
)  # fmt: skip
_NEEDS_URL = {
    "sms_provider": ("http", "sms_url"),
    "mobile_owner_provider": ("http", "mobile_owner_url"),
    "civil_registry_provider": ("http", "civil_registry_url"),
}


def faults(settings: Settings) -> list[Fault]:
    """Give every fault of settings, database and directory. Nothing is written anywhere."""
    parts = (
        _secrets, _roles, _address, _outside, message_faults, inquiry_faults, mail_faults, hr_faults, _database,
        engine_faults, directory_faults,
    )  # fmt: skip
    found = [fault for part in parts for fault in part(settings)]
    return found or list(_disabling(settings))


def warnings(settings: Settings) -> list[Fault]:
    """Give what is no fault but worth a thought."""
    return list(embedding_warnings(settings))


def _secrets(settings: Settings) -> Iterator[Fault]:
    secret = settings.secret_key.get_secret_value()
    if not secret:
        yield Fault(N_("SECRET_KEY is not set; without it nobody can log in."), _MAKE_SECRET)
    elif len(secret) < SECRET_LENGTH:
        message = N_("SECRET_KEY is shorter than %(length)s characters; it can be guessed.")
        yield Fault(message, _MAKE_SECRET, {"length": SECRET_LENGTH})
    seal = settings.seal_key.get_secret_value()
    if seal and not _is_seal_key(seal):
        yield Fault(N_("SEAL_KEY is not 32 bytes in URL-safe base64."), _MAKE_SEAL)


def _is_seal_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, altchars=b"-_", validate=True)) == SEAL_LENGTH
    except (binascii.Error, ValueError):
        return False


def _roles(settings: Settings) -> Iterator[Fault]:
    named = {"ldap.role_groups": settings.ldap.role_groups, "policy.totp_roles": settings.policy.totp_roles}
    for setting, roles in named.items():
        for role in sorted(set(roles) - set(Role)):
            message = N_("%(setting)s names a role that does not exist: %(role)s.")
            yield Fault(message, f"{setting}: {', '.join(Role)}", {"setting": setting, "role": role})
    if settings.policy.totp_roles and not settings.seal_key.get_secret_value():
        message = N_(
            "policy.totp_roles asks for a second factor, but SEAL_KEY is not set; these people could not log in."
        )
        yield Fault(message, _MAKE_SEAL)


def _address(settings: Settings) -> Iterator[Fault]:
    host = urlsplit(settings.url).hostname or ""
    if not settings.secure and not is_loopback(settings.url):
        message = N_("BASE_URL is not https; cookies and passwords would travel in clear.")
        yield Fault(message, f"BACKOFFICE_BASE_URL=https://{host}")
    if host not in settings.trusted_hosts:
        message = N_("The host of BASE_URL is not one of TRUSTED_HOSTS; every page would be refused.")
        yield Fault(message, f'BACKOFFICE_TRUSTED_HOSTS="{" ".join((*settings.trusted_hosts, host))}"')


def _outside(settings: Settings) -> Iterator[Fault]:
    for name in _OUTSIDE:
        url = str(getattr(settings, name))
        scheme = urlsplit(url).scheme
        if scheme in _PLAIN_SCHEMES and not is_loopback(url):
            message = N_("%(setting)s is not encrypted; plain connections are refused except to this machine.")
            yield Fault(message, f"BACKOFFICE_{name.upper()}={scheme}s://…", {"setting": name.upper()})
    for provider, (kind, url_name) in _NEEDS_URL.items():
        if getattr(settings, provider) == kind and not getattr(settings, url_name):
            message = N_("%(setting)s is not set, but %(provider)s needs it.")
            values = {"setting": url_name.upper(), "provider": f"{provider.upper()} = {kind}"}
            yield Fault(message, f"BACKOFFICE_{url_name.upper()}=https://…", values)


def _database(settings: Settings) -> Iterator[Fault]:
    url = sa.make_url(settings.database)
    upgrade = "flask db upgrade"
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        yield Fault(N_("The database has not been made yet."), upgrade)
        return
    arguments = {} if url.get_backend_name() == "sqlite" else {"connect_timeout": _CONNECT_SECONDS}
    engine = sa.create_engine(url, connect_args=arguments, poolclass=sa.NullPool)
    try:
        with engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
    except sa.exc.DBAPIError:
        yield Fault(N_("The database cannot be reached."), "BACKOFFICE_DATABASE_URL=postgresql+psycopg://…")
        return
    if found != ScriptDirectory(str(MIGRATIONS)).get_current_head():
        yield Fault(N_("The database does not have the schema of this version."), upgrade)


def _disabling(settings: Settings) -> Iterator[Fault]:
    """Tell of a canary that could log in although it was disabled; only an installation that is in order is asked."""
    last = canary.last_proof(settings) if has_app_context() else None
    if last is not None and not last.proved:
        yield Fault(last.detail, _PPOLICY, last.values)
