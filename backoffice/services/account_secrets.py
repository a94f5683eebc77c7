"""Chosen passwords between the form and the directory: only the hash, and that sealed, for one registration or change.

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


def seal_change(account_id: int, mark: str, hashed: str, settings: Settings) -> str:
    """Give what the directory is to hold from now on, sealed for this one change (``mark``) of an account."""
    return Sealer(settings).seal(hashed.encode(), _context_of_change(account_id, mark))


def unseal_change(sealed: str, account_id: int, mark: str, settings: Settings) -> bytes:
    """Give what ``seal_change`` kept. Raises SealError."""
    return Sealer(settings).unseal(sealed, _context_of_change(account_id, mark))


def _context_of_change(account_id: int, mark: str) -> bytes:
    return f"account:{account_id}:password:{mark}".encode()


def _context(tracking_code: str) -> bytes:
    return f"registration:{tracking_code}:password".encode()
