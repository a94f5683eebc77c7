"""One situation for each person and account.

Source: reconciliation.md "Situations", the first that applies.
"""

import numpy as np
import pandas as pd

from backoffice.reconcile.inputs import SEPARATOR, SourceInput, Told, World
from backoffice.reconcile.match import Matches
from backoffice.reconcile.persons import Persons
from backoffice.rules import fields
from backoffice.rules import situations as s

CORRELATED_SHARE = 0.8
_COLUMNS = ["person", "entry", "link_id", "source", "situation", "tier", "entries"]
_WITHOUT_ACCOUNT = {
    fields.ACTIVE: s.NOT_REGISTERED, fields.ADMITTED: s.NOT_REGISTERED, fields.UNKNOWN: s.UNKNOWN_STATUS,
}  # fmt: skip
_WITH_ACCOUNT = {
    fields.DECEASED: s.DECEASED, fields.UNKNOWN: s.UNKNOWN_STATUS, fields.ENDED: s.LEAVER, fields.LIMITED: s.ON_LEAVE,
}  # fmt: skip


def classify(world: World, persons: Persons, matches: Matches, entries: pd.DataFrame) -> pd.DataFrame:
    """Give one row per person or account: person, entry, link_id, source, situation, tier, entries.

    Linked people in order are CONFIRMED here, unlinked ones FOUND; what differs is looked at later.
    """
    quarantined = _quarantined_entries(world, entries, matches)
    people = _people(world, persons, matches, entries, quarantined)
    taken = {entry for numbers in people["entries"] for entry in numbers}
    loose = _gone_links(matches, taken)
    accounts = _accounts(world, matches, entries[~entries["entry"].isin(taken)], quarantined)
    uncorrelated = _uncorrelated(world, people, persons.people)
    judged = pd.concat([people, loose, accounts], ignore_index=True)
    for source in world.sources:
        if source.source.name in uncorrelated:
            _put_uncorrelated(judged, source, entries)
    return judged


def _put_uncorrelated(judged: pd.DataFrame, source: SourceInput, entries: pd.DataFrame) -> None:
    """Silence a source too few of whose people are linked; an entry it shares with another source too."""
    covered = set(entries.loc[_covered(entries, source), "entry"])
    name = source.source.name
    orphans = (judged["situation"] == s.ORPHAN) & judged["entry"].isin(covered)
    early = ((judged["situation"] == s.NOT_REGISTERED) & (judged["source"] == name)) | orphans
    judged.loc[early, "situation"] = s.UNCORRELATED
    judged.loc[orphans, "source"] = name


def _people(
    world: World, persons: Persons, matches: Matches, entries: pd.DataFrame, quarantined: dict[int, str]
) -> pd.DataFrame:
    people = persons.people[["person", "source", "status_class", "national_code"]]
    rows = people.merge(matches.verdicts, on="person", how="left")
    rows["entry"] = rows["entry"].fillna(-1).astype("int64")
    rows["link_id"] = rows["link_id"].fillna(-1).astype("int64")
    rows["tier"] = rows["tier"].fillna("")
    rows["entries"] = [e if isinstance(e, tuple) else () for e in rows["entries"]]
    owns = (rows["verdict"].fillna("?") == "") & (rows["entry"] >= 0)
    rows["situation"] = rows["verdict"].where(rows["verdict"].fillna("") != "", None)
    without = rows["status_class"].map(_WITHOUT_ACCOUNT).fillna(s.NOT_ENTITLED)
    rows["situation"] = rows["situation"].fillna(without.where(~owns, _owned(rows, entries, world.told)))
    _put_protected(rows, entries)
    _put_quarantined(rows, quarantined)
    _put_collided(rows, matches.collided)
    return rows[_COLUMNS]


def _owned(rows: pd.DataFrame, entries: pd.DataFrame, told: Told) -> pd.Series:
    """Judge people who own their entry, as if all did."""
    place = rows["entry"].clip(lower=0)
    has = len(entries) > 0
    disabled = entries["disabled"].to_numpy()[place] if has else np.zeros(len(rows), dtype=bool)
    temporary = (entries["branch"] == "temporary").to_numpy()[place] if has else disabled
    decided = rows["status_class"].map(_WITH_ACCOUNT)
    asleep = disabled & rows["status_class"].isin([fields.ENDED, fields.LIMITED, fields.ADMITTED])
    linked = pd.Series(np.where(rows["tier"] == s.T0, s.CONFIRMED, s.FOUND), index=rows.index, dtype="str")
    decided = decided.mask(asleep, s.DISABLED).fillna(linked)
    if told.disabled and has:
        own = (entries["entry_uuid"].isin(told.disabled) & (entries["branch"] != "archived")).to_numpy()[place]
        decided = decided.mask(disabled & own & (rows["status_class"] == fields.ACTIVE), s.REHIRE)
    in_order = temporary & decided.isin([s.CONFIRMED, s.FOUND])
    decided = decided.mask(in_order & (rows["status_class"] == fields.ADMITTED), s.TEMP_HR_INACTIVE)
    asked = entries["entry_uuid"].isin(told.requested).to_numpy()[place] if has else disabled
    in_order &= rows["status_class"] == fields.ACTIVE
    return decided.mask(in_order, np.where(asked, s.TEMP_READY, s.TEMP_IDLE))


def _put_protected(rows: pd.DataFrame, entries: pd.DataFrame) -> None:
    """Take people whose own or only account is a protected one out of everything."""
    if not entries["protected"].any():
        return
    own = rows["entry"].isin(entries.loc[entries["protected"], "entry"])
    rows.loc[own, "situation"] = s.PROTECTED
    held = entries[entries["protected"] & (entries["national_code"] != "")]
    place = dict(zip(held["national_code"].tolist(), held["entry"].tolist(), strict=True))
    alone = rows["national_code"].isin(place) & (rows["entries"].map(len) == 0)
    rows.loc[alone, "situation"] = s.PROTECTED
    rows.loc[alone, "entries"] = pd.Series(
        [(place[code],) for code in rows.loc[alone, "national_code"]], index=rows.index[alone], dtype=object
    )


def _put_quarantined(rows: pd.DataFrame, quarantined: dict[int, str]) -> None:
    touched = rows["entries"].map(lambda numbers: any(n in quarantined for n in numbers)) if quarantined else None
    if touched is not None:
        stronger = rows["situation"].isin([s.PROTECTED, s.ROW_CONFLICT])
        rows.loc[touched.astype(bool) & ~stronger, "situation"] = s.ROW_QUARANTINED


def _put_collided(rows: pd.DataFrame, collided: frozenset[int]) -> None:
    rows.loc[rows["entry"].isin(collided) & (rows["link_id"] >= 0), "situation"] = s.COLLISION


def _quarantined_entries(world: World, entries: pd.DataFrame, matches: Matches) -> dict[int, str]:
    """Give entry number -> source for every unprotected account whose row was set aside."""
    found: dict[int, str] = {}
    free = entries[~entries["protected"]]
    linked = set(matches.verdicts.loc[matches.verdicts["link_id"] >= 0, "entry"]) | set(matches.lone_links["entry"])
    for source in world.sources:
        codes = set(source.quarantined["national_code"]) - {""}
        numbers = set(source.quarantined["personnel_number"]) - {""}
        ours = free["entry"].isin(linked) | _covered(free, source)
        hit = free["national_code"].isin(codes) | (free["personnel_number"].isin(numbers) & ours)
        found.update(dict.fromkeys(free.loc[hit, "entry"].tolist(), source.source.name))
    return found


def _covered(entries: pd.DataFrame, source: SourceInput) -> pd.Series:
    names = SEPARATOR + entries["covered_by"] + SEPARATOR
    return names.str.contains(f"{SEPARATOR}{source.source.name}{SEPARATOR}", regex=False)


def _gone_links(matches: Matches, taken: set[int]) -> pd.DataFrame:
    """Report links without a person in HR: vanished entries, and entries that several links claim."""
    lone = matches.lone_links
    gone = lone[lone["entry"] < 0].assign(situation=s.TARGET_GONE)
    torn = lone[lone["entry"].isin(matches.collided)].assign(situation=s.COLLISION)
    rows = pd.concat([gone, torn], ignore_index=True).assign(person=-1, tier=s.T0)
    rows["entries"] = [(e,) if e >= 0 else () for e in rows["entry"]]
    taken.update(int(e) for e in torn["entry"])
    return rows[_COLUMNS]


def _accounts(world: World, matches: Matches, rest: pd.DataFrame, quarantined: dict[int, str]) -> pd.DataFrame:
    """Judge the accounts no row of HR speaks of."""
    rows = rest[["entry", "national_code", "protected", "disabled", "branch"]].copy()
    links = matches.lone_links.drop_duplicates("entry").set_index("entry")
    rows["link_id"] = links["link_id"].reindex(rows["entry"], fill_value=-1).astype("int64").to_numpy()
    cover = _first_cover(world, rest)
    linked_source = links["source"].astype("str").reindex(rows["entry"], fill_value="").set_axis(rows.index)
    known = linked_source.isin([source.source.name for source in world.sources])
    rows["source"] = linked_source.mask(~known, cover)
    linked, covered = rows["link_id"] >= 0, cover != ""
    missing = linked & known & covered
    temporary = rows["branch"] == "temporary"
    orphan = ~linked & covered & ~temporary
    rows["situation"] = np.select(
        [rows["protected"], rows["entry"].isin(quarantined), rows["disabled"], missing, temporary, orphan],
        [s.PROTECTED, s.ROW_QUARANTINED, s.DISABLED, s.MISSING, s.TEMP_NO_HR, s.ORPHAN],
        s.OUT_OF_SCOPE,
    )
    aside = rows["entry"].isin(quarantined)
    rows.loc[aside, "source"] = [quarantined[entry] for entry in rows.loc[aside, "entry"]]
    rows["tier"] = np.where(linked, s.T0, "")
    return _twins_joined(rows.assign(person=-1), covered | linked)


def _first_cover(world: World, entries: pd.DataFrame) -> pd.Series:
    """Name the first source with a snapshot that covers each entry, "" where none does."""
    cover = pd.Series("", index=entries.index, dtype="str")
    for source in reversed(world.sources):
        cover = cover.mask(_covered(entries, source), source.source.name)
    return cover


def _twins_joined(rows: pd.DataFrame, ours: pd.Series) -> pd.DataFrame:
    """Join several accounts with one person's code into one TWO_ACCOUNTS."""
    rows["entries"] = [(e,) for e in rows["entry"]]
    open_ = (rows["national_code"] != "") & ~rows["situation"].isin([s.PROTECTED, s.ROW_QUARANTINED])
    several = rows[open_ & rows["national_code"].duplicated(keep=False)]
    if several.empty:
        return rows[_COLUMNS]
    several = several[several.groupby("national_code")["entry"].transform("size") > 1]
    several = several[ours.reindex(several.index).groupby(several["national_code"]).transform("any")]
    joined = several.drop_duplicates("national_code").copy()
    groups = {code: tuple(group["entry"]) for code, group in several.groupby("national_code")}
    joined["entries"] = [groups[code] for code in joined["national_code"]]
    joined["situation"], joined["entry"], joined["tier"] = s.TWO_ACCOUNTS, -1, ""
    rest = rows[~rows["entry"].isin(several["entry"])]
    return pd.concat([rest, joined])[_COLUMNS]


def _uncorrelated(world: World, rows: pd.DataFrame, people: pd.DataFrame) -> set[str]:
    """Name the sources under 80 % of whose active people are linked after this run's matches."""
    active = (people["status_class"] == fields.ACTIVE).to_numpy()
    linked = (rows["link_id"] >= 0) | ((rows["entry"] >= 0) & rows["tier"].isin(s.LINKING_TIERS))
    linked &= ~rows["situation"].isin([s.REVIEW, s.AMBIGUOUS])
    found = set()
    for source in world.sources:
        own = (rows["source"] == source.source.name).to_numpy() & active
        if own.any() and linked.to_numpy()[own].mean() < CORRELATED_SHARE:
            found.add(source.source.name)
    return found
