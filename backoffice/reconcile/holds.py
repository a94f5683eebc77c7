"""Which kinds of action must not run in this plan, and the sentence that says why.

Source: reconciliation.md "Actions and limits", principles 3, 4 and 7.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from backoffice.reconcile.inputs import World
from backoffice.reconcile.outcome import Action, FindingRow, Hold
from backoffice.rules import situations as s
from backoffice.rules.limits import allowed, is_half_of_a_unit, limit_of

COMMON_SHARE = 0.8
FIRST_RUN, TOO_MANY_CASES, ABOVE_LIMIT, HALF_OF_UNIT = "first_run", "too_many_cases", "above_limit", "half_of_unit"
Groups = dict[tuple[str | None, str], list[Action]]


def hold(
    findings: list[FindingRow], accounts: dict[str, int], units: Counter[tuple[str, str]], new_cases: int, world: World
) -> list[Hold]:
    """Give the holds and mark the actions they stop.

    ``accounts``: source -> linked, enabled accounts when the run starts. ``units``: (source, unit) -> such accounts.
    """
    groups: Groups = {}
    for finding in findings:
        for action in finding.actions:
            groups.setdefault((action.source, action.kind), []).append(action)
    whole = sum(accounts.values())
    too_many = new_cases > allowed(world.limits.cases_min, world.limits.cases_share, whole)
    holds = []
    for (source, kind), actions in sorted(groups.items(), key=lambda g: (g[0][0] or "", g[0][1])):
        limit = limit_of(world.limits, kind, accounts.get(source or "", 0))
        found = _judge(kind, source, actions, limit, units, world)
        if too_many:
            found = Hold(kind, source, len(actions), limit, _too_many(new_cases), TOO_MANY_CASES, {"cases": new_cases})
        if found:
            holds.append(found)
    _mark(findings, {(h.source, h.kind) for h in holds})
    return holds


def _judge(
    kind: str, source: str | None, actions: list[Action], limit: int, units: Counter[tuple[str, str]], world: World
) -> Hold | None:
    given = world.input_of(source or "")
    if given is not None and given.first_run:
        return Hold(kind, source, len(actions), limit, "first run", FIRST_RUN)
    if len(actions) > limit:
        cause = likely_cause(actions)
        why = f"{len(actions)} planned, at most {limit} allowed"
        return Hold(kind, source, len(actions), limit, f"{why}; {cause}" if cause else why, ABOVE_LIMIT)
    unit = _emptied_unit(actions, source, units) if kind == s.DISABLE else None
    if unit:
        why = f"more than half of the accounts of «{unit}» would be disabled"
        return Hold(kind, source, len(actions), limit, why, HALF_OF_UNIT, {"unit": unit})
    return None


def _too_many(cases: int) -> str:
    return f"too many new cases ({cases}): nothing of this plan runs before somebody has looked"


def _emptied_unit(actions: list[Action], source: str | None, units: Counter[tuple[str, str]]) -> str | None:
    changed = Counter(action.unit for action in actions if action.unit)
    halved = (u for u, n in sorted(changed.items()) if is_half_of_a_unit(n, units[(source or "", u)]))
    return next(halved, None)


def likely_cause(actions: Iterable[Action]) -> str:
    """Say what most of the actions have in common: one unit, one field, names that changed places."""
    actions = list(actions)
    swapped = sum(1 for a in actions if _names_swapped(a))
    if swapped >= COMMON_SHARE * len(actions):
        return "first_name and last_name look swapped"
    unit, in_unit = Counter(a.unit for a in actions).most_common(1)[0]
    if unit and in_unit >= COMMON_SHARE * len(actions):
        return f"{_percent(in_unit, len(actions))} are unit «{unit}»"
    changed = Counter(field for a in actions for field in a.new)
    field, count = changed.most_common(1)[0] if changed else ("", 0)
    return f"«{field}» changes in {_percent(count, len(actions))}" if count >= COMMON_SHARE * len(actions) else ""


def _names_swapped(action: Action) -> bool:
    old, new = action.old, action.new
    return (
        "first_name" in new and new["first_name"] == old.get("last_name") and new.get("last_name") == old["first_name"]
    )


def _percent(part: int, whole: int) -> str:
    return f"{round(100 * part / whole)} %"


def _mark(findings: list[FindingRow], held: set[tuple[str | None, str]]) -> None:
    for finding in findings:
        finding.actions = [replace(a, held=(a.source, a.kind) in held) for a in finding.actions]
