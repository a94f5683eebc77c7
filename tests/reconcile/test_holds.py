"""Limits, first runs and the sentences that explain a hold."""

from backoffice.reconcile.engine import reconcile
from backoffice.rules import situations as s
from backoffice.rules.limits import limit_of
from backoffice.settings import Limits
from tests.reconcile.worlds import code, crowd, entry, link, outcome_of, row, source_input, world


def _deceased(
    count: int, **values: object
) -> tuple[list[dict[str, object]], list[dict[str, object]], list[dict[str, object]]]:
    numbers = range(count)
    return (
        [row(n, status_class="deceased") for n in numbers],
        [entry(n, **values) for n in numbers],
        [link(n) for n in numbers],
    )


def test_shares_are_rounded_up_to_whole_numbers() -> None:
    assert limit_of(Limits(), "disable", 5190) == 104
    assert limit_of(Limits(), "disable", 100) == 5
    assert limit_of(Limits(), "key_change", 601) == 4
    assert limit_of(Limits(), "update", 700) == 70


def test_at_the_limit_nothing_is_held_and_above_it_everything() -> None:
    assert outcome_of(*_deceased(5)).holds == []
    outcome = outcome_of(*_deceased(6))
    hold = outcome.holds[0]
    assert (hold.kind, hold.source, hold.planned, hold.limit) == ("disable", "hr", 6, 5)
    assert all(action.held for action in outcome.actions)


def test_a_held_kind_does_not_stop_the_others() -> None:
    rows, entries, links = _deceased(6)
    outcome = outcome_of([*rows, row(50, unit="a")], [*entries, entry(50, unit="b")], [*links, link(50)])
    assert {(a.kind, a.held) for a in outcome.actions} == {("disable", True), ("update", False)}


def test_a_first_run_holds_everything() -> None:
    first = source_input([row(1, unit="a")], first_run=True)
    outcome = reconcile(world(entries=[entry(1, unit="b")], sources=[first]))
    assert [(h.kind, h.why) for h in outcome.holds] == [("update", "first run")]
    assert outcome.actions[0].held


def test_half_of_a_unit_is_never_disabled() -> None:
    numbers = range(100, 110)
    rows = [row(n, status_class="deceased" if n < 106 else "active") for n in numbers]
    outcome = reconcile(
        world(rows, [entry(n, unit="مالی") for n in numbers], [link(n) for n in numbers], limits=Limits(disable_min=50))
    )
    assert "«مالی»" in outcome.holds[0].why


def test_the_hold_names_the_unit_most_are_in() -> None:
    outcome = outcome_of(*_deceased(8, unit="مالی"))
    assert outcome.holds[0].why == "8 planned, at most 5 allowed; 100 % are unit «مالی»"


def test_the_hold_names_the_field_most_change() -> None:
    numbers = range(60)
    rows, entries = [row(n, title=f"t{n}") for n in numbers], [entry(n, title="x") for n in numbers]
    outcome = outcome_of(rows, entries, [link(n) for n in numbers])
    assert outcome.holds[0].why.endswith("«title» changes in 100 %")


def test_too_many_new_cases_hold_everything_but_known_ones_do_not_count() -> None:
    numbers = range(5)
    rows = [row(1000, unit="a"), *(row(n) for n in numbers)]
    entries = [entry(1000, unit="b"), *(entry(n, last_name="ناشناس") for n in numbers)]
    limits = Limits(cases_min=4)
    held = outcome_of(rows, entries, [link(1000)], limits=limits)
    assert [h.kind for h in held.holds] == ["update"]
    assert "too many new cases (5)" in held.holds[0].why
    known = frozenset({(s.NAME_CONFLICT, code(0))})
    assert outcome_of(rows, entries, [link(1000)], limits=limits, known_cases=known).holds == []


def test_the_hash_ignores_holds_and_changes_with_a_value() -> None:
    rows, entries, links = crowd()
    first = reconcile(world([row(1, unit="a"), *rows], [entry(1, unit="b"), *entries], [link(1), *links]))
    held = reconcile(
        world(entries=[entry(1, unit="b"), *entries], links=[link(1), *links],
              sources=[source_input([row(1, unit="a"), *rows], first_run=True)])
    )  # fmt: skip
    other = reconcile(world([row(1, unit="c"), *rows], [entry(1, unit="b"), *entries], [link(1), *links]))
    assert first.plan_hash == held.plan_hash != other.plan_hash


def test_what_was_made_lately_counts_towards_twice_the_limit() -> None:
    assert outcome_of(*_deceased(5), made={("disable", "hr"): 5}).holds == []
    assert outcome_of(*_deceased(5), made={("disable", "faculty"): 50, ("update", "hr"): 50}).holds == []
    hold = outcome_of(*_deceased(5), made={("disable", "hr"): 6}).holds[0]
    assert hold.why.startswith("5 planned and 6 made in the last 7 days, at most 10 allowed together")


def test_the_limits_of_everything_planned_are_given() -> None:
    assert outcome_of(*_deceased(5)).limits == {("hr", "disable"): 5}
