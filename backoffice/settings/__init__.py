"""Typed settings, one subject a file. Source: contract.md "Settings"."""

from urllib.parse import urlsplit

from backoffice.settings.directory import (
    ENTRY_FIELDS,
    FLAT,
    PERMANENT_FIELDS,
    LdapAttributes,
    LdapFormats,
    LdapLayout,
    LdapSettings,
)  # fmt: skip
from backoffice.settings.hr import Covers, HrSettings, HrSource
from backoffice.settings.loading import PREFIX, SettingsError, load
from backoffice.settings.model import Settings
from backoffice.settings.policy import Limits, Policy
from backoffice.settings.services import InquirySettings, SmsSettings

__all__ = [
    "ENTRY_FIELDS", "FLAT", "LOOPBACK", "PERMANENT_FIELDS", "PREFIX", "Covers", "HrSettings", "HrSource",
    "InquirySettings", "LdapAttributes", "LdapFormats", "LdapLayout", "LdapSettings", "Limits", "Policy", "Settings",
    "SettingsError", "SmsSettings", "is_loopback", "load",
]  # fmt: skip

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def is_loopback(uri: str) -> bool:
    """Say whether a URI names this machine by a loopback address."""
    return (urlsplit(uri).hostname or "") in LOOPBACK
