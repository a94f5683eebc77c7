"""What managers may see: no count of 1 to 4, and none by subtraction."""

from hypothesis import given
from hypothesis import strategies as st

from backoffice.rules.small_groups import hidden, is_small, is_vague, length_of

COUNTS = st.dictionaries(st.integers(0, 20), st.integers(0, 30), max_size=8)
FEW = st.dictionaries(st.integers(0, 9), st.integers(0, 7), min_size=1, max_size=5)


@given(COUNTS)
def test_every_small_count_is_hidden(counts: dict[int, int]) -> None:
    assert {key for key, count in counts.items() if is_small(count)} <= hidden(counts)


@given(COUNTS)
def test_without_a_small_count_nothing_is_hidden(counts: dict[int, int]) -> None:
    assert bool(hidden(counts)) is any(map(is_small, counts.values()))


@given(FEW)
def test_no_hidden_count_follows_from_the_whole_and_the_rest(counts: dict[int, int]) -> None:
    """Unless everything is hidden: each hidden part may be several numbers, from its least to what others leave."""
    kept = sorted(hidden(counts))
    if not kept or not is_vague(counts[key] for key in kept):
        assert set(kept) in ({*counts}, set())
        return
    whole, least = sum(counts[key] for key in kept), [min(1, counts[key]) for key in kept]
    assert len(kept) > 1
    assert whole - sum(least) >= 4


@given(COUNTS)
def test_where_another_count_needs_cover_some_are_hidden(counts: dict[int, int]) -> None:
    assert bool(hidden(counts, forced=True)) is any(counts.values())


def test_stretches_grow_until_at_most_a_third_of_the_counts_is_small() -> None:
    months = range(1404 * 12, 1405 * 12)
    assert length_of({(month, ""): 5 for month in months}) == 1
    assert length_of({(month, ""): 2 for month in months}) == 3
    assert length_of({(month, ""): 1 for month in months}) == 12
    assert length_of({}) == 1
