"""Which kinds of action must not run in this plan, and the sentence that says why.

Source: reconciliation.md "Actions and limits", principles 3, 4 and 7.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from backoffice.i18n import N_
from backoffice.reconcile.outcome import Action, Basis, FindingRow, Hold
from backoffice.rules import situations as s
from backoffice.rules.limits import BUDGET_LIMITS, allowed, is_half_of_a_unit, is_over_budget, limit_of
from backoffice.settings import Limits

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


def hold(findings: list[FindingRow], basis: Basis, limits: Limits) -> list[Hold]:
    """Give the holds and mark the actions they stop."""
    holds = judge((action for finding in findings for action in finding.actions), basis, limits)
    _mark(findings, {(h.source, h.kind) for h in holds})
    return holds


def judge(planned: Iterable[Action], basis: Basis, limits: Limits) -> list[Hold]:
    """Give the holds of planned actions under these limits, sorted by source and kind. Pure."""
    groups = _groups(planned)
    whole = sum(basis.accounts.values())
    too_many = basis.new_cases > allowed(limits.cases_min, limits.cases_share, whole)
    holds = []
    for source, kind in sorted(groups, key=lambda group: (group[0] or "", group[1])):
        actions = groups[source, kind]
        limit = limit_of(limits, kind, basis.accounts.get(source or "", 0))
        found = _judge(kind, source, actions, limit, basis)
        if too_many:
            found = Hold(kind, source, len(actions), limit, TOO_MANY_CASES, values={"cases": basis.new_cases})
        if found:
            holds.append(found)
    return holds


def limits_of(planned: Iterable[Action], basis: Basis, limits: Limits) -> dict[Group, int]:
    """Give (source, kind) -> how many of it one plan may hold, for everything planned."""
    return {
        (source, kind): limit_of(limits, kind, basis.accounts.get(source or "", 0)) for source, kind in _groups(planned)
    }


def _groups(planned: Iterable[Action]) -> dict[Group, list[Action]]:
    groups: dict[Group, list[Action]] = {}
    for action in planned:
        groups.setdefault((action.source, action.kind), []).append(action)
    return groups


def _judge(kind: str, source: str | None, actions: list[Action], limit: int, basis: Basis) -> Hold | None:
    if (source or "") in basis.first_runs:
        return Hold(kind, source, len(actions), limit, FIRST_RUN)
    made = basis.made.get((kind, source or ""), 0)
    if len(actions) > limit or is_over_budget(len(actions), made, limit):
        cause, values = likely_cause(actions)
        values |= {"planned": len(actions), "limit": limit, "made": made, "budget": BUDGET_LIMITS * limit}
        message = ABOVE_LIMIT if len(actions) > limit else OVER_BUDGET
        return Hold(kind, source, len(actions), limit, message, cause, values)
    unit = _emptied_unit(actions, source, basis.units) if kind == s.DISABLE else None
    return Hold(kind, source, len(actions), limit, HALF_OF_UNIT, values={"unit": unit}) if unit else None


def _emptied_unit(actions: list[Action], source: str | None, units: Mapping[tuple[str, str], int]) -> str | None:
    changed = Counter(action.unit for action in actions if action.unit)
    halved = (u for u, n in sorted(changed.items()) if is_half_of_a_unit(n, units.get((source or "", u), 0)))
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
    changed = Counter(name for a in actions for name in a.new)
    name, count = changed.most_common(1)[0] if changed else ("", 0)
    return (ONE_FIELD, {"field": name, "percent": _percent(count, len(actions))}) if count >= common else ("", {})


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
