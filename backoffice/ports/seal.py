"""Sealing of stored secrets: AES-256-GCM under SEAL_KEY, bound to what the secret belongs to."""

import base64
import binascii
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backoffice.i18n import N_
from backoffice.rules.errors import RefusedError
from backoffice.settings import Settings

_KEY_BYTES = 32
_NONCE_BYTES = 12
_VERSION = "v1."
_NO_KEY = N_("SEAL_KEY is missing or is not 32 bytes of URL-safe base64; secrets cannot be stored.")
_BROKEN = N_("A stored secret cannot be opened with this SEAL_KEY.")


class SealError(RefusedError):
    """The key is unusable, or the sealed text was changed or belongs to something else."""


class Sealer:
    """Seals and opens short secrets. Raises SealError where the key in the settings is unusable."""

    def __init__(self, settings: Settings) -> None:
        self._cipher = AESGCM(_key(settings.seal_key.get_secret_value()))

    def seal(self, plain: bytes, context: bytes) -> str:
        """Give sealed text; it opens only with the same ``context`` (for example ``totp:3``)."""
        nonce = os.urandom(_NONCE_BYTES)
        return _VERSION + base64.urlsafe_b64encode(nonce + self._cipher.encrypt(nonce, plain, context)).decode()

    def unseal(self, sealed: str, context: bytes) -> bytes:
        """Give the plain bytes. Raises SealError."""
        try:
            raw = base64.urlsafe_b64decode(sealed.removeprefix(_VERSION))
            return self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], context)
        except (InvalidTag, ValueError, binascii.Error) as error:
            raise SealError(_BROKEN) from error


def _key(text: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != _KEY_BYTES:
        raise SealError(_NO_KEY)
    return key
