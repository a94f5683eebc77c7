"""Every figure on the page of managers is what comes out of the rows themselves, counted in another way."""

import csv
import datetime as dt
import io
from collections.abc import Callable, Sequence
from html import unescape

import pytest
from flask import Flask

from backoffice import clock
from backoffice.services import figure_store
from backoffice.views import mismatch_words
from tests.views.conftest import ClientAs, DeskClient
from tests.views.onboarding_world import EMPLOYMENTS, KINDS, UNITS, make_world
from tests.views.recount import EVERYBODY, STEPS, Event, Group, Recount, month, of
from tests.views.statistics_page import HIDDEN, PAGE, Page, months_of, number, words

GROUPS: list[Group] = [
    EVERYBODY, *(("unit", unit) for unit in (*UNITS, "")), *(("employment_type", each) for each in EMPLOYMENTS),
    *(("person_type", kind) for kind in KINDS),
]  # fmt: skip
AGES, DAYS_LEFT = (0, 1, 3, 7, 30), (0, 3, 7, 14, 21)
MAIL = {
    "waits for the password": ("credentials_needed",), "waits for its turn": ("queued",),
    "is being moved": ("copying", "verifying", "delta"), "did not succeed": ("failed",), "moved": ("done",),
}  # fmt: skip


def percent(count: int, whole: int) -> str:
    return f"{round(100 * count / whole)}%" if whole else ""


def rank(times: Sequence[int], share: int) -> str:
    return words(sorted(times)[-(-len(times) * share // 100) - 1]) if times else ""


def check_cell(cell: str, count: int) -> bool:
    """A count is right, and never of one to four; say whether it is shown."""
    if cell == HIDDEN:
        return False
    assert (number(cell), 0 < count < 5) == (count, False)
    return True


def check_months(page: Page, truth: Recount, group: Group) -> dict[str, list[range]]:
    """The funnel by month; give the stretches in which each step is shown."""
    shown: dict[str, list[range]] = {step: [] for step in STEPS}
    for title, *cells in page["months"]:
        stretch = months_of(title)
        mine = [one for one in of(truth.attempts, group) if month(one.began) in stretch]
        for step, cell in zip(STEPS, cells, strict=True):
            if check_cell(cell, sum(step in one.passed for one in mine)):
                shown[step].append(stretch)
    return shown


def check_funnel(page: Page, truth: Recount, group: Group, shown: dict[str, list[range]]) -> None:
    for step, (_title, *cells) in zip(STEPS, page["funnel"], strict=True):
        there = [stretch for stretch in shown[step] if stretch in shown["started"]]
        began = [one for one in of(truth.attempts, group) if any(month(one.began) in each for each in there)]
        mine = [one for one in began if step in one.passed]
        times = [took for one in mine if (took := one.took(step)) is not None]
        if not there:
            assert cells == [HIDDEN, "", "", ""]
            continue
        assert [step, *cells] == [
            step,
            f"{len(mine):,}",
            percent(len(mine), len(began)),
            rank(times, 50),
            rank(times, 90),
        ]


Pair = tuple[int, int]


def sums(pairs: Sequence[Pair]) -> set[Pair]:
    """What comes out where any of the parts may be left out because it is hidden."""
    found = {(0, 0)}
    for whole, count in pairs:
        found |= {(one + whole, other + count) for one, other in found}
    return found


def check_shares(
    rows: list[list[str]], days: Sequence[int], stretches: Sequence[range],
    counted: Callable[[int, Callable[[int], bool]], Pair], *, exact: bool,
) -> None:  # fmt: skip
    for day, (title, *cells) in zip(days, rows, strict=True):
        parts = [counted(day, stretch.__contains__) for stretch in stretches]
        if cells[:2] == [HIDDEN, HIDDEN]:
            assert not exact
            continue
        whole, count = number(cells[0]), number(cells[1])
        assert title == words(day * 86400).replace("24 hours", "1 day")
        assert cells[2] == percent(count, whole)
        assert not 0 < count < 5
        assert not 0 < whole < 5
        wholly = (sum(part[0] for part in parts), sum(part[1] for part in parts))
        # Some stretch is shown, so nothing at all means that there was nobody.
        assert (whole, count) in (
            {wholly} if exact else sums(parts) - ({(0, 0)} if all(part[0] for part in parts) else set())
        )


def stretches_of(page: Page, name: str, first: int, last: int) -> list[range]:
    """The stretches a part is about: months, or what its note says."""
    length = 1
    if note := page.notes[name]:
        title = note.removesuffix(".").split("counts of ")[1].split(" to ")[0]
        length = len(months_of(title))
    return [range(start, start + length) for start in range(first // length * length, last + 1, length)]


def check_causes(page: Page, truth: Recount, group: Group, stretches: Sequence[range], *, exact: bool) -> None:
    mine = of(truth.refused, group)
    told = {title: number(count) for title, count in page["causes"]}
    for cause in {event.name for event in truth.refused}:
        parts = [sum(each.name == cause and month(each.at) in stretch for each in mine) for stretch in stretches]
        count = told.pop(mismatch_words.CAUSES[cause].title, 0)
        assert not 0 < count < 5
        assert (count, 0) in ({(sum(parts), 0)} if exact else sums([(part, 0) for part in parts]))
    assert told == {}


def check_now(rows: list[list[str]], events: Sequence[Event], classes: Sequence[Callable[[Event], bool]]) -> None:
    shown = [
        check_cell(cell, sum(which(event) for event in events))
        for (_title, cell), which in zip(rows[:-1], classes, strict=True)
    ]  # fmt: skip
    if rows[-1][1] != HIDDEN:
        assert number(rows[-1][1]) == len(events)
    else:
        assert not all(shown)


def full_days(starts: Sequence[int], truth: Recount, sign: int) -> list[Callable[[Event], bool]]:
    ends = [*starts[1:], 10**6]
    return [
        lambda event, start=start, end=end: start <= sign * (event.at - truth.now) // dt.timedelta(days=1) < end  # type: ignore[misc]
        for start, end in zip(starts, ends, strict=True)
    ]  # fmt: skip


def check_comparison(page: Page, truth: Recount, group: Group, *, exact: bool) -> None:
    """The full months of both years are in the head; a sum of months, without those where the step is hidden."""
    if not page["comparison"]:
        return
    compared = [[months_of(title) for title in unescape(name).split(" – ")] for name in page.heads["comparison"][1:3]]
    now, before = (range(ends[0].start, ends[-1].stop) for ends in compared)
    assert (before.start + 12, before.stop + 12) == (now.start, now.stop)
    assert now.stop <= month(truth.now)
    for step, (_title, *cells) in zip(STEPS, page["comparison"][:-1], strict=True):
        counts = [None if cell == HIDDEN else number(cell) for cell in cells[:2]]
        for count, months in zip(counts, (now, before), strict=True):
            mine = [month(one.began) for one in of(truth.attempts, group) if step in one.passed]
            if count is None:
                assert not exact
                continue
            parts = [
                sum(each in range(at, at + len(compared[0][0])) for each in mine)
                for at in months[:: len(compared[0][0])]
            ]
            assert (count, 0) in ({(sum(parts), 0)} if exact else sums([(part, 0) for part in parts]))
            assert not 0 < count < 5
        change = round(100 * (counts[0] - counts[1]) / counts[1]) if counts[1] and counts[0] is not None else None
        assert cells[2].strip("\u2066\u2069").replace("−", "-") == (
            "" if change is None else f"{change:+d}%".replace("+0", "0")
        )


def check(client: DeskClient, truth: Recount, first: int, last: int, group: Group, *, exact: bool = False) -> None:
    page = Page(client, first, last, group)
    shown = check_months(page, truth, group)
    assert [months_of(row[0]).start for row in page["months"]][::-1] == sorted(
        {months_of(row[0]).start for row in page["months"]}
    )
    check_funnel(page, truth, group, shown)
    stretches = [months_of(row[0]) for row in page["months"]]
    check_shares(
        page["coverage"], (1, 7, 30), stretches, lambda day, which: truth.within(day, which, group), exact=exact
    )
    check_shares(
        page["reminders"], (3, 7, 14), stretches_of(page, "reminders", first, last),
        lambda day, which: truth.acted(day, which, group), exact=exact,
    )  # fmt: skip
    check_comparison(page, truth, group, exact=exact)
    check_causes(page, truth, group, stretches_of(page, "causes", first, last), exact=exact)
    for title, cell in page["expired"]:
        check_cell(cell, sum(month(each.at) in months_of(title) for each in of(truth.over, group)))
    check_now(page["cases"], of(truth.open, group), full_days(AGES, truth, -1))
    check_now(page["temporary"], of(truth.live, group), full_days(DAYS_LEFT, truth, 1))
    check_now(
        page["mail"], of(truth.mail, group),
        [lambda event, states=states: event.name in states for states in MAIL.values()],  # type: ignore[misc]
    )  # fmt: skip
    has_hidden = "Something of this period is hidden" in page.text
    assert not (exact and has_hidden)
    assert has_hidden or HIDDEN not in str([page["months"], page["expired"]])


def check_files(client: DeskClient, page: Page, only: int) -> None:
    """A file says what its table says."""
    for name, rows in page.tables.items():
        assert (name, as_file(client, name, only)) == (name, [[cell.replace(",", "") for cell in row] for row in rows])


def as_file(client: DeskClient, name: str, only: int) -> list[list[str]]:
    text = client.get(f"{PAGE}table/{name}.csv", query_string={"from": only, "to": only}).get_data().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))[1:]


@pytest.fixture
def manager(app: Flask, client_as: ClientAs, stopped_clock: None) -> DeskClient:
    del app, stopped_clock
    return client_as("manager")


@pytest.mark.parametrize("kept", [False, True])
def test_each_figure_is_what_the_rows_say(manager: DeskClient, monkeypatch: pytest.MonkeyPatch, kept: bool) -> None:
    make_world(7, 1200 if kept else 500, 800, clock.now())
    if kept:
        monkeypatch.setattr(figure_store, "COUNTED_AT_ONCE", 0)
        figure_store.refresh("Asia/Tehran")
    truth, this = Recount(clock.now()), month(clock.now())
    periods = ((this - 26, this), (this - 7, this - 2), (this - 11, this), (this - 1, this - 1), (this, this))
    # What is not kept is counted anew for every page, which takes long.
    for first, last in periods if kept else periods[:2]:
        for group in GROUPS if kept else GROUPS[::4]:
            check(manager, truth, first, last, group)


def test_of_very_many_nothing_is_hidden_and_all_is_counted(manager: DeskClient) -> None:
    make_world(8, 1500, 70, clock.now())
    truth, this = Recount(clock.now()), month(clock.now())
    check(manager, truth, this - 1, this - 1, EVERYBODY)
    check_files(manager, Page(manager, this - 1, this - 1, EVERYBODY), this - 1)


def test_of_few_nearly_everything_is_hidden(manager: DeskClient) -> None:
    make_world(9, 12, 500, clock.now())
    truth, this = Recount(clock.now()), month(clock.now())
    for group in GROUPS:
        check(manager, truth, this - 11, this, group)


def test_without_anybody_every_figure_is_nothing(manager: DeskClient) -> None:
    this = month(clock.now())
    for first in (this, this - 11):
        check(manager, Recount(clock.now()), first, this, EVERYBODY, exact=True)
