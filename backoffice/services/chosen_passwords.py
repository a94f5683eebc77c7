"""Passwords that people choose for their account: checked, then only the ``{ARGON2}`` hash is kept.

Source: reliability.md §4; mission S35.
"""

import threading
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from nacl.pwhash import argon2id

from backoffice.rules.password_rules import check_password, shortest
from backoffice.settings import Settings

_LIST = Path(__file__).with_name("common_passwords.txt")
SCHEME = "{ARGON2}"
# Of the settings that OWASP's Password Storage Cheat Sheet calls equally strong, one that stays in the processor's
# cache; slapd checks logins with it too. One at a time in a process. See docs/adr/0031.
_PASSES, _BYTES = 5, 7 * 2**20
_place = threading.Lock()


def check(password: str, own_words: Iterable[str], settings: Settings) -> None:
    """Raise RefusedError with the rule that the password breaks."""
    policy = settings.policy
    least = shortest(policy.password_min, second_factor=policy.second_factor)
    check_password(password, least, common(), [*own_words, *university_words(settings)])


def own_words(national_code: str, mobile: str, *names: str) -> list[str]:
    """Give what is a person's own and not to be in the password: code, mobile, and the parts of Latin names."""
    parts = " ".join(names).replace("-", " ").split()
    return [national_code, mobile, mobile.removeprefix("0"), *parts]


def hashed(password: str) -> str:
    """Give the password as the directory keeps it: ``{ARGON2}$argon2id$…``. Waits while another is hashed."""
    with _place:
        return SCHEME + argon2id.str(password.encode(), _PASSES, _BYTES).decode()


@cache
def common() -> frozenset[str]:
    """Give the passwords that are guessed first."""
    lines = _LIST.read_text("ascii").splitlines()
    return frozenset(line for line in lines if not line.startswith("# ") and line != "#")


def university_words(settings: Settings) -> list[str]:
    """Give the names in the university's domains, without what every university's has."""
    labels = {label for domain in settings.university_domains for label in domain.lower().split(".")}
    return sorted(labels - {"ac", "ir", "edu", "com", "org", "www"})
