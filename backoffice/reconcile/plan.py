"""From situations to planned actions.

Source: reconciliation.md "Situations" (default reaction) and principles 3–6.
"""

import datetime as dt
from dataclasses import dataclass

from backoffice.reconcile.inputs import Record, World
from backoffice.reconcile.outcome import Action, FindingRow
from backoffice.rules import fields
from backoffice.rules import situations as s
from backoffice.rules.leavers import grace_days

MISSING_DAYS = 3
MISSING_CONFIRMATIONS = 2


@dataclass(frozen=True)
class Subject:
    """Whom a finding is about: HR's row, the one entry, the stored link; each may be absent."""

    hr: Record | None
    entry: Record | None
    link: Record | None


def actions_of(finding: FindingRow, subject: Subject, world: World) -> list[Action]:
    """Give the actions the situation leads to; none without an account, or on the word of a stale source."""
    entry = subject.entry
    if entry is None or entry["protected"]:
        return []
    if finding.situation in (s.DRIFT, s.FOUND):
        return _update(finding, subject.hr or {}, entry)
    if finding.situation == s.ID_CHANGED:
        return _key_change(finding, subject.hr or {}, entry, world)
    kind = _ending_kind(finding, subject, world)
    return [_action(kind, finding, entry)] if kind else []


def _ending_kind(finding: FindingRow, subject: Subject, world: World) -> str | None:
    """Name the kind that the end of a person's time leads to now, None for nothing."""
    source = world.input_of(finding.source or "")
    if source is None or source.stale:
        return None
    if finding.situation == s.DECEASED and subject.entry and not subject.entry["disabled"]:
        return s.DISABLE
    if _is_to_be_warned(finding.situation, subject.hr or {}, world):
        return s.WARN
    since = subject.link["missing_since"] if subject.link else None
    overdue = finding.situation == s.MISSING and is_overdue(since, source.confirmed_at, world.now)
    return s.ASK_HR if overdue else None


def _is_to_be_warned(situation: str, hr: Record, world: World) -> bool:
    """Say whether this leads to a disabling that needs a delivered warning first (principle 6)."""
    if situation == s.LEAVER:
        return grace_days(world.policy.leaver, hr["person_kind"], hr["status_word"]) is not None
    return situation == s.ON_LEAVE and world.policy.on_leave == "disable"


def is_overdue(since: dt.datetime | None, confirmed_at: tuple[dt.datetime, ...], now: dt.datetime) -> bool:
    """Say whether a missing person is to be asked about: two confirmed snapshots and at least three days."""
    if since is None:
        return False
    confirmations = sum(1 for moment in confirmed_at if moment >= since)
    return confirmations >= MISSING_CONFIRMATIONS and now - since >= dt.timedelta(days=MISSING_DAYS)


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
        old[fields.FULL_NAME] = entry["full_name"]
        new[fields.FULL_NAME] = f"{hr['first_name']} {hr['last_name']}"
    return [_action(s.UPDATE, finding, entry, old, new)]


def _key_change(finding: FindingRow, hr: Record, entry: Record, world: World) -> list[Action]:
    """Plan the new code where nobody else in the register has it; else it is a merge, decided by a person."""
    if (world.register.persons["national_code"] == hr["national_code"]).any():
        return []
    old, new = {fields.NATIONAL_CODE: entry["national_code"]}, {fields.NATIONAL_CODE: hr["national_code"]}
    return [_action(s.KEY_CHANGE, finding, entry, old, new)]
