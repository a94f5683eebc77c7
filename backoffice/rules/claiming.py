"""Whether an account that somebody could log in to is the one of the person who claims it. Source: mission S62.

The password proves that the person may use the account, not whose it is: nothing in the entry may speak against it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from backoffice.rules import fields, latin, national_code
from backoffice.rules import identity_causes as causes
from backoffice.rules.directory_format import code_in
from backoffice.rules.identity_compare import DIFFERS, name_level
from backoffice.rules.text import one_edit
from backoffice.settings import LdapSettings

# The channel of such a registration, and the rule of the link it ends with.
CLAIM = "claim"
CLAIMABLE = frozenset({causes.EXISTS_STAFF, causes.EXISTS_STUDENT, causes.EXISTS_ORPHAN})
# Why an account cannot be claimed; only the desk ever sees these words.
NOT_OPENED, OTHERS_CODE, OTHERS_NUMBER, OTHERS_NAME = "not_opened", "others_code", "others_number", "others_name"
OTHERS_LINK, SECOND_ACCOUNT, SET_APART = "others_link", "second_account", "set_apart"
LOOKED_AT = (
    fields.NATIONAL_CODE, fields.PERSONNEL_NUMBER, fields.FIRST_NAME, fields.LAST_NAME, fields.FULL_NAME,
    "latin_last_name", "username",
)  # fmt: skip


@dataclass(frozen=True)
class Owner:
    """Who claims: the proved code, HR's personnel number ("" for none), and the name."""

    national_code: str
    personnel_number: str
    first_name: str
    last_name: str


def may_go_on(found: Collection[str]) -> bool:
    """Say whether the causes of an identity check leave nothing but an account that exists, or nothing at all.

    Whether there is one is told by the login alone, so that this page does not tell who has an account.
    """
    return set(found) - causes.PASSING <= CLAIMABLE


def objection(entry: Mapping[str, Sequence[str]], owner: Owner, ldap: LdapSettings) -> str:
    """Give what in an entry speaks against this owner, "" for nothing. ``entry``: our field -> values."""
    codes = _codes(entry, ldap)
    if codes - {owner.national_code}:
        return OTHERS_CODE
    numbers = {national_code.normalise(value) for value in entry.get(fields.PERSONNEL_NUMBER, ()) if value.strip()}
    if numbers and owner.personnel_number and owner.personnel_number not in numbers:
        return OTHERS_NUMBER
    # A code that is the owner's own proves more than any spelling of a name.
    return "" if codes or _is_named(entry, owner) else OTHERS_NAME


def missing_codes(entry: Mapping[str, Sequence[str]], owner: Owner, ldap: LdapSettings) -> dict[str, str]:
    """Give the codes that an entry lacks, our field -> value; a field that is not configured is left out."""
    wanted = {fields.NATIONAL_CODE: owner.national_code, fields.PERSONNEL_NUMBER: owner.personnel_number}
    return {
        name: value
        for name, value in wanted.items()
        if value and getattr(ldap.attributes, name) and not any(text.strip() for text in entry.get(name, ()))
    }


def _codes(entry: Mapping[str, Sequence[str]], ldap: LdapSettings) -> set[str]:
    found = {code_in(value, ldap.formats.national_code) for value in entry.get(fields.NATIONAL_CODE, ())}
    return found - {""}


def _is_named(entry: Mapping[str, Sequence[str]], owner: Owner) -> bool:
    """Say whether the entry has the owner's name but for one slip of the pen; one without any name says nothing."""
    ours = f"{owner.first_name} {owner.last_name}"
    parts = " ".join(_first(entry, name) for name in (fields.FIRST_NAME, fields.LAST_NAME)).strip()
    theirs = parts if _first(entry, fields.LAST_NAME) else _first(entry, fields.FULL_NAME)
    if theirs:
        return name_level(ours, theirs) != DIFFERS or one_edit(ours, theirs)
    written = _first(entry, "latin_last_name")
    return not written or latin.plausible(owner.last_name, written)


def _first(entry: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(entry.get(name, ())), "")
