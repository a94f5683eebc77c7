"""What a person may choose as password. Source: mission S35; reliability.md §4 (NIST 800-63B-4)."""

from collections.abc import Collection, Iterable
from itertools import pairwise

from backoffice.i18n import N_
from backoffice.rules.errors import RefusedError
from backoffice.rules.text import has_arabic_script

SHORTEST_ALONE = 15
FEWEST_SIGNS = 5
SHORTEST_WORD = 3
PERSIAN = N_("The password has Persian letters. Please switch your keyboard to English and type it again.")
NOT_PRINTABLE = N_("Please use only letters, digits and signs of the English keyboard.")
TOO_SHORT = N_("The password is too short: at least %(count)s characters are needed.")
TOO_EASY = N_("This password is too easy to guess.")
PERSONAL = N_("Apart from your name, national code, mobile number and the name of the university, too little is left.")
NOT_EQUAL = N_("The two passwords are not equal.")


def shortest(password_min: int, *, second_factor: bool) -> int:
    """Give the least length: short passwords only where a login asks for an SMS code too."""
    return password_min if second_factor else max(password_min, SHORTEST_ALONE)


def check_password(password: str, least: int, common: Collection[str], own_words: Iterable[str]) -> None:
    """Raise RefusedError with the first rule that a password breaks.

    ``common``: passwords that are guessed first, in small letters. ``own_words``: names, codes and the like; what is
    left without them must still be long enough.
    """
    if has_arabic_script(password):
        raise RefusedError(PERSIAN)
    if not all(" " <= sign <= "~" for sign in password):
        raise RefusedError(NOT_PRINTABLE)
    if len(password) < least:
        raise RefusedError(TOO_SHORT, {"count": least})
    folded = password.lower()
    if folded.strip() in common or len(set(folded)) < FEWEST_SIGNS or _is_row(folded):
        raise RefusedError(TOO_EASY)
    if len(_without(folded, own_words)) < least:
        raise RefusedError(PERSONAL)


def _is_row(password: str) -> bool:
    """Say whether each sign follows the one before it, up or down (1234567890, hgfedcba)."""
    steps = {(ord(after) - ord(before)) % 10 for before, after in pairwise(password)}
    return len(steps) == 1 and (password.isdecimal() or password.isalpha())


def _without(password: str, words: Iterable[str]) -> str:
    for word in sorted({word.lower() for word in words if len(word) >= SHORTEST_WORD}, key=len, reverse=True):
        password = password.replace(word, "")
    return password
