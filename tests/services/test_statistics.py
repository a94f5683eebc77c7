"""The figures for managers are those that come out when one counts person by person."""

import datetime as dt
from collections import defaultdict

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.models import Account, Case, Figure, MailMove, Reminder
from backoffice.rules.jalali_months import month_of
from backoffice.services import figure_store, figures_now, statistics
from backoffice.services.figures import EXPIRED
from backoffice.services.figures_now import Now
from backoffice.services.statistics import Asked, Report
from tests.factories import make_account
from tests.reconcile.worlds import code
from tests.services.onboarding import STEPS, TEHRAN, UNITS, Someone, chosen, population, settle, spans


def report(first: int, last: int, dimension: str = "all", value: str = "") -> Report:
    return statistics.report(Asked(first, last, dimension, value), figure_store.source(TEHRAN))


def now_of(dimension: str = "all", value: str = "") -> Now:
    return figures_now.look(figure_store.source(TEHRAN), dimension, value)


def check(found: Report, people: list[Someone]) -> None:
    """Everything is shown: compare with a count of each person."""
    assert not any(count is None for stretch in found.stretches for count in stretch.counts.values())
    now = clock.now()
    for step in STEPS:
        times = spans(people, step)
        share = found.funnel[step]
        assert (step, share.count, share.whole) == (step, len(times), len(people))
        ranks = [-(-len(times) * percent // 100) - 1 for percent in (50, 90)] if times else []
        assert (share.median, share.p90) == ((times[ranks[0]], times[ranks[1]]) if times else (None, None))
    for days, share in found.coverage.items():
        ripe = [each for each in people if each.began <= now - dt.timedelta(days=days)]
        assert (share.count, share.whole) == (sum(span < days * 86400 for span in spans(ripe, "permanent")), len(ripe))


def test_each_figure_is_what_counting_person_by_person_gives(app: Flask) -> None:
    last = month_of(clock.now(), TEHRAN) - 2
    people = population(last - 4, 4, people=30)
    settle(people)
    for first, until in ((last - 4, last - 1), (last - 3, last - 2), (last, last), (last - 24, last - 20)):
        check(report(first, until), chosen(people, first, until))
        for dimension, value in (("unit", UNITS[0]), ("unit", "پژوهش"), ("employment_type", "پیمانی")):
            found = report(first, until, dimension, value)
            assert found.length == 1
            check(found, chosen(people, first, until, dimension, value))
    kept = statistics.report(Asked(last - 4, last), figure_store.source(TEHRAN))
    figure_store.refresh(TEHRAN)
    stored = figure_store.Source(kept.as_of, None, last + 2)
    assert statistics.report(Asked(last - 4, last), stored) == kept
    assert statistics.groups(stored) == statistics.groups(figure_store.source(TEHRAN))
    assert statistics.first_month(stored, last) == last - 4
    check(
        statistics.report(Asked(last - 4, last, "unit", UNITS[1]), stored),
        chosen(people, last - 4, last, "unit", UNITS[1]),
    )


def test_small_groups_are_hidden_and_do_not_follow_from_the_rest(app: Flask) -> None:
    last = month_of(clock.now(), TEHRAN)
    settle([*population(last - 3, 3, people=6)])
    whole = report(last - 3, last - 1)
    for found in (whole, *(report(last - 3, last - 1, "unit", unit) for unit in UNITS)):
        for stretch in found.stretches:
            assert not any(0 < (count or 0) < 5 for count in stretch.counts.values())
    # Two units share each whole: where one is hidden, so is the other, or the whole is.
    figure_store.refresh(TEHRAN)
    hidden: dict[tuple[int, str], int] = defaultdict(int)
    for row in db.session.scalars(sa.select(Figure).where(Figure.dimension == "unit")):
        for step, (count, times) in row.cells.items():
            hidden[row.month, step] += count is None
            assert count is not None or not times
    assert set(hidden.values()) <= {0, 2}


def test_without_anybody_every_figure_is_zero(app: Flask) -> None:
    last = month_of(clock.now(), TEHRAN)
    check(report(last - 12, last), [])
    assert figure_store.refresh(TEHRAN) == 0
    assert statistics.groups(figure_store.source(TEHRAN)) == []
    assert now_of().cases.total == 0


def test_what_waits_now_is_counted_by_days(app: Flask) -> None:
    now = clock.now()
    with writing() as session:
        session.add_all(
            Case(kind="MISMATCH", key=str(hours), state="new", fingerprint="", cause="NAME_DIFFERS",
                 opened_at=now - dt.timedelta(hours=hours))
            for hours in (*range(6), *range(30, 36), *range(24 * 40, 24 * 40 + 6))
        )  # fmt: skip
    for number in range(1, 7):
        make_account(number, expires_at=now + dt.timedelta(days=number, hours=1))
        make_account(number + 10, expires_at=now - dt.timedelta(hours=1), state="expired")
    assert now_of().cases.parts == {"0": 6, "1": 6, "3": 0, "7": 0, "30": 6}
    assert figures_now.oldest_case(now) == 40
    assert now_of().temporary.parts == {"0": None, "3": None, "7": 0, "14": 0, "21": 0}
    this = month_of(now, TEHRAN)
    found = report(this - 1, this)
    assert found.causes == {"NAME_DIFFERS": found.causes["NAME_DIFFERS"]}
    ends = month_of(now - dt.timedelta(hours=1), TEHRAN)
    assert {stretch.month: stretch.counts[EXPIRED] for stretch in found.expired}[ends] == 6


def test_a_day_has_one_row_of_each_figure_however_often_it_is_noted(app: Flask) -> None:
    for number in range(1, 4):
        make_account(number)
    assert figure_store.note_day(TEHRAN) == 4
    with writing() as session:
        session.execute(sa.update(Account).values(state="permanent", expires_at=None))
    figure_store.note_day(TEHRAN)
    (day,) = figure_store.days("2020-01-01", "2100-01-01")
    assert figure_store.on_days([day])[day] == {"open_cases": 0, "live_temporary": 0, "permanent": 3, "unmoved": 0}


@pytest.mark.parametrize(("state", "part"), [("copying", "working"), ("failed", "failed"), ("done", "done")])
def test_moves_of_mailboxes_are_counted_by_state(app: Flask, state: str, part: str) -> None:
    people = population(month_of(clock.now(), TEHRAN) - 1, 1, people=20)
    settle(people)
    with writing() as session:
        session.execute(sa.update(MailMove).values(state=state))
    found = now_of().mail
    assert {name: count for name, count in found.parts.items() if count} == {part: len(spans(people, "moved"))}


def test_moves_that_are_done_do_not_hide_the_others(app: Flask) -> None:
    """The funnel tells how many are done: with the whole of all moves, the two that failed would follow."""
    people = population(month_of(clock.now(), TEHRAN) - 1, 1, people=20)
    settle(people)
    with writing() as session:
        failed = list(session.scalars(sa.select(MailMove.id).limit(2)))
        session.execute(sa.update(MailMove).where(MailMove.id.in_(failed)).values(state="failed"))
    found = now_of().mail
    assert (found.parts["done"], found.parts["failed"], found.total) == (len(spans(people, "moved")) - 2, None, None)


def test_what_waits_is_counted_by_unit_too(app: Flask) -> None:
    last = month_of(clock.now(), TEHRAN) - 1
    people = population(last, 1, people=20)
    settle(people)
    of_unit = chosen(people, last, last, "unit", UNITS[0])
    with writing() as session:
        session.add_all(
            Case(kind="MISMATCH", key=str(each.number), state="new", fingerprint="", cause="NAME_DIFFERS",
                 national_code=code(each.number), opened_at=clock.now() - dt.timedelta(days=2))
            for each in people[:36]
        )  # fmt: skip
        session.execute(sa.update(MailMove).values(state="queued"))
    found = now_of("unit", UNITS[0])
    assert (found.cases.parts["1"], found.cases.total, found.oldest) == (18, 18, None)
    assert found.mail.parts["queued"] == len(spans(of_unit, "moved"))
    this = month_of(clock.now(), TEHRAN)
    assert report(this - 1, this, "unit", UNITS[0]).causes == {"NAME_DIFFERS": 18}
    assert report(this - 1, this, "person_type", "nosuch").causes == {}


def test_reminders_count_by_the_first_one_and_what_was_asked_after_it(app: Flask) -> None:
    last = month_of(clock.now(), TEHRAN) - 2
    people = population(last, 1, people=20)
    settle(people)
    told = [each for each in people if "requested" in each.passed]
    with writing() as session:
        for each in told:
            asked = each.passed["requested"]
            # The first half was reminded four days before they asked; the others asked first.
            first = asked + dt.timedelta(days=-4 if each.number % 2 else 1)
            session.add_all(
                Reminder(account_id=each.number, expires_at=asked, stage=7 - later, sent=later < 6,
                         at=first + dt.timedelta(days=later))
                for later in (0, 4, 6)
            )  # fmt: skip
    this, half = month_of(clock.now(), TEHRAN), sum(each.number % 2 for each in told)
    shares = report(last - 1, this).reminders
    assert {days: (share.count, share.whole) for days, share in shares.items()} == {
        3: (0, len(told)), 7: (half, len(told)), 14: (half, len(told)),
    }  # fmt: skip


def test_a_period_is_compared_with_the_same_months_of_the_year_before(app: Flask) -> None:
    this = month_of(clock.now(), TEHRAN)
    people = [*population(this - 14, 3, people=8), *population(this - 1, 1, people=20, seed=2)]
    for number, each in enumerate(people, 1):
        each.number = number
    settle(people)
    found = report(this - 1, this).comparison
    assert found is not None
    assert (found.asked.last, found.asked_before.last) == (this - 1, this - 13)
    assert (found.now.counts["started"], found.before.counts["started"]) == (40, 16)
    assert report(this, this).comparison is None
