"""From situations to planned actions.

Source: reconciliation.md "Situations" (default reaction) and principles 3–6.
"""

from backoffice.reconcile.endings import Subject, next_step
from backoffice.reconcile.inputs import SEPARATOR, Record, World
from backoffice.reconcile.outcome import Action, FindingRow
from backoffice.reconcile.overrides import Ruled
from backoffice.rules import fields
from backoffice.rules import situations as s
from backoffice.rules.overrides import NOT_ENTITLED
from backoffice.rules.text import nearest

_ENDED = s.ENDINGS | {s.DECEASED}
# Whose account it is, or what HR says, is not known well enough to lock anybody out or let anybody in.
_UNSURE = s.DISPUTES | {s.ROW_QUARANTINED}


def actions_of(finding: FindingRow, subject: Subject, world: World) -> list[Action]:
    """Give the actions the situation leads to; none without an account, or on the word of a stale source.

    What is known of an ending is added to the finding's evidence.
    """
    entry = subject.entry
    if entry is None or entry["protected"]:
        return []
    if finding.situation == s.OVERRIDDEN and subject.ruled:
        return _overruled(finding, subject, subject.ruled, world)
    if finding.situation in (s.DRIFT, s.FOUND):
        return _update(finding, subject.hr or {}, entry)
    if finding.situation == s.ID_CHANGED:
        return _key_change(finding, subject.hr or {}, entry, world)
    if finding.situation == s.REHIRE:
        return [_action(s.ENABLE, finding, entry)]
    return _ending(finding, subject, entry, world) if finding.situation in _ENDED else []


def _overruled(finding: FindingRow, subject: Subject, ruled: Ruled, world: World) -> list[Action]:
    """Give what an exception leads to: who is entitled keeps the account or gets it back, who is not loses it."""
    entry, entitlement = subject.entry or {}, ruled.entitlement
    if entitlement is None:
        return _update(finding, subject.hr or {}, entry)
    if ruled.was in _UNSURE:
        return []
    if entitlement.kind == NOT_ENTITLED:
        return _ending(finding, subject, entry, world)
    asleep = entry["disabled"] and entry["entry_uuid"] in world.told.disabled
    return [_action(s.ENABLE, finding, entry)] if asleep and entry["branch"] != "archived" else []


def _ending(finding: FindingRow, subject: Subject, entry: Record, world: World) -> list[Action]:
    source = world.input_of(finding.source or "")
    if source is None or entry["disabled"]:
        return []
    step = next_step(finding.situation, source, subject, world)
    if evidence := step.evidence(world):
        finding.evidence["ending"] = evidence
    return [_action(step.kind, finding, entry)] if step.kind and not source.stale else []


def _action(
    kind: str, finding: FindingRow, entry: Record, old: dict[str, str] | None = None, new: dict[str, str] | None = None
) -> Action:
    uuid, dn, csn = entry["entry_uuid"], entry["dn"], entry["csn"]
    return Action(kind, finding.source, uuid, dn, csn, old or {}, new or {}, unit=entry["unit"])


def _update(finding: FindingRow, hr: Record, entry: Record) -> list[Action]:
    if not finding.differences:
        return []
    old = {d["field"]: d["directory"] for d in finding.differences}
    new = {d["field"]: d["hr"] for d in finding.differences}
    named = fields.FIRST_NAME in new or fields.LAST_NAME in new
    if named and not hr["full_name"] and entry["full_name"]:
        # The full name follows its parts, or the entry would contradict itself.
        new[fields.FULL_NAME] = f"{hr['first_name']} {hr['last_name']}"
        old[fields.FULL_NAME] = nearest(new[fields.FULL_NAME], entry["full_name"].split(SEPARATOR))
    # Only a code that a person approved gets here: one code replaced by another is a change of key.
    kind = s.KEY_CHANGE if old.get(fields.NATIONAL_CODE) else s.UPDATE
    return [_action(kind, finding, entry, old, new)]


def _key_change(finding: FindingRow, hr: Record, entry: Record, world: World) -> list[Action]:
    """Plan the new code where nobody else in the register has it; else it is a merge, decided by a person."""
    if (world.register.persons["national_code"] == hr["national_code"]).any():
        return []
    old, new = {fields.NATIONAL_CODE: entry["national_code"]}, {fields.NATIONAL_CODE: hr["national_code"]}
    return [_action(s.KEY_CHANGE, finding, entry, old, new)]
