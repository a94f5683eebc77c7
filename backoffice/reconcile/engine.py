"""The comparison as a whole: pure from frames to findings, actions, holds and links.

Source: reconciliation.md.
"""

from collections import Counter
from dataclasses import replace
from typing import Any

import pandas as pd

from backoffice.reconcile import classify, holds, match, overrides, persons
from backoffice.reconcile.differences import differences
from backoffice.reconcile.findings import Exceptions, FindingMaker
from backoffice.reconcile.inputs import Register, World, records
from backoffice.reconcile.outcome import Basis, FindingRow, NewLink, Outcome
from backoffice.reconcile.register import renamed
from backoffice.reconcile.verdicts import settle
from backoffice.rules import fields
from backoffice.rules import situations as s

_PERSON_FIELDS = (
    "id_type", "national_code", "first_name", "last_name", "full_name", "father_name", "birth_date",
)  # fmt: skip


def reconcile(world: World) -> Outcome:
    """Compare everything and plan; touches nothing outside its arguments."""
    entries = world.entries.reset_index(drop=True)
    entries["entry"] = entries.index
    gathered = persons.gather(world.sources, world.today, overrides.chosen(world.overrides))
    agreed = overrides.agreed(world.overrides, gathered.people)
    standing = [one for one in world.overrides if one.id not in agreed]
    settled = settle(world.verdicts, gathered.people, entries)
    corrected, said = overrides.corrected(gathered.people, standing)
    people = replace(gathered, people=corrected)
    entries["protected"] |= entries["entry"].isin(settled.aside)
    matches = match.match(people, entries, world.register, settled, world.earned)
    judged = classify.classify(world, people, matches, entries)
    paired = judged.loc[(judged["person"] >= 0) & (judged["entry"] >= 0), ["person", "entry"]]
    cells = differences(paired, people.people, entries, world.unmapped)
    _put_drift(judged, cells)
    ruled = overrides.overrule(judged, people.people, entries, world.register.links, standing)
    notes = _notes(judged, people.people, cells)
    listed = _listed(judged, cells, notes)
    maker = FindingMaker(world, people.people, entries, cells, notes, Exceptions(ruled, said))
    findings = [*maker.findings(judged[listed]), *_uncorrelated(judged)]
    findings.sort(key=lambda finding: finding.order)
    for number, finding in enumerate(findings, start=1):
        finding.row = number
    basis = _basis(world, entries, _new_cases(findings, world))
    held = holds.hold(findings, basis, world.limits)
    return Outcome(
        situations=Counter(judged["situation"].tolist()),
        notes=Counter(note for found in notes.values() for note in found),
        findings=findings,
        holds=held,
        limits=holds.limits_of((action for finding in findings for action in finding.actions), basis, world.limits),
        basis=basis,
        links=_new_links(judged, matches.verdicts, people.people, entries),
        missing_links=_links_in(judged, s.MISSING),
        returned_links=_returned(judged, world.register),
        away=_away(judged, entries),
        back=_back(judged, world.register),
        renamed=renamed(people.people, world.register),
        agreed=sorted(agreed),
    )


def _put_drift(judged: pd.DataFrame, cells: pd.DataFrame) -> None:
    differing = set(cells.loc[~cells["spelling"].astype(bool), "pair"])
    drift = (judged["situation"] == s.CONFIRMED) & judged.index.isin(differing)
    judged.loc[drift, "situation"] = s.DRIFT


def _notes(judged: pd.DataFrame, people: pd.DataFrame, cells: pd.DataFrame) -> dict[int, list[str]]:
    """Give the notes of each judged row that has any, sorted as contract.md names them."""
    spelled = cells.loc[cells["spelling"].astype(bool) & cells["field"].isin(fields.NAME_FIELDS), "pair"]
    of_people = judged[judged["person"] >= 0]
    flags = people.loc[of_people["person"], ["two_roles", "duplicate", "padded"]].set_axis(of_people.index)
    columns = ((s.DUPLICATE_ROW, "duplicate"), (s.PADDED_CODE, "padded"), (s.TWO_ROLES, "two_roles"))
    found: dict[int, list[str]] = {}
    for note, column in columns:
        for index in flags.index[flags[column].astype(bool)]:
            found.setdefault(index, []).append(note)
    for index in spelled.unique():
        found.setdefault(index, []).append(s.NAME_SPELLING)
    return {index: sorted(names) for index, names in found.items()}


def _listed(judged: pd.DataFrame, cells: pd.DataFrame, notes: dict[int, list[str]]) -> pd.Series:
    """Choose what is listed: not the unlisted situations, nor a FOUND without differences and notes."""
    loud = set(cells.loc[~cells["spelling"].astype(bool), "pair"]) | set(notes)
    quiet = (judged["situation"] == s.FOUND) & ~judged.index.isin(loud)
    return ~judged["situation"].isin([*s.UNLISTED, s.UNCORRELATED]) & ~quiet


def _uncorrelated(judged: pd.DataFrame) -> list[FindingRow]:
    """Give one line with a count per source that is not linked enough yet."""
    rows = judged[judged["situation"] == s.UNCORRELATED]
    lines = []
    for source, group in rows.groupby("source"):
        people = int((group["person"] >= 0).sum())
        evidence = {"people": people, "accounts": len(group) - people}
        detail = f"{people} people and {len(group) - people} accounts are not linked yet"
        lines.append(FindingRow(
            str(source), s.UNCORRELATED, None, None, [], None, [], [], [], detail, "", None, evidence,
        ))  # fmt: skip
    return lines


def _basis(world: World, entries: pd.DataFrame, new_cases: int) -> Basis:
    """Count the linked, enabled accounts as the run starts, per source and per unit of the source."""
    linked = world.register.links.merge(entries[["entry_uuid", "disabled", "unit"]], on="entry_uuid")
    enabled = linked[~linked["disabled"].astype(bool)]
    by_unit = Counter(zip(enabled["source"].tolist(), enabled["unit"].tolist(), strict=True))
    first = frozenset(given.source.name for given in world.sources if given.first_run)
    return Basis(dict(Counter(enabled["source"].tolist())), by_unit, new_cases, world.made, first)


def _new_cases(findings: list[FindingRow], world: World) -> int:
    return sum(1 for f in findings if f.situation in s.CASES and (f.situation, case_key(f)) not in world.known_cases)


def case_key(finding: Any) -> str:
    """Give what tells one case from another across runs: the code, else the first entry."""
    return str(finding.national_code or "".join(finding.dns[:1]))


def _new_links(
    judged: pd.DataFrame, verdicts: pd.DataFrame, people: pd.DataFrame, entries: pd.DataFrame
) -> list[NewLink]:
    """Give every match that links by itself, whatever the situation of the person."""
    own = verdicts[(verdicts["verdict"] == "") & verdicts["tier"].isin(s.LINKING_TIERS)]
    own = own[~own["person"].isin(judged.loc[judged["situation"] == s.COLLISION, "person"])]
    if own.empty:
        return []
    hr = people.loc[own["person"], [*_PERSON_FIELDS, "source", "personnel_number"]].pipe(records)
    there = entries.loc[own["entry"], ["entry_uuid", "dn", "username"]].pipe(records)
    return [
        NewLink(
            {name: str(p[name]) for name in _PERSON_FIELDS}, p["source"], p["personnel_number"],
            e["entry_uuid"], e["dn"], e["username"], tier,
        )
        for p, e, tier in zip(hr, there, own["tier"].tolist(), strict=True)
    ]  # fmt: skip


def _returned(judged: pd.DataFrame, register: Register) -> list[int]:
    """Give the links that were missing and whose person has a row again."""
    missing = register.links.loc[register.links["missing_since"].notna(), "link_id"]
    return judged.loc[judged["link_id"].isin(missing) & (judged["person"] >= 0), "link_id"].tolist()


def _away(judged: pd.DataFrame, entries: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Give entry UUID -> (LEAVER or ON_LEAVE, source), for accounts of people who are away by HR's own word."""
    rows = judged[judged["situation"].isin([s.LEAVER, s.ON_LEAVE]) & (judged["entry"] >= 0)]
    uuids = entries.loc[rows["entry"], "entry_uuid"].tolist()
    return dict(zip(uuids, zip(rows["situation"], rows["source"], strict=True), strict=True))


def _back(judged: pd.DataFrame, register: Register) -> list[int]:
    """Give the links of people who were away and are there again."""
    away = register.links.loc[register.links["away_since"].notna(), "link_id"]
    there = judged["situation"].isin([s.CONFIRMED, s.DRIFT, s.REHIRE])
    return judged.loc[there & judged["link_id"].isin(away), "link_id"].tolist()


def _links_in(judged: pd.DataFrame, situation: str) -> list[int]:
    return judged.loc[(judged["situation"] == situation) & (judged["link_id"] >= 0), "link_id"].tolist()
