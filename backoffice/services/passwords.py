"""Passwords of desk users: what is accepted, and how they are kept (argon2id)."""

from functools import cache

from nacl import pwhash
from nacl.exceptions import InvalidkeyError

from backoffice.i18n import N_
from backoffice.rules.errors import RefusedError

SHORTEST = 15
SHORTEST_WITH_TOTP = 8
LONGEST = 1024
FEWEST_SIGNS = 5
_TOO_SHORT = N_("The password is too short: at least %(count)s characters are needed.")
_TOO_LONG = N_("The password is too long.")
_TOO_EASY = N_("This password is too easy to guess.")
_STEMS = (
    "password", "passw0rd", "1234567890", "123456789", "12345678", "123456", "1234", "123", "qwertyuiop", "qwerty",
    "asdfgh", "zxcvbn", "iloveyou", "welcome", "letmein", "administrator", "admin", "changeme", "university", "desk",
    "backoffice", "secret",
)  # fmt: skip
# Memory and passes of the second option that RFC 9106 §4 recommends; its four lanes are one here: docs/adr/0031.
_PASSES, _BYTES = 3, 64 * 2**20


class WeakPasswordError(RefusedError):
    """A new password was refused; the sentence says why."""


def hashed(password: str, username: str, *, has_totp: bool = False) -> str:
    """Give the argon2id hash of a new password. Raises WeakPasswordError. Source: contract.md "Pages"."""
    shortest = SHORTEST_WITH_TOTP if has_totp else SHORTEST
    if len(password) < shortest:
        raise WeakPasswordError(_TOO_SHORT, {"count": shortest})
    if len(password) > LONGEST:
        raise WeakPasswordError(_TOO_LONG)
    if _is_easy(password.casefold(), username.casefold()):
        raise WeakPasswordError(_TOO_EASY)
    return _hash(password)


def matches(stored: str, password: str) -> bool:
    """Compare with a stored hash; without one ("") a dummy is compared, so that the answer takes as long."""
    dummy = _dummy()
    try:
        return pwhash.verify((stored or dummy).encode(), password[: LONGEST + 1].encode()) and bool(stored)
    except InvalidkeyError:
        return False


def _hash(password: str) -> str:
    return pwhash.argon2id.str(password.encode(), _PASSES, _BYTES).decode()


@cache
def _dummy() -> str:
    # Made at the first login, not at the start: commands that need no password start sooner.
    return _hash("nobody has this password")


def _is_easy(password: str, username: str) -> bool:
    """Easy is what has next to nothing left once the name and common words are taken away."""
    rest = password
    for word in (*_STEMS, username):
        rest = rest.replace(word, "") if len(word) > 1 else rest
    return len(set(rest)) < FEWEST_SIGNS
