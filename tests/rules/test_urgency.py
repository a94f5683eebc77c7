"""What is shown first."""

from backoffice.rules import situations as s
from backoffice.rules.urgency import BY_URGENCY, Urgency, rank_of, urgency_of


def test_every_situation_has_one_place() -> None:
    assert sorted(BY_URGENCY) == sorted(s.PRECEDENCE)


def test_the_three_worst_come_first() -> None:
    assert sorted((s.ORPHAN, s.TWO_ACCOUNTS, s.DRIFT, s.DECEASED, s.AMBIGUOUS), key=rank_of) == [
        s.DECEASED, s.AMBIGUOUS, s.TWO_ACCOUNTS, s.ORPHAN, s.DRIFT,
    ]  # fmt: skip


def test_what_is_only_counted_is_quiet() -> None:
    assert {code for code in BY_URGENCY if urgency_of(code) == Urgency.QUIET} == s.UNLISTED


def test_an_unknown_situation_is_shown_last_and_to_be_decided() -> None:
    assert rank_of("NEW") == len(BY_URGENCY)
    assert urgency_of("NEW") == Urgency.DECIDE
