"""Exceptions against HR's word: which there are, how long they last, when HR agrees. Source: reconciliation.md."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from backoffice.rules import fields
from backoffice.rules.text import n2

IDENTITY, ENTITLED, NOT_ENTITLED, ATTRIBUTE = "identity", "entitled", "not_entitled", "attribute"
KINDS = (IDENTITY, ENTITLED, NOT_ENTITLED, ATTRIBUTE)
# Which of rows that contradict each other is right; its value is a mark (rules.primary_row). Made in a case only.
PRIMARY_ROW = "primary_row"
ENTITLEMENTS = frozenset({ENTITLED, NOT_ENTITLED})
LONGEST_DAYS = 60
# What can be set right about a person; one code for another is a matter of its own (ID_CHANGED).
FIELDS = tuple(name for name in fields.OWNED_BY_HR if name != fields.NATIONAL_CODE)
# What can differ between a person's own word and HR's; "" accepts all of it. Source: models.Override, mission §6.
IDENTITY_FIELDS = ("", *fields.NAME_FIELDS, fields.FATHER_NAME, fields.BIRTH_DATE)

_AGREES_ON = {
    ENTITLED: frozenset({fields.ACTIVE, fields.ADMITTED}),
    NOT_ENTITLED: frozenset({fields.ENDED, fields.DECEASED}),
}


@dataclass(frozen=True)
class Override:
    """One exception that stands: about a field it names the right value; about entitlement both are "" ."""

    id: int
    id_type: str
    national_code: str
    kind: str
    field: str = ""
    value: str = ""
    since: dt.date = dt.date.min

    @property
    def key(self) -> str:
        """The person, as comparisons name persons."""
        return f"{self.id_type}:{self.national_code}"

    @property
    def corrects(self) -> bool:
        """Whether it puts a value in the place of HR's."""
        return self.field in FIELDS and bool(self.value)


def agrees(override: Override, row: Mapping[str, str]) -> bool:
    """Say whether HR's row (fields and ``status_class``) says the same by now; an empty cell says nothing."""
    if override.kind in ENTITLEMENTS:
        return row["status_class"] in _AGREES_ON[override.kind]
    said = row.get(override.field, "") if override.field else ""
    if not said or not override.value:
        return False
    if override.field in fields.CODE_FIELDS or override.field in fields.DATE_FIELDS:
        return said == override.value
    return n2(said) == n2(override.value)
