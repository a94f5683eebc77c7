"""What a planned action means for the attributes of an entry as it is now.

Pure: the entry comes in as its values, out come the values to take away and to put. Source: reconciliation.md
principles 5 and 9, "Attributes"; architecture.md "How a change happens".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from backoffice.rules import fields, national_code
from backoffice.rules import situations as s
from backoffice.rules.directory_format import OFF_WORDS, ON_WORD, code_in
from backoffice.settings import LdapSettings

LOCK, LOCKED_FOR_EVER = "pwdAccountLockedTime", "000001010000Z"
CSN, UUID = "entryCSN", "entryUUID"
Values = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Change:
    """Values of one attribute to remove and to add; the others of the attribute stay."""

    attribute: str
    remove: tuple[str, ...] = ()
    add: tuple[str, ...] = ()

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Change":
        """Give the change from its stored form."""
        return cls(kept["attribute"], tuple(kept["remove"]), tuple(kept["add"]))

    @property
    def kept(self) -> dict[str, Any]:
        """Its stored form."""
        return {"attribute": self.attribute, "remove": list(self.remove), "add": list(self.add)}

    @property
    def inverse(self) -> "Change":
        """The change that takes this one back."""
        return Change(self.attribute, self.add, self.remove)


class Verdict(StrEnum):
    """What the entry says about an intended change."""

    TO_DO = "to_do"
    ALREADY = "already"
    MOVED = "moved"


@dataclass(frozen=True)
class Decision:
    """The verdict, and the changes where there is something to do."""

    verdict: Verdict
    changes: tuple[Change, ...] = ()


ALREADY, MOVED = Decision(Verdict.ALREADY), Decision(Verdict.MOVED)


def attributes_of(ldap: LdapSettings) -> tuple[str, ...]:
    """Give every attribute a change may have to look at."""
    named = (str(getattr(ldap.attributes, field)) for field in (*fields.OWNED_BY_HR, fields.AFFILIATION))
    return tuple(dict.fromkeys(name for name in (*named, ldap.attributes.state, LOCK, CSN) if name))


def looked_at(kind: str, desired: Mapping[str, Any], ldap: LdapSettings) -> frozenset[str]:
    """Give the attributes that decide about one operation: those it changes."""
    if "changes" in desired:
        return frozenset(change["attribute"] for change in desired["changes"])
    if kind in (s.UPDATE, s.KEY_CHANGE):
        return frozenset(str(getattr(ldap.attributes, field)) for field in desired["new"])
    return frozenset(name for name in (LOCK, ldap.attributes.state) if name)


def decide(kind: str, old: Mapping[str, str], new: Mapping[str, str], entry: Values, ldap: LdapSettings) -> Decision:
    """Give what an action of this kind has to change in the entry, which holds ``entry`` now.

    ``old`` and ``new``: our field -> value, as frozen in the plan.
    """
    if kind in (s.UPDATE, s.KEY_CHANGE):
        return _replace(old, new, entry, ldap)
    if kind == s.DISABLE:
        return _lock(entry, ldap)
    if kind == s.ENABLE:
        return _unlock(entry, ldap)
    raise ValueError(kind)


def decide_undo(changes: Sequence[Change], entry: Values) -> Decision:
    """Give what takes changes back: each must still stand as it was made."""
    inverse = tuple(change.inverse for change in changes)
    if all(_holds(change.add, change.remove, entry.get(change.attribute, ())) for change in inverse):
        return ALREADY
    if all(_holds(change.add, change.remove, entry.get(change.attribute, ())) for change in changes):
        return Decision(Verdict.TO_DO, inverse)
    return MOVED


def _holds(present: Sequence[str], absent: Sequence[str], values: Sequence[str]) -> bool:
    return set(present) <= set(values) and not set(absent) & set(values)


def _replace(old: Mapping[str, str], new: Mapping[str, str], entry: Values, ldap: LdapSettings) -> Decision:
    changes: list[Change] = []
    for field, value in new.items():
        decision = _replace_one(field, old.get(field, ""), value, entry, ldap)
        if decision.verdict == Verdict.MOVED:
            return MOVED
        changes += decision.changes
    return _to_do(tuple(changes))


def _replace_one(field: str, old: str, new: str, entry: Values, ldap: LdapSettings) -> Decision:
    attribute = str(getattr(ldap.attributes, field))
    values = tuple(entry.get(attribute, ()))
    written = ldap.formats.national_code.format(new) if field == fields.NATIONAL_CODE else new
    stale = next((value for value in values if _reads_as(field, value, old, ldap)), None) if old else None
    has_new = written in values
    if has_new and stale is None:
        return ALREADY
    taken = values and field != fields.AFFILIATION  # a further role stands beside the others
    if not has_new and ((old and stale is None) or (not old and taken)):
        return MOVED
    remove = (stale,) if stale is not None and stale != written else ()
    add = () if has_new else (written,)
    return Decision(Verdict.TO_DO, (Change(attribute, remove, add),)) if remove or add else ALREADY


def _reads_as(field: str, value: str, planned: str, ldap: LdapSettings) -> bool:
    """Say whether a stored value is the one the plan read; codes were normalised when they were read."""
    if field == fields.NATIONAL_CODE:
        return code_in(value, ldap.formats.national_code) == planned
    if field == fields.PERSONNEL_NUMBER:
        return national_code.normalise(value) == national_code.normalise(planned)
    return value == planned


def _lock(entry: Values, ldap: LdapSettings) -> Decision:
    values = tuple(entry.get(LOCK, ()))
    locked = () if values == (LOCKED_FOR_EVER,) else (Change(LOCK, values, (LOCKED_FOR_EVER,)),)
    return _to_do((*locked, *_state_changes(entry, ldap, (ON_WORD,), OFF_WORDS[0])))


def _unlock(entry: Values, ldap: LdapSettings) -> Decision:
    values = tuple(entry.get(LOCK, ()))
    unlocked = (Change(LOCK, values),) if values else ()
    return _to_do((*unlocked, *_state_changes(entry, ldap, OFF_WORDS, ON_WORD)))


def _state_changes(entry: Values, ldap: LdapSettings, words: Sequence[str], word: str) -> tuple[Change, ...]:
    """Give the state its other word; an entry that says nothing of its state goes on saying nothing."""
    attribute = ldap.attributes.state
    named = [(value, *value.rpartition(":")[:2]) for value in entry.get(attribute, ()) if attribute]
    wrong = [(value, head + colon + word) for value, head, colon in named if _last(value) in words]
    return tuple(Change(attribute, (value,), (right,)) for value, right in wrong[:1])


def _last(value: str) -> str:
    return value.rpartition(":")[2].lower()


def _to_do(changes: tuple[Change, ...]) -> Decision:
    return Decision(Verdict.TO_DO, changes) if changes else ALREADY
