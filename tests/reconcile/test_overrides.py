"""Exceptions win over HR's word, both ways, and end when HR agrees. Source: reconciliation.md, OVERRIDDEN."""

import datetime as dt
from typing import Any

import pytest

from backoffice.reconcile.inputs import Told
from backoffice.reconcile.outcome import Outcome
from backoffice.rules import situations as s
from backoffice.rules.identity_evidence import HrFact
from backoffice.rules.leavers import Warned
from backoffice.rules.overrides import ATTRIBUTE, ENTITLED, IDENTITY, NOT_ENTITLED, PRIMARY_ROW, Override
from backoffice.rules.primary_row import mark_of
from tests.reconcile.worlds import NOW, code, entry, link, only, outcome_of, row

LEFT = {"status_class": "ended", "status_word": "left", "status": "مستعفی", "end_date": "2026-01-01"}
WARNED = {("uuid-1", "OVERRIDDEN:9"): Warned(NOW - dt.timedelta(days=4), NOW.date())}
DISABLED = Told(disabled=frozenset({"uuid-1"}))


def override(kind: str, field: str = "", value: str = "") -> Override:
    return Override(9, "national", code(1), kind, field, value, NOW.date() - dt.timedelta(days=4))


def compared(one: Override, *, hr: Any = None, there: Any = None, linked: bool = True, **values: Any) -> Outcome:
    rows = [] if hr == "absent" else [row(1, **(hr or {}))]
    return outcome_of(rows, [entry(1, **(there or {}))], [link(1)] if linked else [], overrides=(one,), **values)


def test_who_is_entitled_stays_although_hr_says_the_employment_ended() -> None:
    finding = only(compared(override(ENTITLED), hr=LEFT))
    assert (finding.situation, finding.actions) == (s.OVERRIDDEN, [])
    assert finding.evidence["overridden"]["was"] == s.LEAVER


def test_who_is_entitled_stays_without_a_row_of_hr() -> None:
    finding = only(compared(override(ENTITLED), hr="absent"))
    assert (finding.situation, finding.actions) == (s.OVERRIDDEN, [])


def test_who_is_entitled_gets_back_an_account_that_we_disabled() -> None:
    finding = only(compared(override(ENTITLED), hr=LEFT, there={"disabled": True}, told=DISABLED))
    assert [action.kind for action in finding.actions] == [s.ENABLE]


def test_an_account_that_others_disabled_stays_disabled() -> None:
    assert only(compared(override(ENTITLED), hr=LEFT, there={"disabled": True})).actions == []


def test_who_is_not_entitled_is_warned_first() -> None:
    finding = only(compared(override(NOT_ENTITLED)))
    assert (finding.situation, [a.kind for a in finding.actions]) == (s.OVERRIDDEN, [s.WARN])


def test_who_is_not_entitled_is_disabled_three_days_after_the_warning() -> None:
    finding = only(compared(override(NOT_ENTITLED), told=Told(warnings=WARNED)))
    assert [action.kind for action in finding.actions] == [s.DISABLE]


def test_an_identity_in_dispute_keeps_the_account_from_being_disabled() -> None:
    finding = only(
        compared(override(NOT_ENTITLED), there={"last_name": "هیچ‌کس دیگری"}, linked=False, told=Told(warnings=WARNED))
    )
    assert (finding.evidence["overridden"]["was"], finding.actions) == (s.NAME_CONFLICT, [])


def test_the_right_value_is_planned_instead_of_the_one_hr_has() -> None:
    one = override(ATTRIBUTE, "unit", "امور مالی")
    finding = only(compared(one, hr={"unit": "معاونت"}, there={"unit": "کتابخانه"}))
    assert finding.situation == s.OVERRIDDEN
    assert [(a.kind, a.old, a.new) for a in finding.actions] == [
        (s.UPDATE, {"unit": "کتابخانه"}, {"unit": "امور مالی"})
    ]
    assert finding.evidence["hr"]["unit"] == "معاونت"


def test_a_directory_that_has_the_right_value_is_left_alone() -> None:
    one = override(ATTRIBUTE, "unit", "امور مالی")
    finding = only(compared(one, hr={"unit": "معاونت"}, there={"unit": "امور مالی"}))
    assert (finding.situation, finding.actions) == (s.OVERRIDDEN, [])


def test_an_accepted_name_settles_a_conflict_of_names() -> None:
    one = override(IDENTITY, "last_name", "هیچ‌کس دیگری")
    finding = only(compared(one, there={"last_name": "هیچ‌کس دیگری"}))
    assert (finding.situation, finding.differences) == (s.OVERRIDDEN, [])


def test_a_right_value_says_nothing_about_entitlement() -> None:
    one = override(ATTRIBUTE, "unit", "امور مالی")
    assert only(compared(one, hr={**LEFT, "unit": "معاونت"})).situation == s.LEAVER


@pytest.mark.parametrize(
    ("one", "hr"),
    [
        (override(ENTITLED), {}),
        (override(NOT_ENTITLED), LEFT),
        (override(ATTRIBUTE, "unit", "امور  مالي"), {"unit": "امور مالی"}),
    ],
)
def test_it_ends_when_hr_agrees(one: Override, hr: dict[str, str]) -> None:
    outcome = compared(one, hr=hr)
    assert outcome.agreed == [9]
    assert s.OVERRIDDEN not in outcome.situations


def test_an_empty_cell_of_hr_agrees_with_nothing() -> None:
    assert compared(override(ATTRIBUTE, "unit", "امور مالی"), hr={"unit": ""}).agreed == []


def test_a_protected_account_stays_protected() -> None:
    outcome = compared(override(NOT_ENTITLED), there={"protected": True}, linked=False)
    assert (outcome.situations[s.PROTECTED], outcome.findings) == (1, [])


TWO = [row(1), row(1, last_name="دیگری", personnel_number="9001")]
BOTH = [HrFact("hr", one, "active") for one in TWO]


def chosen(place: int, rows: list[HrFact]) -> Override:
    return override(PRIMARY_ROW, value=mark_of(rows[place], rows))


def test_the_row_that_was_chosen_is_compared_and_linked_instead_of_a_conflict() -> None:
    assert only(outcome_of(TWO, [entry(1)], [link(1)])).situation == s.ROW_CONFLICT
    finding = only(outcome_of(TWO, [entry(1)], [link(1)], overrides=(chosen(0, BOTH),)))
    assert (finding.situation, finding.differences, finding.notes) == (s.OVERRIDDEN, [], [])
    other = only(outcome_of(TWO, [entry(1)], [link(1)], overrides=(chosen(1, BOTH),)))
    assert [one["field"] for one in other.differences] == ["last_name", "personnel_number"]


def test_a_choice_between_other_rows_says_nothing() -> None:
    elsewhere = [BOTH[0], HrFact("hr", row(1, last_name="سومی"), "active")]
    assert only(outcome_of(TWO, [entry(1)], [link(1)], overrides=(chosen(0, elsewhere),))).situation == s.ROW_CONFLICT


def test_the_order_of_the_rows_does_not_matter_to_a_choice() -> None:
    finding = only(outcome_of(TWO[::-1], [entry(1)], [link(1)], overrides=(chosen(0, BOTH),)))
    assert finding.situation == s.OVERRIDDEN
