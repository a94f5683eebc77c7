"""Keyed hashes: what may be compared or counted but not read by who sees the database."""

import hashlib
import hmac

from backoffice.settings import Settings


def keyed_hash(settings: Settings, *parts: str) -> str:
    """Give the HMAC-SHA-256 of the parts under SECRET_KEY, 64 hex digits. The first part says what it is for."""
    key = settings.secret_key.get_secret_value().encode()
    return hmac.new(key, "\0".join(parts).encode(), hashlib.sha256).hexdigest()
