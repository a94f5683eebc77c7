"""From judged rows to findings a person can read.

Only what is listed comes here, a few in a hundred; whole populations stay in frames.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from backoffice.i18n import N_
from backoffice.reconcile.endings import Subject
from backoffice.reconcile.inputs import SEPARATOR, Record, World, records
from backoffice.reconcile.outcome import FindingRow
from backoffice.reconcile.overrides import Ruled
from backoffice.reconcile.persons import shown_name
from backoffice.reconcile.plan import actions_of
from backoffice.rules import fields
from backoffice.rules import situations as s
from backoffice.rules.text import n2

MAX_HINTS = 5
Difference = dict[str, str]
_DIFFERENCE = ("field", "hr", "directory", "kind")


@dataclass(frozen=True)
class Exceptions:
    """What was ruled about judged rows (by index), and what HR itself says where a value was put in its place."""

    ruled: Mapping[int, Ruled]
    said: Mapping[int, Mapping[str, str]]


class FindingMaker:
    """Makes findings out of judged rows of one comparison; takes from the frames once what these rows need."""

    def __init__(
        self,
        world: World,
        people: pd.DataFrame,
        entries: pd.DataFrame,
        cells: pd.DataFrame,
        notes: dict[int, list[str]],
        exceptions: Exceptions,
    ) -> None:
        self._world = world
        self._notes, self._exceptions = notes, exceptions
        self._all_people, self._all_entries, self._all_cells = people, entries, cells
        links = world.register.links
        self._links: dict[int, Record] = dict(zip(links["link_id"].tolist(), records(links), strict=True))

    def findings(self, judged: pd.DataFrame) -> list[FindingRow]:
        """Give one finding per judged row, with its actions, not yet numbered."""
        self._people = _by_number(self._all_people, judged["person"].tolist())
        for person in self._people.values():
            person["person_name"] = shown_name(person)
        alike = self._with_codes_of(judged)
        wanted = [*judged["entry"].tolist(), *(n for numbers in judged["entries"] for n in numbers), *alike["entry"]]
        self._entries = _by_number(self._all_entries, wanted)
        self._dns_of_code = {code: sorted(group) for code, group in alike.groupby("national_code")["dn"]}
        self._cells = _cells_by_pair(self._all_cells, judged.index)
        hints = self._hints(judged)
        return [self._finding(int(index), row, hints) for index, row in zip(judged.index, records(judged), strict=True)]

    def _with_codes_of(self, judged: pd.DataFrame) -> pd.DataFrame:
        """Give the entries that carry a code of anybody judged."""
        entries = self._all_entries
        numbers = {n for numbers in judged["entries"] for n in numbers}
        codes = {p["national_code"] for p in self._people.values()} | set(entries.loc[list(numbers), "national_code"])
        return entries.loc[entries["national_code"].isin(codes - {""}), ["entry", "national_code", "dn"]]

    def _finding(self, index: int, row: Record, hints: dict[str, list[str]]) -> FindingRow:
        hr, entry = self._people.get(row["person"]), self._entries.get(row["entry"])
        several = [self._entries[number] for number in row["entries"]]
        first = entry or (several[0] if several else None)
        link = self._links.get(row["link_id"])
        code = (hr or {}).get("national_code") or (link or first or {}).get("national_code") or None
        differences, spelling = self._cells.get(index, ([], []))
        finding = FindingRow(
            source=row["source"] or None,
            situation=row["situation"],
            national_code=code.split(SEPARATOR)[0] if code else None,
            personnel_number=(hr or link or first or {}).get("personnel_number") or None,
            dns=self._dns(hr, several, link),
            tier=row["tier"] or None,
            notes=self._notes.get(index, []),
            differences=differences,
            spelling=spelling,
            detail="",
            person_name=_name(hr, first),
            entry_uuid=(first or link or {}).get("entry_uuid"),
            evidence=_evidence(self._own_words(row["person"], hr), several, link, hints),
        )
        ruled = self._exceptions.ruled.get(index)
        if ruled:
            finding.evidence["overridden"] = _ruling(ruled)
        finding.detail = _detail(finding, hr)
        finding.actions = actions_of(finding, Subject(hr, entry, link, ruled), self._world)
        return finding

    def _own_words(self, person: int, hr: Record | None) -> Record | None:
        """Give HR's row as HR has it."""
        return {**hr, **self._exceptions.said.get(person, {})} if hr else None

    def _dns(self, hr: Record | None, several: list[Record], link: Record | None) -> list[str]:
        """Give every DN with the person's code, and those the verdict is about."""
        codes = {hr["national_code"]} if hr else {e["national_code"] for e in several}
        dns = {dn for code in codes for dn in self._dns_of_code.get(code, [])} | {e["dn"] for e in several}
        if not dns and link:
            dns = {link["dn"]}
        return sorted(dns)

    def _hints(self, judged: pd.DataFrame) -> dict[str, list[str]]:
        """Give folded whole name -> DNs of orphans with that name (tier T6: a hint, never a link)."""
        lonely = judged.loc[judged["situation"] == s.ORPHAN, "entry"]
        found: dict[str, list[str]] = {}
        for entry in (self._entries[number] for number in lonely):
            name = n2(f"{entry['first_name']}{entry['last_name']}") or n2(entry["full_name"])
            if name:
                found.setdefault(name, []).append(entry["dn"])
        return {name: sorted(dns)[:MAX_HINTS] for name, dns in found.items()}


def _by_number(frame: pd.DataFrame, numbers: list[int]) -> dict[int, Record]:
    """Give number -> row for these rows of a frame whose index counts from 0; -1 is nobody."""
    wanted = sorted(set(numbers) - {-1})
    if not wanted:
        return {}
    return dict(zip(wanted, records(frame.loc[wanted]), strict=True))


def _cells_by_pair(cells: pd.DataFrame, pairs: pd.Index) -> dict[int, tuple[list[Difference], list[Difference]]]:
    """Give pair -> what differs beyond folding, and what differs in spelling only."""
    found: dict[int, tuple[list[Difference], list[Difference]]] = {}
    wanted = cells.loc[cells["pair"].isin(pairs), ["pair", "spelling", *_DIFFERENCE]]
    for cell in records(wanted):
        shown = {name: cell[name] for name in _DIFFERENCE}
        found.setdefault(cell["pair"], ([], []))[bool(cell["spelling"])].append(shown)
    return found


def _name(hr: Record | None, entry: Record | None) -> str:
    if hr:
        return str(hr["person_name"])
    if not entry:
        return ""
    persian = f"{entry['first_name']} {entry['last_name']}".strip() or entry["full_name"]
    return str(persian or entry["latin_full_name"]).split(SEPARATOR)[0]


_HR_SHOWN = (*fields.HR_FIELDS, "status_class", "person_kind", "line", "source")
_ENTRY_SHOWN = (
    "dn", "entry_uuid", "csn", "username", "first_name", "last_name", "full_name", "latin_full_name", "national_code",
    "personnel_number", "unit", "unit_code", "title", "employment_type", "mobile", "mail", "disabled", "branch",
)  # fmt: skip


_LINK_SHOWN = ("link_id", "person_id", "entry_uuid", "dn")


def _evidence(hr: Record | None, several: list[Record], link: Record | None, hints: dict[str, list[str]]) -> Record:
    """Keep what it was judged by: the row, the entries, the link, and look-alikes for people without an account."""
    evidence: Record = {"entries": [{name: entry[name] for name in _ENTRY_SHOWN} for entry in several]}
    if link:
        evidence["link"] = {name: link[name] for name in _LINK_SHOWN}
    if hr:
        evidence["hr"] = {name: hr[name] for name in _HR_SHOWN}
        alike = hints.get(n2(hr["person_name"]), []) if not several else []
        if alike:
            evidence["hints"] = alike
    return evidence


def _ruling(ruled: Ruled) -> Record:
    shown = [{"id": one.id, "kind": one.kind, "field": one.field, "value": one.value} for one in ruled.by]
    return {"was": ruled.was, "by": shown}


_DETAILS = {
    s.NOT_REGISTERED: N_("active in HR, no account in the directory"),
    s.LEAVER: N_("HR says the employment ended"),
    s.ON_LEAVE: N_("on leave without pay or on call"),
    s.DECEASED: N_("HR says deceased"),
    s.REHIRE: N_("active again; we disabled the account when the employment ended"),
    s.MISSING: N_("linked account, no row in the newest file"),
    s.ROW_QUARANTINED: N_("the person's row was set aside; the account is untouched"),
    s.ORPHAN: N_("nobody in HR or the register owns this account"),
    s.TWO_ACCOUNTS: N_("several accounts carry one national code"),
    s.AMBIGUOUS: N_("more than one candidate"),
    s.COLLISION: N_("one account is linked to two persons"),
    s.ROW_CONFLICT: N_("rows of the file contradict each other"),
    s.NAME_CONFLICT: N_("same person by code or link, another name"),
    s.ID_CHANGED: N_("same person by number and name, another national code"),
    s.TEMP_NO_HR: N_("temporary account, no row in HR"),
    s.TEMP_HR_INACTIVE: N_("temporary account; HR has the person as admitted, not yet active"),
    s.TEMP_READY: N_("temporary account; the permanent one was asked for"),
    s.TEMP_IDLE: N_("temporary account; the permanent one was not asked for yet"),
    s.TARGET_GONE: N_("the linked account is no longer in the directory"),
    s.OVERRIDDEN: N_("an exception stands against what HR says"),
}


def _detail(finding: FindingRow, hr: Record | None) -> str:
    if finding.situation == s.UNKNOWN_STATUS and hr:
        return s.UNKNOWN_WORD % {"status": hr["status"]}
    return _DETAILS.get(finding.situation, "")
