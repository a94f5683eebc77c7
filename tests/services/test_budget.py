"""The rolling sum of seven days: at most twice the limit of a kind and source without a release."""

import datetime as dt
import itertools
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import settings as rules
from hypothesis import strategies as st

from backoffice import clock
from backoffice.extensions import db, settings_of, writing
from backoffice.models import Operation
from backoffice.services import apply
from backoffice.services.budget import spent
from backoffice.services.release import release
from tests.factories import make_run
from tests.views.conftest import make_staff

Later = Callable[[float], None]
LIMIT, DAY = 5, 24 * 3600
WEEK = dt.timedelta(days=7)
APPROVE = {"update": "approve", "enable": "approve", "disable": "approve"}
_plans = itertools.count()


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"policy": {"mode": "act"}, "trust": APPROVE}


def plan(count: int, kind: str = "disable", source: str = "hr", *, held: bool = False) -> int:
    """A plan of so many actions, made as if nothing had been changed before."""
    number = next(_plans)
    rows = [{"source": source, "plan": [{"kind": kind, "held": held, "csn": str(number)}]} for _ in range(count)]
    hold = {"kind": kind, "source": source, "planned": count, "limit": LIMIT, "why": "", "message": "", "cause": ""}
    limits = [{"kind": kind, "source": source, "limit": LIMIT}]
    return make_run(rows, limits=limits, plan_hash=f"{number:064}", held=[hold] if held else [])


def applied(app: Flask, run: int) -> int:
    return apply.apply(run, actor="boss", settings=settings_of(app))


def end_all(outcome: str = "done") -> None:
    """Let everything in the queue end, as the worker would store it."""
    with writing() as session:
        for operation in session.scalars(sa.select(Operation).where(Operation.state == "pending")):
            operation.state, operation.outcome, operation.finished_at = "done", outcome, clock.now()
            operation.changes = [{"attribute": "ou", "remove": [], "add": ["x"]}]


def made(app: Flask, count: int) -> int:
    run = plan(count)
    assert applied(app, run) == count
    end_all()
    return run


def test_up_to_twice_the_limit_passes_and_not_one_more(app: Flask) -> None:
    made(app, 5)
    made(app, 5)
    run = plan(1)
    assert applied(app, run) == 0
    held = apply.progress(run, settings=settings_of(app))
    assert held.counts["held"] == 1
    assert "A new plan will hold it" in held.why[0][0]


def test_what_is_still_under_way_counts(app: Flask) -> None:
    for _ in range(2):
        applied(app, plan(5))
    assert applied(app, plan(1)) == 0


def test_what_was_given_up_counts_and_what_was_refused_does_not(app: Flask) -> None:
    for outcome, passes in (("parked", 0), ("failed", 5)):
        source = outcome
        for _ in range(2):
            applied(app, plan(5, source=source))
            end_all(outcome)
        assert applied(app, plan(5, source=source)) == passes


def test_after_seven_days_it_is_forgotten(app: Flask, later: Later) -> None:
    made(app, 5)
    made(app, 5)
    later(7 * DAY - 60)
    assert applied(app, plan(1)) == 0
    later(61)
    assert applied(app, plan(5)) == 5


def test_what_was_taken_back_does_not_count(app: Flask) -> None:
    run = made(app, 5)
    made(app, 5)
    apply.undo(run, actor="boss", settings=settings_of(app))
    assert spent(db.session())["disable", "hr"] == 10
    end_all()
    assert spent(db.session())["disable", "hr"] == 5


def test_kinds_and_sources_have_sums_of_their_own(app: Flask) -> None:
    made(app, 5)
    made(app, 5)
    assert applied(app, plan(5, kind="update")) == 5
    assert applied(app, plan(5, source="faculty")) == 5


def test_chosen_rows_are_summed_too(app: Flask) -> None:
    made(app, 5)
    made(app, 4)
    run = plan(2)
    assert apply.apply(run, actor="boss", settings=settings_of(app), rows=[1]) == 1
    assert apply.apply(run, actor="boss", settings=settings_of(app), rows=[2]) == 0


def test_released_rows_pass_and_count(app: Flask) -> None:
    for name in ("first", "second"):
        make_staff(name, "it_operator")
    made(app, 5)
    made(app, 5)
    run = plan(30, held=True)
    for name in ("first", "second"):
        release(run, actor=name, reason="a faculty closes", everything=True)
    assert applied(app, run) == 30
    assert spent(db.session())["disable", "hr"] == 40


def test_a_plan_that_keeps_no_limits_is_not_applied(app: Flask) -> None:
    assert applied(app, make_run([{"plan": [{"kind": "disable"}]}])) == 0


def test_without_a_release_no_week_ever_sees_more_than_twice_the_limit(app: Flask, later: Later) -> None:
    """Plans made in ignorance of what others changed: only what they were applied with stops them."""
    sources = itertools.count()

    @rules(max_examples=25, deadline=None)
    @given(st.lists(st.tuples(st.integers(1, LIMIT), st.integers(0, 80)), max_size=10))
    def check(steps: list[tuple[int, int]]) -> None:
        source = f"s{next(sources)}"
        for count, hours in steps:
            assert applied(app, plan(count, source=source)) in (0, count)
            end_all()
            later(hours * 3600)
        _check_every_week(source)

    check()


def _check_every_week(source: str) -> None:
    moments = db.session.scalars(sa.select(Operation.finished_at).where(Operation.source == source)).all()
    ends = sorted(moment for moment in moments if moment)
    assert all(sum(1 for end in ends if begin <= end < begin + WEEK) <= 2 * LIMIT for begin in ends)
