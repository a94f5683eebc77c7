"""What a plan holds for people whose time ends, and for those who are back."""

import datetime as dt
from typing import Any

import pytest

from backoffice.reconcile.engine import reconcile
from backoffice.reconcile.inputs import Told
from backoffice.reconcile.outcome import FindingRow, Outcome
from backoffice.rules import situations as s
from backoffice.rules.leavers import Asked, Warned
from backoffice.settings import Policy
from tests.reconcile.worlds import NOW, crowd, entry, link, only, outcome_of, row, source_input, world

DAY = dt.timedelta(days=1)
LEFT = {"status_class": "ended", "status_word": "left"}
SINCE = NOW - 10 * DAY
AWAY = {"away_as": s.LEAVER, "away_since": SINCE}
ENDED_ON = f"LEAVER:{(NOW - 10 * DAY).date()}"


def kinds(finding: FindingRow) -> list[str]:
    return [action.kind for action in finding.actions]


def leaver(told: Told | None = None, linked: dict[str, Any] | None = None, **values: Any) -> FindingRow:
    rows = [row(1, **{**LEFT, **values})]
    return only(outcome_of(rows, [entry(1)], [link(1, **(linked or {}))], told=told or Told()))


def warned(about: str, days: float | None) -> Told:
    at = None if days is None else NOW - days * DAY
    return Told(warnings={("uuid-1", about): Warned(at, NOW.date())})


def about_of(finding: FindingRow) -> str:
    return str(finding.evidence["ending"]["about"])


def test_a_leaver_is_warned_once_for_an_end() -> None:
    first = leaver(end_date=str((NOW - 10 * DAY).date()))
    assert (kinds(first), about_of(first)) == (["warn"], ENDED_ON)
    for days in (None, 0, 2.9):
        assert kinds(leaver(warned(ENDED_ON, days), end_date=str((NOW - 10 * DAY).date()))) == []


def test_a_leaver_is_disabled_three_days_after_the_delivered_warning() -> None:
    assert kinds(leaver(warned(ENDED_ON, 3), end_date=str((NOW - 10 * DAY).date()))) == ["disable"]


def test_a_changed_end_date_needs_a_new_warning() -> None:
    assert kinds(leaver(warned(ENDED_ON, 30), end_date=str((NOW - 9 * DAY).date()))) == ["warn"]


def test_without_an_end_date_the_days_count_from_the_first_snapshot_that_says_so() -> None:
    found = leaver(linked=AWAY, status_word="transferred")
    assert found.evidence["ending"]["due"] == str((SINCE + 30 * DAY).date())
    assert kinds(leaver(warned(about_of(found), 10), AWAY, status_word="transferred")) == []
    long_ago = {**AWAY, "away_since": NOW - 30 * DAY}
    found = leaver(linked=long_ago, status_word="transferred")
    assert kinds(leaver(warned(about_of(found), 10), long_ago, status_word="transferred")) == ["disable"]


def test_retired_personnel_keep_the_account_for_ninety_days() -> None:
    end = (NOW - 89 * DAY).date()
    told = warned(f"LEAVER:{end}", 60)
    assert kinds(leaver(told, end_date=str(end), status_word="retired")) == []
    end = (NOW - 90 * DAY).date()
    assert kinds(leaver(warned(f"LEAVER:{end}", 60), end_date=str(end), status_word="retired")) == ["disable"]


def test_a_retired_professor_is_neither_warned_nor_disabled() -> None:
    found = leaver(status_word="retired", person_kind="faculty", end_date="2020-01-01")
    assert (found.actions, "ending" in found.evidence) == ([], False)


def test_the_plan_hash_does_not_depend_on_when_it_was_made() -> None:
    def plan(now: dt.datetime) -> Outcome:
        return outcome_of([row(1, **LEFT)], [entry(1)], [link(1)], now=now, today=now.date())

    assert plan(NOW).plan_hash == plan(NOW + DAY).plan_hash


def test_people_on_leave_are_warned_then_disabled_where_the_policy_says_so() -> None:
    def on_leave(told: Told) -> FindingRow:
        rows, linked = (
            [row(1, status_class="limited", status_word="limited")],
            link(1, away_as=s.ON_LEAVE, away_since=SINCE),
        )
        return only(outcome_of(rows, [entry(1)], [linked], told=told, policy=Policy(on_leave="disable")))

    first = on_leave(Told())
    assert (first.situation, kinds(first)) == (s.ON_LEAVE, ["warn"])
    assert kinds(on_leave(warned(about_of(first), 2))) == []
    assert kinds(on_leave(warned(about_of(first), 3))) == ["disable"]


def missing(told: Told, **values: Any) -> FindingRow:
    rows, entries, links = crowd()
    confirmed = (SINCE, SINCE + DAY, NOW)
    given = source_input(rows, confirmed_at=confirmed, **values)
    gone = link(1, missing_since=SINCE)
    return only(reconcile(world(entries=[entry(1), *entries], links=[gone, *links], sources=[given], told=told)))


MISSING_ABOUT = f"MISSING:{SINCE:%Y-%m-%dT%H:%M:%SZ}"


def asked(answer: str = "", days: float = 8, delivered: float | None = None) -> Told:
    question = Asked(NOW - days * DAY, answer, NOW - days * DAY if answer else None)
    warnings = {("uuid-1", MISSING_ABOUT): Warned(NOW - delivered * DAY, NOW.date())} if delivered is not None else {}
    return Told(questions={("uuid-1", MISSING_ABOUT): question}, warnings=warnings)


@pytest.mark.parametrize(
    ("told", "planned"),
    [
        (Told(), ["ask_hr"]), (asked(days=2), []), (asked(), ["warn"]), (asked("left", 0), ["warn"]),
        (asked("here"), []), (asked("later", 3), []), (asked("later", 7), ["ask_hr"]), (asked("here", 60), ["ask_hr"]),
        (asked(days=40, delivered=29), []), (asked(days=40, delivered=30), ["disable"]),
        (asked("left", 40, delivered=30), ["disable"]), (asked("here", 5, delivered=30), []),
    ],
)  # fmt: skip
def test_hr_is_asked_then_the_person_warned_then_after_thirty_days_disabled(told: Told, planned: list[str]) -> None:
    assert kinds(missing(told)) == planned


def test_a_stale_source_neither_asks_nor_warns_nor_disables() -> None:
    for told in (Told(), asked(), asked(days=40, delivered=30)):
        found = missing(told, stale=True)
        assert found.actions == []
        assert about_of(found) == MISSING_ABOUT


OURS = Told(disabled=frozenset({"uuid-1"}))


def test_who_is_back_gets_the_account_that_we_disabled() -> None:
    finding = only(outcome_of([row(1)], [entry(1, disabled=True)], [link(1)], told=OURS))
    assert (finding.situation, kinds(finding)) == (s.REHIRE, ["enable"])


@pytest.mark.parametrize(
    ("told", "there"),
    [(Told(), {"disabled": True}), (OURS, {"disabled": True, "branch": "archived"}), (OURS, {"disabled": False})],
)
def test_other_disablements_stay(told: Told, there: dict[str, Any]) -> None:
    assert outcome_of([row(1)], [entry(1, **there)], [link(1)], told=told).situations == {s.CONFIRMED: 21}


@pytest.mark.parametrize("status", ["ended", "limited", "admitted"])
def test_only_who_is_active_is_back(status: str) -> None:
    rows = [row(1, status_class=status, status_word=status)]
    assert s.REHIRE not in outcome_of(rows, [entry(1, disabled=True)], [link(1)], told=OURS).situations


def test_being_away_is_noted_once_and_forgotten_on_return() -> None:
    gone = outcome_of([row(1, **LEFT)], [entry(1)], [link(1)])
    assert (gone.away, gone.back) == ({"uuid-1": (s.LEAVER, "hr")}, [])
    back = outcome_of([row(1)], [entry(1)], [link(1, **AWAY)])
    assert (back.away, back.back) == ({}, [1])
