"""Keys that sort Persian texts as the alphabet does and still start alike when the texts do.

Source: mission.md §7 "Sorting": code-point order puts پ چ ژ ک گ ی last and ه before و.
"""

from backoffice.rules.text import n2

_ALPHABET = "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"
# A run of code points without any meaning of its own: the private use area.
_FIRST = 0xE000
_PLACE = {ord(letter): _FIRST + place for place, letter in enumerate(_ALPHABET)}
# The greatest code point; what starts with a key lies between the key and the key with this behind it.
_LAST = chr(0x10FFFF)


def sort_key(text: str) -> str:
    """Give the key of a text: N2 with each Persian letter in its place of the alphabet, Latin letters before them."""
    return in_order(n2(text))


def in_order(folded: str) -> str:
    """Give the key of a text that is folded to N2 already."""
    return folded.casefold().translate(_PLACE)


def prefix_range(prefix: str) -> tuple[str, str]:
    """Give the bounds between which every text lies that starts with the prefix, in code-point order."""
    return prefix, prefix + _LAST
