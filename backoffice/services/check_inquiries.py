"""What keeps identities and mobile numbers from being checked, found without asking about anybody."""

from collections.abc import Iterator

from backoffice.ports.inquiry_table import CANNOT_READ, WRONG_HEADER
from backoffice.ports.mobile_owner import open_mobile_owner
from backoffice.ports.registry import open_registry
from backoffice.ports.transport import TransportError
from backoffice.services.fault import Fault
from backoffice.settings import Settings, is_loopback

_SERVICES = (("civil_registry", open_registry), ("mobile_owner", open_mobile_owner))


def inquiry_faults(settings: Settings) -> Iterator[Fault]:
    """Give the faults of the civil registry and the mobile owner service: files and servers that cannot be asked."""
    for name, opened in _SERVICES:
        port = opened(settings)
        url = str(getattr(settings, f"{name}_url"))
        by_http = getattr(settings, f"{name}_provider") == "http"
        if port is None or (by_http and not (url.startswith("https://") or is_loopback(url))):
            # A URL that is missing or not safe is a fault of its own.
            continue
        try:
            port.probe()
        except TransportError as fault:
            yield Fault(fault.message, _cure(fault, name, url), fault.values)


def _cure(fault: TransportError, name: str, url: str) -> str:
    if fault.message in (CANNOT_READ, WRONG_HEADER):
        return f"BACKOFFICE_INSTANCE/{fault.values['name']}"
    return f"curl -v {url}  # BACKOFFICE_{name.upper()}_URL"
