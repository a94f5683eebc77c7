"""Names of permanent accounts: which may be chosen, which look too much like another, which to suggest.

Pure. Source: mission S22, S33; RFC 2142 (names of mailboxes everybody expects); reliability.md §2 "T takes a reserved
or confusable name".
"""

import re
from collections.abc import Iterator

from backoffice.i18n import N_
from backoffice.rules.errors import RefusedError

# An Active Directory takes no longer ones (sAMAccountName).
SHORTEST, LONGEST = 3, 20
_SHAPE = re.compile(r"[a-z](?:[a-z0-9]|[._-](?=[a-z0-9]))*", re.ASCII)
# Room for three digits.
_LONGEST_STEM = LONGEST - 3
_LETTERS = re.compile(r"[^a-z]")
_SEPARATORS = re.compile(r"[._-]")
# Signs that are read as one another in an address, the longer first.
_LOOK_ALIKES = (("rn", "m"), ("vv", "w"), ("0", "o"), ("1", "l"), ("i", "l"), ("5", "s"))
_KEPT = """
abuse account accounts admin administrator all anonymous archive backup bin billing board chancellor cert ciso cron
daemon dean desk dns everyone faculty ftp guest help helpdesk hostmaster hr imap info it itadmin ldap legal lib
library list lists mail mailbox mailer-daemon majordomo manager management marketing master moderator nagios news
nobody no-reply noc noreply null office operator owner pop pop3 portal postmaster president press proxy public rector
registrar registry request research reset root samba sales security server service services smtp spam ssh ssl staff
student students support sync sys sysadmin system temp temporary test tester test-user testing undefined university
unknown user users usenet uucp vice-president webadmin webmail webmaster wifi www
"""

BAD_SHAPE = N_(
    "A user name has %(least)d to %(most)d signs: small Latin letters, digits, and dots or hyphens between them. It "
    "begins with a letter."
)
RESERVED = N_("This name is kept for an office of the university; please choose another one.")


def folded(text: str) -> str:
    """Give a typed name as it is kept: without spaces around it, in small letters."""
    return text.strip().lower()


def check(name: str) -> None:
    """Raise RefusedError for a folded name that nobody may have."""
    if not SHORTEST <= len(name) <= LONGEST or not _SHAPE.fullmatch(name):
        raise RefusedError(BAD_SHAPE, {"least": SHORTEST, "most": LONGEST})
    if is_reserved(name):
        raise RefusedError(RESERVED)


def is_reserved(name: str) -> bool:
    """Say whether a folded name is kept for an office, or looks like such a one."""
    return look(name) in _RESERVED_LOOKS or look(name.rstrip("0123456789")) in _RESERVED_LOOKS


def look(name: str) -> str:
    """Give what the eye keeps of a name: two names of the same look are taken for one another."""
    kept = _SEPARATORS.sub("", name.lower())
    for written, seen in _LOOK_ALIKES:
        kept = kept.replace(written, seen)
    return kept


def suggestions(first: str, last: str) -> Iterator[str]:
    """Give allowed names built from Latin names, the fullest first; endless where the names have letters."""
    given, family = _LETTERS.sub("", first.lower()), _LETTERS.sub("", last.lower())
    if not family:
        return
    plain: tuple[str, ...] = (family[:LONGEST],)
    if given:
        plain = (f"{given}.{family}", f"{given[0]}.{family}", f"{given[0]}{family}", f"{given}{family[0]}")
    yield from (name for name in plain if _is_allowed(name))
    stem = plain[0] if len(plain[0]) <= _LONGEST_STEM else f"{given[:1]}.{family}".lstrip(".")[:_LONGEST_STEM]
    numbered = (f"{stem}{number}" for number in range(2, 1000))
    yield from (name for name in numbered if _is_allowed(name))


def _is_allowed(name: str) -> bool:
    try:
        check(name)
    except RefusedError:
        return False
    return True


_RESERVED_LOOKS = frozenset(look(name) for name in _KEPT.split())
