"""The chosen password of a registration, between the form and the directory: only its hash, and that sealed.

Source: reliability.md §2 (sealed secrets bound to the request), mission S35.
"""

from backoffice.models import Registration
from backoffice.ports.seal import Sealer
from backoffice.settings import Settings


def seal(registration: Registration, hashed: str, settings: Settings) -> None:
    """Keep what the directory is to hold as the password (``{ARGON2}…``), sealed for this registration alone."""
    registration.password_sealed = Sealer(settings).seal(hashed.encode(), _context(registration.tracking_code))


def unseal(sealed: str, tracking_code: str, settings: Settings) -> bytes:
    """Give what ``seal`` kept. Raises SealError."""
    return Sealer(settings).unseal(sealed, _context(tracking_code))


def _context(tracking_code: str) -> bytes:
    return f"registration:{tracking_code}:password".encode()
