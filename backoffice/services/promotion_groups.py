"""The groups of somebody whose account becomes permanent: those of the person type, under the new name only.

A server that keeps references in order (overlay memberof or refint) has renamed the member itself; where it has not,
the old name is replaced. Source: issue "From temporary to permanent" 5.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from backoffice.i18n import N_
from backoffice.ports.directory_write import DirectoryWriter, EntryNow
from backoffice.rules.account_entry import CLASSES
from backoffice.rules.distinguished_name import normal
from backoffice.rules.entry_changes import Change
from backoffice.rules.memberships import ATTRIBUTES, Member, attribute_of

NO_GROUP = N_("The group %(dn)s, which people of this type belong to, is not in the directory.")
NO_MEMBERS = N_("%(dn)s is no group that can have members.")


class Step(NamedTuple):
    """What is to be changed in one entry, at once."""

    entry: EntryNow
    changes: tuple[Change, ...]


def missing(writer: DirectoryWriter, groups: Sequence[str]) -> tuple[str, dict[str, object]] | None:
    """Say which group nobody can be added to, None where all are there."""
    for dn in groups:
        found = writer.find(dn, (CLASSES,))
        if found is None:
            return NO_GROUP, {"dn": dn}
        if not attribute_of(found.values.get(CLASSES, ())):
            return NO_MEMBERS, {"dn": dn}
    return None


def steps(writer: DirectoryWriter, before: Member, now: Member, groups: Sequence[str]) -> list[Step]:
    """Give what is to be done next until every group is as it should be; nothing where all is done."""
    return list(_renamed(writer, before, now)) or list(_joined(writer, now, groups))


def _renamed(writer: DirectoryWriter, before: Member, now: Member) -> Iterator[Step]:
    """Replace the old name wherever it stands."""
    for attribute in ATTRIBUTES:
        old, new = before.written(attribute), now.written(attribute)
        if not old or old == new:
            continue
        has_new = {normal(group.dn) for group in writer.having(attribute, new, ())}
        for group in writer.having(attribute, old, ()):
            yield Step(group, (Change(attribute, (old,), () if normal(group.dn) in has_new else (new,)),))


def _joined(writer: DirectoryWriter, now: Member, groups: Sequence[str]) -> Iterator[Step]:
    """Add the new name where it is missing."""
    for dn in groups:
        group = writer.find(dn, (CLASSES,))
        attribute = attribute_of(group.values.get(CLASSES, ())) if group else ""
        if group is None or not attribute:
            continue
        held = {normal(found.dn) for found in writer.having(attribute, now.written(attribute), ())}
        if normal(dn) not in held:
            yield Step(group, (Change(attribute, (), (now.written(attribute),)),))
