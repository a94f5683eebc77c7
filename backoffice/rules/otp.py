"""One-time codes: their form, the masked number, and what fits into one SMS. Source: mission S11, glossary.md."""

import re

from backoffice.rules.text import fold_digits

DIGITS = 6
# The number of Persian letters in one part of an SMS, and how many the rest of ours takes: glossary.md.
ONE_PART, BESIDE_HOST = 70, 54
_NOISE = re.compile("[\\s\u200b-\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff-]")
_CODE = re.compile(rf"[0-9]{{{DIGITS}}}", re.ASCII)
_HEAD = _TAIL = 4
_MASK = "•••"


def read(typed: str) -> str | None:
    """Give the six digits of what was typed or pasted, in any script and grouping; None for anything else."""
    code = _NOISE.sub("", fold_digits(typed))
    return code if _CODE.fullmatch(code) else None


def masked(mobile: str) -> str:
    """Give 0912•••4567 for a mobile in its one form, "" for none."""
    return f"{mobile[:_HEAD]}{_MASK}{mobile[-_TAIL:]}" if mobile else ""


def host_line(host: str, language: str) -> str:
    """Give the host for the last line, which lets phones fill the code in; "" where it would make a second SMS."""
    return host if language != "fa" or BESIDE_HOST + len(host) <= ONE_PART else ""
