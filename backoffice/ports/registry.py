"""The civil registry: the port and the choice of its adapter by CIVIL_REGISTRY_PROVIDER. Source: mission.md S2, §7."""

from typing import Protocol

from backoffice.ports.inquiry_http import HttpInquiry
from backoffice.ports.registry_http import SETTING, HttpRegistry
from backoffice.ports.registry_table import FILE, TableRegistry
from backoffice.rules.identity_evidence import Claim
from backoffice.rules.inquiry import Answer
from backoffice.settings import Settings

__all__ = ["Answer", "RegistryPort", "open_registry"]


class RegistryPort(Protocol):
    """Whether the civil registry knows a living person with these data."""

    def ask(self, claim: Claim) -> Answer:
        """Give the answer within three seconds; never raises: an outage is UNAVAILABLE."""

    def probe(self) -> None:
        """See whether it can be asked, without asking. Raises TransportError."""


def open_registry(settings: Settings) -> RegistryPort | None:
    """Give the registry of the settings, None where HR stands in for it; nothing is contacted before it is asked."""
    if settings.civil_registry_provider == "table":
        return TableRegistry(settings.instance / FILE)
    if settings.civil_registry_provider == "http":
        key, shape = settings.civil_registry_api_key, settings.civil_registry
        return HttpRegistry(HttpInquiry(settings.civil_registry_url, key, SETTING, shape))
    return None
