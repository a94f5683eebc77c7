"""The directory: where things stand in it and what they are called."""

import re
from pathlib import Path
from string import Formatter
from typing import Any, Literal

from pydantic import Field, field_validator

from backoffice.settings.table import Table

PERSON_TYPES = ("personnel", "faculty", "contractor", "student", "admitted", "retired", "foreign")
# A DN, or a name that needs no escaping in one.
_GROUP = re.compile(r"[A-Za-z]+=.+,.+|[^,+\"\\<>;=#\s]([^,+\"\\<>;=#]*[^,+\"\\<>;=#\s])?")
# Temporary entries live among the permanent ones, not in a branch of their own.
FLAT = "flat"


class LdapLayout(Table):
    """Branches of the directory, relative to the base."""

    people: str = "ou=people"
    temporary: str = "ou=temporary"
    archived: str = "ou=archived"
    services: str = "ou=services"
    groups: str = "ou=groups"


class LdapAttributes(Table):
    """Our field -> attribute description; an empty string leaves the field out."""

    first_name: str = "givenName;lang-fa"
    last_name: str = "sn;lang-fa"
    full_name: str = "cn;lang-fa"
    latin_first_name: str = "givenName"
    latin_last_name: str = "sn"
    latin_full_name: str = "cn"
    national_code: str = "schacPersonalUniqueID"
    personnel_number: str = "employeeNumber"
    unit: str = "ou"
    unit_code: str = "departmentNumber"
    title: str = "title"
    employment_type: str = "employeeType"
    mobile: str = "mobile"
    mail: str = "mail"
    username: str = "uid"
    affiliation: str = "eduPersonAffiliation"
    state: str = "schacUserStatus"
    expiry: str = "schacExpiryDate"
    operation: str = ""


# Our fields that a new entry gets, and that its template may name in braces.
ENTRY_FIELDS = (
    "username", "national_code", "first_name", "last_name", "full_name", "latin_first_name", "latin_last_name",
    "latin_full_name", "mobile", "expiry", "operation",
)  # fmt: skip
# Those of an account without an end.
PERMANENT_FIELDS = (
    *(name for name in ENTRY_FIELDS if name != "expiry"), "personnel_number", "unit", "unit_code", "title",
    "employment_type", "mail", "affiliation",
)  # fmt: skip
_TEMPLATE_FIELDS = {"temporary": ENTRY_FIELDS, "permanent": PERMANENT_FIELDS}


class LdapFormats(Table):
    """How a value is written in the directory; ``{}`` stands for the value."""

    national_code: str = "urn:schac:personalUniqueID:ir:nationalCode:{}"

    @field_validator("national_code")
    @classmethod
    def _one_place(cls, value: str) -> str:
        if value.count("{}") != 1:
            raise ValueError("must hold {} exactly once")
        return value


class LdapSettings(Table):
    """Table ``[ldap]``."""

    person_filter: str = "(objectClass=inetOrgPerson)"
    protected: tuple[str, ...] = ()
    match_keys: tuple[str, ...] = ("employeeNumber",)
    password_scheme: Literal["argon2", "ssha512", "server"] = "argon2"  # noqa: S105 - the name of a scheme
    temp_strategy: Literal["ou", "flat"] = "ou"
    attributes: LdapAttributes = LdapAttributes()
    formats: LdapFormats = LdapFormats()
    layout: LdapLayout = LdapLayout()
    template: dict[str, dict[str, Any]] = Field(default_factory=dict)
    role_groups: dict[str, str] = Field(default_factory=dict)
    groups: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @field_validator("groups")
    @classmethod
    def _are_names(cls, value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        """Refuse unknown person types, and what is neither a DN nor a name that needs no escaping in one."""
        if unknown := set(value) - set(PERSON_TYPES):
            raise ValueError(f"{min(unknown)} is no person type: {', '.join(PERSON_TYPES)}")
        wrong = [name for names in value.values() for name in names if not _GROUP.fullmatch(name)]
        if wrong:
            raise ValueError(f"is neither the name nor the DN of a group: {', '.join(wrong)}")
        return value

    @field_validator("template")
    @classmethod
    def _known_places(cls, value: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """Refuse a template of accounts that could not be filled."""
        for kind, known in _TEMPLATE_FIELDS.items():
            for name, given in value.get(kind, {}).items():
                for pattern in given if isinstance(given, list | tuple) else [given]:
                    if unknown := _places(pattern) - set(known):
                        raise ValueError(f"{kind}.{name} names the unknown field {{{min(unknown)}}}")
        return value


class WatchedDirectory(Table):
    """One ``[[directory]]``: read and compared, never written (mission S60)."""

    name: str
    role: Literal["watched"] = "watched"
    profile: Literal["openldap", "389ds", "ad"] = "openldap"
    uri: str
    bind_dn: str = ""
    bind_password_file: Path | None = None
    base_dn: str
    ca_file: Path | None = None
    attributes: LdapAttributes = LdapAttributes()
    person_filter: str = "(objectClass=inetOrgPerson)"


def _places(pattern: object) -> set[str]:
    """Give the names in braces of a pattern. Raises ValueError where it is no text or its braces do not close."""
    if not isinstance(pattern, str):
        raise ValueError("must hold texts")  # noqa: TRY004 - pydantic shows it as a fault of the setting
    return {name for _, name, _, _ in Formatter().parse(pattern) if name is not None}
