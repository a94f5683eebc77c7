"""Which kinds of action must not run in this plan, and the sentence that says why.

Source: reconciliation.md "Actions and limits", principles 3, 4 and 7.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from backoffice.i18n import N_
from backoffice.reconcile.inputs import World
from backoffice.reconcile.outcome import Action, FindingRow, Hold
from backoffice.rules import situations as s
from backoffice.rules.limits import BUDGET_LIMITS, allowed, is_half_of_a_unit, is_over_budget, limit_of

COMMON_SHARE = 0.8
FIRST_RUN = N_("first run")
TOO_MANY_CASES = N_("too many new cases (%(cases)d): nothing of this plan runs before somebody has looked")
ABOVE_LIMIT = N_("%(planned)d planned, at most %(limit)d allowed")
OVER_BUDGET = N_("%(planned)d planned and %(made)d made in the last 7 days, at most %(budget)d allowed together")
HALF_OF_UNIT = N_("more than half of the accounts of «%(unit)s» would be disabled")
SWAPPED = N_("first_name and last_name look swapped")
ONE_UNIT = N_("%(percent)d %% are unit «%(unit)s»")
ONE_FIELD = N_("«%(field)s» changes in %(percent)d %%")
Group = tuple[str | None, str]


def hold(
    findings: list[FindingRow], accounts: dict[str, int], units: Counter[tuple[str, str]], new_cases: int, world: World
) -> list[Hold]:
    """Give the holds and mark the actions they stop.

    ``accounts``: source -> linked, enabled accounts when the run starts. ``units``: (source, unit) -> such accounts.
    """
    limits = limits_of(findings, accounts, world)
    whole = sum(accounts.values())
    too_many = new_cases > allowed(world.limits.cases_min, world.limits.cases_share, whole)
    holds = []
    for (source, kind), actions in sorted(_groups(findings).items(), key=lambda g: (g[0][0] or "", g[0][1])):
        limit = limits[source, kind]
        found = _judge(kind, source, actions, limit, units, world)
        if too_many:
            found = Hold(kind, source, len(actions), limit, TOO_MANY_CASES, values={"cases": new_cases})
        if found:
            holds.append(found)
    _mark(findings, {(h.source, h.kind) for h in holds})
    return holds


def limits_of(findings: list[FindingRow], accounts: dict[str, int], world: World) -> dict[Group, int]:
    """Give (source, kind) -> how many of it one plan may hold, for everything planned."""
    return {
        (source, kind): limit_of(world.limits, kind, accounts.get(source or "", 0))
        for source, kind in _groups(findings)
    }  # fmt: skip


def _groups(findings: list[FindingRow]) -> dict[Group, list[Action]]:
    groups: dict[Group, list[Action]] = {}
    for finding in findings:
        for action in finding.actions:
            groups.setdefault((action.source, action.kind), []).append(action)
    return groups


def _judge(
    kind: str, source: str | None, actions: list[Action], limit: int, units: Counter[tuple[str, str]], world: World
) -> Hold | None:
    given = world.input_of(source or "")
    if given is not None and given.first_run:
        return Hold(kind, source, len(actions), limit, FIRST_RUN)
    made = world.made.get((kind, source or ""), 0)
    if len(actions) > limit or is_over_budget(len(actions), made, limit):
        cause, values = likely_cause(actions)
        values |= {"planned": len(actions), "limit": limit, "made": made, "budget": BUDGET_LIMITS * limit}
        message = ABOVE_LIMIT if len(actions) > limit else OVER_BUDGET
        return Hold(kind, source, len(actions), limit, message, cause, values)
    unit = _emptied_unit(actions, source, units) if kind == s.DISABLE else None
    return Hold(kind, source, len(actions), limit, HALF_OF_UNIT, values={"unit": unit}) if unit else None


def _emptied_unit(actions: list[Action], source: str | None, units: Counter[tuple[str, str]]) -> str | None:
    changed = Counter(action.unit for action in actions if action.unit)
    halved = (u for u, n in sorted(changed.items()) if is_half_of_a_unit(n, units[(source or "", u)]))
    return next(halved, None)


def likely_cause(actions: Iterable[Action]) -> tuple[str, dict[str, Any]]:
    """Give the sentence for what most of the actions have in common, and its values; "" for nothing.

    Names that changed places, one unit, one field. Source: reconciliation.md principle 7.
    """
    actions = list(actions)
    common = COMMON_SHARE * len(actions)
    if sum(1 for a in actions if _names_swapped(a)) >= common:
        return SWAPPED, {}
    unit, in_unit = Counter(a.unit for a in actions).most_common(1)[0]
    if unit and in_unit >= common:
        return ONE_UNIT, {"unit": unit, "percent": _percent(in_unit, len(actions))}
    changed = Counter(field for a in actions for field in a.new)
    field, count = changed.most_common(1)[0] if changed else ("", 0)
    return (ONE_FIELD, {"field": field, "percent": _percent(count, len(actions))}) if count >= common else ("", {})


def _names_swapped(action: Action) -> bool:
    old, new = action.old, action.new
    return (
        "first_name" in new and new["first_name"] == old.get("last_name") and new.get("last_name") == old["first_name"]
    )


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole)


def _mark(findings: list[FindingRow], held: set[tuple[str | None, str]]) -> None:
    for finding in findings:
        finding.actions = [replace(a, held=(a.source, a.kind) in held) for a in finding.actions]
