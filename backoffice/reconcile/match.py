"""Who owns which entry: tiers T0–T5, for everybody at once.

Source: reconciliation.md "Match, stop at the first tier with exactly one candidate".
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from backoffice.reconcile import names
from backoffice.reconcile.folding import equal_folded
from backoffice.reconcile.inputs import SEPARATOR, Register
from backoffice.reconcile.persons import Persons
from backoffice.reconcile.verdicts import Settled
from backoffice.rules import situations as s

_HR_NAMES = ["first_name", "last_name", "full_name"]
Mask = npt.NDArray[np.bool_]
_ENTRY_NAMES = [*_HR_NAMES, "latin_first_name", "latin_last_name", "latin_full_name"]
_VERDICT = {
    "person": "int64", "entry": "int64", "tier": "str", "verdict": "str", "entries": "object", "link_id": "int64",
}  # fmt: skip
# Most tiers have no candidate in most runs: they answer with this before any work.
_NONE = pd.DataFrame(columns=list(_VERDICT)).astype(_VERDICT)


@dataclass(frozen=True)
class Matches:
    """What was found for each person and link.

    ``verdicts``: one row a person with anything to say: person, entry (-1 none), tier, verdict ("" = owns the
    entry, else a situation), entries (tuple of all entry numbers concerned), link_id (-1 none). Persons without a row
    match nothing.
    ``lone_links``: links whose person no row of HR names, with ``entry`` (-1 gone).
    ``collided``: numbers of entries that several links claim.
    """

    verdicts: pd.DataFrame
    lone_links: pd.DataFrame
    collided: frozenset[int]


def match(
    persons: Persons, entries: pd.DataFrame, register: Register, settled: Settled, earned: Collection[str]
) -> Matches:
    """Match persons with entries; ``entries`` has a column ``entry`` with its number (0…n-1).

    ``settled``: what people decided. Pairs that are different are never proposed; those that are the same stand.
    ``earned``: tiers that may link by themselves because people confirmed them often enough.
    """
    people = persons.people
    links = _located(register.links, entries)
    by_code = _without(_code_candidates(people, entries), settled.different)
    linked = _without(_linked(people, persons.roles, links), settled.different)
    collided = frozenset(links.loc[links["entry"].ge(0) & links["entry"].duplicated(keep=False), "entry"])
    verdicts = [
        _linked_verdicts(linked, by_code, people, entries, settled),
        _code_verdicts(by_code[~by_code["person"].isin(linked["person"])], people, entries, earned),
    ]
    found = pd.concat([v["person"] for v in verdicts])
    rest = people[~people["person"].isin(found) & ~people["conflict"]]
    candidates = _without(_number_candidates(rest, persons.roles, entries), settled.different)
    verdicts.append(_number_verdicts(candidates, rest, entries))
    found = pd.concat([v["person"] for v in verdicts])
    rest = people[~people["person"].isin(found) & ~people["conflict"] & ~people["person"].isin(settled.once)]
    verdicts.append(_twice_in_register(rest, register, links))
    whole = _claimed_once(pd.concat(verdicts, ignore_index=True))
    whole = _conflicts_first(whole, people, by_code)
    used = links["link_id"].isin(whole["link_id"]) | links["key"].isin(people["key"])
    return Matches(whole, links[~used], collided)


def _located(links: pd.DataFrame, entries: pd.DataFrame) -> pd.DataFrame:
    """Give the links with the number of their entry, -1 where it is gone."""
    place = pd.Series(entries["entry"].to_numpy(), index=entries["entry_uuid"])
    located = links.assign(key=links["id_type"] + ":" + links["national_code"])
    located["entry"] = located["entry_uuid"].map(place).fillna(-1).astype("int64")
    return located


def _code_candidates(people: pd.DataFrame, entries: pd.DataFrame) -> pd.DataFrame:
    """Pair persons and unprotected entries with the same code: person, entry."""
    coded = entries.loc[~entries["protected"] & (entries["national_code"] != ""), ["entry", "national_code"]]
    several = coded["national_code"].str.contains(SEPARATOR, regex=False)
    if several.any():
        coded = coded.assign(national_code=coded["national_code"].str.split(SEPARATOR)).explode("national_code")
        coded["national_code"] = coded["national_code"].astype("str")
    return people[["person", "national_code"]].merge(coded, on="national_code")[["person", "entry"]]


def _linked(people: pd.DataFrame, roles: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Pair persons with their links, by code or else by source and personnel number."""
    free = people.loc[~people["conflict"], ["person", "key"]]
    by_code = links.merge(people[["person", "key"]], on="key")
    rest = links[~links["link_id"].isin(by_code["link_id"])]
    unlinked = roles[roles["person"].isin(free["person"]) & ~roles["person"].isin(by_code["person"])]
    numbered = unlinked.loc[unlinked["personnel_number"] != "", ["person", "source", "personnel_number"]]
    by_number = rest.merge(numbered, on=["source", "personnel_number"])
    linked = pd.concat([by_code.assign(by="code"), by_number.assign(by="number")], ignore_index=True)
    return linked[linked["person"].isin(free["person"])]


def _pairs(candidates: pd.DataFrame, people: pd.DataFrame, entries: pd.DataFrame) -> pd.DataFrame:
    """Put the names of both sides beside each (person, entry)."""
    hr = people.loc[candidates["person"], [*_HR_NAMES, "padded", "national_code"]].reset_index(drop=True)
    there = entries.loc[candidates["entry"], [*_ENTRY_NAMES, "national_code", "branch"]].add_suffix("_entry")
    return pd.concat([candidates.reset_index(drop=True), hr, there.reset_index(drop=True)], axis=1)


def _verdicts(frame: pd.DataFrame) -> pd.DataFrame:
    """Give the columns of ``Matches.verdicts`` from a frame that has some of them."""
    frame = frame.copy()
    if "entries" not in frame:
        frame["entries"] = [(e,) if e >= 0 else () for e in frame["entry"]]
    if "link_id" not in frame:
        frame["link_id"] = -1
    return frame[list(_VERDICT)].astype(_VERDICT)


def _grouped(candidates: pd.DataFrame) -> dict[int, tuple[int, ...]]:
    """Give person -> sorted numbers of all entries paired with the person."""
    found: dict[int, set[int]] = {}
    for person, entry in zip(candidates["person"].tolist(), candidates["entry"].tolist(), strict=True):
        found.setdefault(person, set()).add(entry)
    return {person: tuple(sorted(entries)) for person, entries in found.items()}


def _several(candidates: pd.DataFrame, verdict: str, tier: str = "") -> pd.DataFrame:
    """Give one verdict a person over all its entries."""
    if candidates.empty:
        return _NONE
    grouped = _grouped(candidates)
    frame = pd.DataFrame({"person": list(grouped), "entry": -1, "verdict": verdict, "tier": tier})
    frame["entries"] = list(grouped.values())
    return _verdicts(frame)


def _without(candidates: pd.DataFrame, refused: Collection[tuple[int, int]]) -> pd.DataFrame:
    """Leave out the pairs a person has refused."""
    return candidates[~_among(candidates, refused)] if refused else candidates


def _among(candidates: pd.DataFrame, pairs: Collection[tuple[int, int]]) -> Mask:
    """Say of each (person, entry) whether it is among these pairs."""
    both = zip(candidates["person"].tolist(), candidates["entry"].tolist(), strict=True)
    return np.fromiter((pair in pairs for pair in both), dtype=bool, count=len(candidates))


def _linked_verdicts(
    linked: pd.DataFrame, by_code: pd.DataFrame, people: pd.DataFrame, entries: pd.DataFrame, settled: Settled
) -> pd.DataFrame:
    """Judge persons with a stored link (T0)."""
    if linked.empty:
        return _NONE
    present = linked.loc[linked["entry"] >= 0, ["person", "entry"]]
    with_codes = pd.concat([present, by_code[by_code["person"].isin(linked["person"])]]).drop_duplicates()
    gone = linked[linked["entry"] < 0]
    twice = with_codes[with_codes["person"].duplicated(keep=False) & ~with_codes["person"].isin(gone["person"])]
    missing = _several_or_none(gone, with_codes)
    one = linked[(linked["entry"] >= 0) & ~linked["person"].isin(twice["person"])]
    one = one[~one["person"].isin(gone["person"])].drop_duplicates("person")
    pairs = _pairs(one[["person", "entry", "link_id", "by"]], people, entries)
    level = names.levels(pairs)
    new_code = (pairs["by"] == "number").to_numpy() | (
        (pairs["national_code_entry"] != "") & (pairs["national_code_entry"] != pairs["national_code"])
    ).to_numpy()
    stranger = (pairs["by"] == "number").to_numpy() & (level != names.EQUAL)
    conflict = level == names.DIFFERENT
    accepted = _among(pairs, settled.same)
    pairs["verdict"] = np.select([accepted, conflict, new_code], ["", s.NAME_CONFLICT, s.ID_CHANGED], "")
    pairs["tier"] = s.T0
    return pd.concat(
        [_verdicts(pairs[~stranger | accepted]), _several(twice, s.TWO_ACCOUNTS), missing], ignore_index=True
    )


def _several_or_none(gone: pd.DataFrame, with_codes: pd.DataFrame) -> pd.DataFrame:
    """Give TARGET_GONE for links whose entry vanished, with any other entry of the person's code."""
    if gone.empty:
        return _NONE
    others = _grouped(with_codes)
    gone = gone.drop_duplicates("person")
    frame = gone[["person", "link_id"]].assign(entry=-1, tier=s.T0, verdict=s.TARGET_GONE)
    frame["entries"] = [others.get(person, ()) for person in gone["person"]]
    return _verdicts(frame)


def _code_verdicts(
    candidates: pd.DataFrame, people: pd.DataFrame, entries: pd.DataFrame, earned: Collection[str]
) -> pd.DataFrame:
    """Judge persons without a link whose code stands in the directory (T1, T1b, T2, T3)."""
    if candidates.empty:
        return _NONE
    free = candidates[~people["conflict"].reindex(candidates["person"]).to_numpy()]
    several = free["person"].duplicated(keep=False)
    pairs = _pairs(free[~several], people, entries)
    level = names.levels(pairs)
    plausible = np.ones(len(pairs), dtype=bool)
    nameless = level == names.NO_NAME
    plausible[nameless] = names.latin_plausible(pairs[nameless])
    tiers = {names.EQUAL: s.T1, names.CLOSE: s.T2, names.DIFFERENT: s.T3, names.NO_NAME: s.T1B}
    verdicts = {
        names.EQUAL: "",
        names.CLOSE: "" if s.T2 in earned else s.REVIEW,
        names.DIFFERENT: s.NAME_CONFLICT,
        names.NO_NAME: "",
    }
    pairs["tier"] = [tiers[value] for value in level]
    pairs["verdict"] = [verdicts[value] for value in level]
    pairs.loc[~plausible, "verdict"] = s.REVIEW
    # A code with given-back zeros matches only together with an equal name.
    guessed = pairs["padded"].to_numpy() & (level != names.EQUAL)
    return pd.concat([_verdicts(pairs[~guessed]), _several(free[several], s.TWO_ACCOUNTS)], ignore_index=True)


def _number_verdicts(candidates: pd.DataFrame, rest: pd.DataFrame, entries: pd.DataFrame) -> pd.DataFrame:
    """Judge the others by personnel or student number together with the name (T4, T4b)."""
    if candidates.empty:
        return _NONE
    pairs = _pairs(candidates, rest, entries)
    level = names.levels(pairs)
    coded = (pairs["national_code_entry"] != "").to_numpy()
    nameless = level == names.NO_NAME
    plausible = np.zeros(len(pairs), dtype=bool)
    plausible[nameless] = names.latin_plausible(pairs[nameless])
    pairs["tier"] = np.where(coded, s.T4, s.T4B)
    pairs["verdict"] = np.select([coded, nameless], [s.ID_CHANGED, s.REVIEW], "")
    pairs = pairs[(level == names.EQUAL) | (nameless & plausible & ~coded)]
    several = pairs["person"].duplicated(keep=False)
    return pd.concat([_verdicts(pairs[~several]), _several(pairs[several], s.AMBIGUOUS)], ignore_index=True)


def _number_candidates(rest: pd.DataFrame, roles: pd.DataFrame, entries: pd.DataFrame) -> pd.DataFrame:
    ours = roles[roles["person"].isin(rest["person"])]
    ours = pd.concat([ours[["person", kind]].set_axis(["person", "number"], axis=1) for kind in
                      ("personnel_number", "student_number")])  # fmt: skip
    keys = ["personnel_number", *(c for c in entries.columns if c.startswith("match_key_"))]
    free = entries[~entries["protected"]]
    theirs = pd.concat([free[["entry", key]].set_axis(["entry", "number"], axis=1) for key in keys])
    several = theirs["number"].str.contains(SEPARATOR, regex=False)
    if several.any():
        theirs = theirs.assign(number=theirs["number"].str.split(SEPARATOR)).explode("number")
        theirs["number"] = theirs["number"].astype("str")
    pairs = ours[ours["number"] != ""].merge(theirs[theirs["number"] != ""], on="number")
    return pairs[["person", "entry"]].drop_duplicates()


def _twice_in_register(rest: pd.DataFrame, register: Register, links: pd.DataFrame) -> pd.DataFrame:
    """Find persons who may stand in the register under another code (T5): names, father and birth date equal."""
    known = register.persons
    complete = known[(known["father_name"] != "") & (known["birth_date"] != "")]
    fresh = rest[(rest["father_name"] != "") & (rest["birth_date"] != "")]
    fresh = fresh[~fresh["key"].isin(known["id_type"] + ":" + known["national_code"])]
    if fresh.empty or complete.empty:
        return _NONE
    pairs = fresh.merge(complete, on="birth_date", suffixes=("", "_entry"))
    same_father = equal_folded(pairs["father_name"], pairs["father_name_entry"])
    pairs = pairs[same_father.to_numpy()]
    pairs = pairs[names.levels(pairs) == names.EQUAL].drop_duplicates("person")
    place = links.drop_duplicates("person_id").set_index("person_id")["entry"]
    entry = pairs["person_id"].map(place).fillna(-1).astype("int64")
    return _verdicts(pairs[["person"]].assign(entry=entry, tier=s.T5, verdict=s.REVIEW))


def _claimed_once(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Make it AMBIGUOUS where one entry is claimed by several persons; a stored link stands."""
    claims = verdicts[(verdicts["entry"] >= 0) & (verdicts["tier"] != s.T5)]
    shared = claims[claims["entry"].duplicated(keep=False)]
    stands = shared["tier"] == s.T0
    losers = shared.loc[~stands, "person"]
    lost = verdicts["person"].isin(losers)
    verdicts.loc[lost, "verdict"] = s.AMBIGUOUS
    verdicts.loc[lost, "entry"] = -1
    return verdicts


def _conflicts_first(verdicts: pd.DataFrame, people: pd.DataFrame, by_code: pd.DataFrame) -> pd.DataFrame:
    """Add the persons whose rows contradict each other, with every entry of their code."""
    conflicted = people.loc[people["conflict"], "person"]
    if conflicted.empty:
        return verdicts
    entries = _grouped(by_code[by_code["person"].isin(conflicted)])
    frame = pd.DataFrame({"person": conflicted, "entry": -1, "tier": "", "verdict": s.ROW_CONFLICT})
    frame["entries"] = [entries.get(person, ()) for person in conflicted]
    return pd.concat([verdicts, _verdicts(frame)], ignore_index=True)
