"""Reading what stands in an address without trusting it."""

from backoffice.rules.text import fold_digits

_MOST_DIGITS = 19


def whole_number(text: object, low: int, high: int) -> int | None:
    """Give the number in ``low … high`` that the text writes (Persian digits too), None for anything else."""
    digits = fold_digits(text.strip()) if isinstance(text, str) else ""
    if not digits.isascii() or not digits.isdecimal() or len(digits) > _MOST_DIGITS:
        return None
    number = int(digits)
    return number if low <= number <= high else None


def clamped(text: object, low: int, high: int) -> int:
    """Give the number the text writes, moved into ``low … high``; ``low`` for anything that is no number."""
    digits = fold_digits(text.strip()) if isinstance(text, str) else ""
    if not digits.isascii() or not digits.isdecimal():
        return low
    return high if len(digits) > _MOST_DIGITS else min(max(int(digits), low), high)


def choice(text: str | None, choices: frozenset[str] | set[str] | tuple[str, ...]) -> str | None:
    """Give the text if it is one of the choices, else None."""
    return text if text in choices else None
