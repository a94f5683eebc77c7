"""How a directory writes national codes and states. Source: contract.md ``[ldap.formats]``."""

import re
from functools import lru_cache

from backoffice.rules import national_code

# The last word of a state such as urn:schac:userStatus:ir:example.ac.ir:active; the first is the one we write.
ON_WORD = "active"
OFF_WORDS = ("disabled", "inactive", "suspended", "locked", "expired", "archived", "deleted")
_DIGITS = re.compile(r"[0-9]+", re.ASCII)


def code_in(value: str, form: str) -> str:
    """Give the normalised code out of a value that fits ``form`` ("urn:…:{}", any case) or is bare digits, else ""."""
    fitting = _inside(form).fullmatch(value.strip())
    if fitting:
        return national_code.normalise(fitting[1])
    bare = national_code.normalise(value)
    return bare if _DIGITS.fullmatch(bare) else ""


@lru_cache
def _inside(form: str) -> re.Pattern[str]:
    prefix, _, suffix = form.partition("{}")
    return re.compile(re.escape(prefix) + "(.*)" + re.escape(suffix), re.IGNORECASE | re.DOTALL)
