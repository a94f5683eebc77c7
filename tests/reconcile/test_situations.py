"""Each situation of reconciliation.md, one rule a test."""

import datetime as dt
import random

import pytest

from backoffice.reconcile.engine import reconcile
from backoffice.reconcile.inputs import Told
from backoffice.rules import situations as s
from backoffice.settings import Policy
from tests.reconcile.worlds import (
    NOW,
    code,
    crowd,
    entry,
    link,
    name_of,
    only,
    outcome_of,
    row,
    source_input,
    world,
)

ENDED = {"status_class": "ended", "status_word": "left", "status": "مستعفی"}


def test_who_agrees_and_is_linked_is_confirmed_and_not_listed() -> None:
    outcome = outcome_of([row(1)], [entry(1)], [link(1)])
    assert outcome.situations == {s.CONFIRMED: 21}
    assert not outcome.findings


def test_an_unlinked_account_with_code_and_name_is_found_and_linked() -> None:
    outcome = outcome_of([row(1)], [entry(1)])
    assert outcome.situations[s.FOUND] == 1
    assert not outcome.findings
    assert [(new.entry_uuid, new.rule) for new in outcome.links] == [("uuid-1", s.T1)]


def test_a_difference_of_a_found_account_is_planned() -> None:
    finding = only(outcome_of([row(1, unit="مالی")], [entry(1, unit="پژوهش")]))
    assert (finding.situation, finding.tier) == (s.FOUND, s.T1)
    assert finding.differences == [{"field": "unit", "hr": "مالی", "directory": "پژوهش", "kind": "other"}]
    assert [(a.kind, a.old, a.new) for a in finding.actions] == [("update", {"unit": "پژوهش"}, {"unit": "مالی"})]


def test_a_difference_of_a_linked_account_is_drift() -> None:
    finding = only(outcome_of([row(1, title="رئیس")], [entry(1, title="کارشناس")], [link(1)]))
    assert (finding.situation, finding.tier, finding.actions[0].kind) == (s.DRIFT, s.T0, "update")


def test_what_one_side_does_not_hold_is_no_difference() -> None:
    outcome = outcome_of([row(1, unit="", title="رئیس")], [entry(1, unit="پژوهش", title="")], [link(1)])
    assert outcome.situations == {s.CONFIRMED: 21}


def test_one_equal_value_of_several_agrees() -> None:
    assert not outcome_of([row(1, unit="مالی")], [entry(1, unit="پژوهش\x1fمالي")], [link(1)]).findings


def test_a_spelling_difference_is_noted_and_plans_nothing() -> None:
    outcome = outcome_of([row(1, first_name="علی")], [entry(1, first_name="علي")])
    finding = only(outcome)
    assert (finding.situation, finding.notes, finding.actions) == (s.FOUND, [s.NAME_SPELLING], [])
    assert finding.spelling == [{"field": "first_name", "hr": "علی", "directory": "علي", "kind": "yeh_kaf"}]
    assert outcome.notes == {s.NAME_SPELLING: 1}


def test_a_confirmed_spelling_is_counted_and_not_listed() -> None:
    outcome = outcome_of([row(1, first_name="علی")], [entry(1, first_name="علي")], [link(1)])
    assert not outcome.findings
    assert outcome.notes == {s.NAME_SPELLING: 1}


def test_the_full_name_follows_when_a_part_is_written() -> None:
    entry_one = entry(1, last_name="رضایی", full_name="مریم رضایی")
    finding = only(outcome_of([row(1, last_name="رضایان")], [entry_one], [link(1)]))
    assert finding.situation == s.NAME_CONFLICT
    finding = only(outcome_of([row(1, last_name="رضاییی")], [entry_one], [link(1)]))
    assert [d["field"] for d in finding.differences] == ["last_name"]
    assert finding.actions[0].new == {"last_name": "رضاییی", "full_name": "مریم رضاییی"}


def test_active_without_account_is_not_registered() -> None:
    assert only(outcome_of([row(1)])).situation == s.NOT_REGISTERED


@pytest.mark.parametrize("status", ["ended", "limited", "deceased"])
def test_who_left_without_account_is_only_counted(status: str) -> None:
    outcome = outcome_of([row(1, status_class=status)])
    assert outcome.situations[s.NOT_ENTITLED] == 1
    assert not outcome.findings


@pytest.mark.parametrize("entries", [[], [entry(1)]])
def test_an_unknown_status_is_listed_and_touches_nothing(entries: list[dict[str, object]]) -> None:
    finding = only(outcome_of([row(1, status_class="unknown", status="؟")], entries))
    assert (finding.situation, finding.actions) == (s.UNKNOWN_STATUS, [])


def test_a_leaver_is_warned_first() -> None:
    finding = only(outcome_of([row(1, **ENDED)], [entry(1)], [link(1)]))
    assert (finding.situation, [a.kind for a in finding.actions]) == (s.LEAVER, ["warn"])


def test_a_retired_professor_keeps_the_account() -> None:
    retired = row(1, status_class="ended", status_word="retired", person_kind="faculty")
    assert only(outcome_of([retired], [entry(1)], [link(1)])).actions == []


def test_an_end_date_that_passed_makes_a_leaver() -> None:
    assert only(outcome_of([row(1, end_date="2026-11-21")], [entry(1)], [link(1)])).situation == s.LEAVER
    assert not outcome_of([row(1, end_date="2026-11-22")], [entry(1)], [link(1)]).findings


def test_limited_people_are_on_leave() -> None:
    finding = only(outcome_of([row(1, status_class="limited")], [entry(1)], [link(1)]))
    assert (finding.situation, finding.actions) == (s.ON_LEAVE, [])


def test_policy_may_warn_people_on_leave() -> None:
    policy = Policy(on_leave="disable")
    finding = only(outcome_of([row(1, status_class="limited")], [entry(1)], [link(1)], policy=policy))
    assert [a.kind for a in finding.actions] == ["warn"]


def test_the_account_of_the_deceased_is_disabled_at_once() -> None:
    finding = only(outcome_of([row(1, status_class="deceased")], [entry(1)], [link(1)]))
    assert (finding.situation, [a.kind for a in finding.actions]) == (s.DECEASED, ["disable"])


def test_nobody_is_disabled_on_the_word_of_a_stale_source() -> None:
    rows, entries, links = crowd()
    stale = source_input([row(1, status_class="deceased"), *rows], stale=True)
    finding = only(reconcile(world(entries=[entry(1), *entries], links=[link(1), *links], sources=[stale])))
    assert (finding.situation, finding.actions) == (s.DECEASED, [])


def test_a_linked_account_without_a_row_is_missing_not_a_leaver() -> None:
    outcome = outcome_of([], [entry(1)], [link(1)])
    finding = only(outcome)
    assert (finding.situation, finding.source, finding.actions) == (s.MISSING, "hr", [])
    assert outcome.missing_links == [1]


@pytest.mark.parametrize(
    ("days", "confirmations", "asked"),
    [(3, (0, 2), ["ask_hr"]), (2, (0, 1), []), (5, (0,), []), (5, (-1, 0), [])],
)
def test_hr_is_asked_after_two_snapshots_and_three_days(
    days: int, confirmations: tuple[int, ...], asked: list[str]
) -> None:
    since = NOW - dt.timedelta(days=days)
    rows, entries, links = crowd()
    confirmed = tuple(since + dt.timedelta(days=day) for day in confirmations)
    given = source_input(rows, confirmed_at=confirmed)
    missing = link(1, missing_since=since)
    finding = only(reconcile(world(entries=[entry(1), *entries], links=[missing, *links], sources=[given])))
    assert [a.kind for a in finding.actions] == asked


@pytest.mark.parametrize("rows", [[], [row(1, **ENDED)]])
def test_a_disabled_account_without_an_active_row_is_only_counted(rows: list[dict[str, object]]) -> None:
    outcome = outcome_of(rows, [entry(1, disabled=True)])
    assert outcome.situations[s.DISABLED] == 1
    assert not outcome.findings


def test_a_quarantined_row_keeps_its_account_untouched() -> None:
    rows, entries, links = crowd()
    aside = {"line": 9, "national_code": "123", "personnel_number": "5001"}
    given = source_input(rows, quarantined=[aside])
    finding = only(reconcile(world(entries=[entry(1), *entries], links=[link(1), *links], sources=[given])))
    assert (finding.situation, finding.actions) == (s.ROW_QUARANTINED, [])


def test_an_entry_nobody_knows_is_an_orphan() -> None:
    finding = only(outcome_of([], [entry(1)]))
    assert (finding.situation, finding.national_code, finding.source) == (s.ORPHAN, code(1), "hr")


def test_an_entry_no_source_covers_is_out_of_scope() -> None:
    outcome = outcome_of([], [entry(1, covered_by="", branch="other")])
    assert outcome.situations[s.OUT_OF_SCOPE] == 1
    assert not outcome.findings


def test_orphans_and_unregistered_wait_while_few_are_linked() -> None:
    rows, entries = [row(n) for n in range(10)], [entry(n) for n in range(5, 20)]
    outcome = reconcile(world(rows, entries))
    assert outcome.situations == {s.FOUND: 5, s.UNCORRELATED: 15}
    line = only(outcome)
    assert (line.situation, line.national_code, line.dns) == (s.UNCORRELATED, None, [])
    assert line.detail == "5 people and 10 accounts are not linked yet"


def test_protected_accounts_are_only_counted() -> None:
    outcome = outcome_of([row(1, unit="a")], [entry(1, protected=True, unit="b"), entry(2, protected=True)])
    assert outcome.situations[s.PROTECTED] == 2
    assert not outcome.findings


def test_a_protected_twin_does_not_make_two_accounts() -> None:
    twin = entry(1, dn="uid=root,ou=services,dc=x", entry_uuid="p", protected=True)
    outcome = outcome_of([row(1)], [entry(1), twin], [link(1)])
    assert outcome.situations == {s.CONFIRMED: 21, s.PROTECTED: 1}


def test_rows_that_disagree_on_the_name_are_a_conflict() -> None:
    finding = only(outcome_of([row(1), row(1, last_name=name_of(7))], [entry(1)], [link(1)]))
    assert (finding.situation, finding.actions, finding.dns) == (s.ROW_CONFLICT, [], [entry(1)["dn"]])


def test_rows_that_disagree_on_the_birth_date_are_a_conflict() -> None:
    rows = [row(1, birth_date="1980-01-01"), row(1, birth_date="1980-01-02")]
    assert only(outcome_of(rows, [entry(1)])).situation == s.ROW_CONFLICT
    assert not outcome_of([rows[0], row(1, birth_date="", unit="x")], [entry(1)], [link(1)]).findings


def test_one_personnel_number_on_two_codes_is_a_conflict_of_both() -> None:
    outcome = outcome_of([row(1), row(2, personnel_number="5001")], [entry(1)], [link(1)])
    assert [f.situation for f in outcome.findings] == [s.ROW_CONFLICT] * 2


def test_two_accounts_with_one_code_are_one_finding() -> None:
    twin = entry(1, dn="uid=twin,ou=people,dc=x", entry_uuid="t")
    for links in ([], [link(1)]):
        finding = only(outcome_of([row(1)], [entry(1), twin], links))
        assert (finding.situation, len(finding.dns)) == (s.TWO_ACCOUNTS, 2)
    assert only(outcome_of([], [entry(1), twin])).situation == s.TWO_ACCOUNTS


def test_two_accounts_outside_every_source_are_nobodys_business() -> None:
    twins = [entry(1, dn=f"uid=t{n},ou=students,dc=x", entry_uuid=f"t{n}", covered_by="") for n in range(2)]
    assert outcome_of([], twins).situations[s.OUT_OF_SCOPE] == 2


def test_one_account_claimed_by_two_people_is_ambiguous() -> None:
    shared = {"first_name": "علی", "last_name": "کریمی"}
    rows = [row(1, **shared), row(2, student_number="5001", **shared)]
    outcome = outcome_of(rows, [entry(9, national_code="", personnel_number="5001", match_key_0="5001", **shared)])
    assert [(f.situation, f.dns) for f in outcome.findings] == [(s.AMBIGUOUS, [entry(9)["dn"]])] * 2


def test_one_account_linked_to_two_people_is_a_collision() -> None:
    outcome = outcome_of([row(1), row(2)], [entry(1)], [link(1), link(2, entry_uuid="uuid-1")])
    assert [f.situation for f in outcome.findings] == [s.COLLISION] * 2


def test_a_vanished_account_is_reported_even_after_the_person_left() -> None:
    for rows in ([row(1)], []):
        finding = only(outcome_of(rows, [], [link(1)]))
        assert (finding.situation, finding.dns) == (s.TARGET_GONE, [link(1)["dn"]])


@pytest.mark.parametrize("there", ["سید مریم", "مریمی"])
def test_a_close_name_with_the_code_is_for_review(there: str) -> None:
    finding = only(outcome_of([row(1)], [entry(1, first_name=there)]))
    assert (finding.situation, finding.tier, finding.actions) == (s.REVIEW, s.T2, [])


def test_a_close_name_of_a_linked_person_is_drift() -> None:
    finding = only(outcome_of([row(1)], [entry(1, first_name="سیده مریم")], [link(1)]))
    assert (finding.situation, finding.differences[0]["kind"]) == (s.DRIFT, "prefix")


@pytest.mark.parametrize(("links", "tier"), [([], s.T3), ([link(1)], s.T0)])
def test_another_name_with_the_code_is_a_name_conflict(links: list[dict[str, object]], tier: str) -> None:
    finding = only(outcome_of([row(1)], [entry(1, last_name=name_of(8))], links))
    assert (finding.situation, finding.tier, finding.actions) == (s.NAME_CONFLICT, tier, [])


def test_an_edit_in_both_names_is_a_name_conflict() -> None:
    there = entry(1, first_name="مریمی", last_name=name_of(1) + "ا")
    assert only(outcome_of([row(1)], [there])).situation == s.NAME_CONFLICT


LATIN_ONLY = {"first_name": "", "last_name": ""}


@pytest.mark.parametrize(("latin", "situation"), [("Maryam", s.FOUND), ("", s.FOUND), ("Gholamhossein", s.REVIEW)])
def test_an_entry_without_persian_name_needs_a_plausible_latin_one(latin: str, situation: str) -> None:
    there = entry(1, latin_first_name=latin, latin_last_name="Karimi" if latin else "", **LATIN_ONLY)
    outcome = outcome_of([row(1, last_name="کریمی")], [there])
    assert outcome.situations[situation] == 1
    assert all(f.tier == s.T1B for f in outcome.findings)


def test_a_new_code_with_the_same_number_and_name_is_an_id_change() -> None:
    finding = only(outcome_of([row(1, national_code=code(77))], [entry(1)]))
    assert (finding.situation, finding.tier) == (s.ID_CHANGED, s.T4)
    assert [(a.kind, a.new) for a in finding.actions] == [("key_change", {"national_code": code(77)})]


def test_a_linked_person_with_a_new_code_is_an_id_change() -> None:
    finding = only(outcome_of([row(1, national_code=code(77))], [entry(1)], [link(1)]))
    assert (finding.situation, finding.tier) == (s.ID_CHANGED, s.T0)


def test_a_personnel_number_given_to_somebody_else_is_no_id_change() -> None:
    outcome = outcome_of([row(7, personnel_number="5001")], [entry(1)], [link(1)])
    assert {f.situation for f in outcome.findings} == {s.MISSING, s.NOT_REGISTERED}


def test_an_entry_without_code_is_found_by_number_and_name() -> None:
    finding = only(outcome_of([row(1)], [entry(1, national_code="")]))
    assert (finding.situation, finding.tier) == (s.FOUND, s.T4B)
    assert [(a.kind, a.new) for a in finding.actions] == [("update", {"national_code": code(1)})]


def test_an_entry_without_code_and_persian_name_is_for_review() -> None:
    there = entry(1, national_code="", latin_first_name="Maryam", latin_last_name="Karimi", **LATIN_ONLY)
    finding = only(outcome_of([row(1, last_name="کریمی")], [there]))
    assert (finding.situation, finding.tier) == (s.REVIEW, s.T4B)


def test_the_student_number_counts_where_the_code_is_absent() -> None:
    there = entry(1, national_code="", personnel_number="", match_key_0="9912")
    assert only(outcome_of([row(1, student_number="9912")], [there])).tier == s.T4B


def test_one_person_under_two_codes_is_for_review() -> None:
    same = {"first_name": "علی", "last_name": "کریمی", "father_name": "حسن", "birth_date": "1980-01-01"}
    known = {"person_id": 1, "id_type": "national", "national_code": code(1), "full_name": "", **same}
    rows, entries, links = crowd()
    finding = only(
        reconcile(world([row(1, **same), row(2, **same), *rows], [entry(1, **same), *entries],
                        [{**link(1), **same}, *links], persons=[known]))
    )  # fmt: skip
    assert (finding.situation, finding.tier, finding.national_code) == (s.REVIEW, s.T5, code(2))


def test_a_padded_code_matches_only_with_an_equal_name() -> None:
    outcome = outcome_of([row(1, padded=True)], [entry(1)])
    assert only(outcome).notes == [s.PADDED_CODE]
    outcome = outcome_of([row(1, padded=True, first_name="مریمی")], [entry(1)])
    assert {f.situation for f in outcome.findings} == {s.NOT_REGISTERED, s.ORPHAN}


def test_two_roles_are_one_person_with_the_faculty_row_first() -> None:
    rows = [row(1, unit="مالی"), row(1, unit="شیمی", person_kind="faculty", personnel_number="6001")]
    outcome = outcome_of(rows, [entry(1, unit="شیمی", personnel_number="6001")], [link(1)])
    assert outcome.situations == {s.CONFIRMED: 21}
    assert outcome.notes == {s.TWO_ROLES: 1}


def test_roles_in_two_files_are_one_person() -> None:
    rows, entries, links = crowd()
    sources = [source_input([row(1), *rows]), source_input([row(1, person_kind="faculty")], "faculty")]
    outcome = reconcile(world(entries=[entry(1), *entries], links=[link(1), *links], sources=sources))
    assert outcome.situations == {s.CONFIRMED: 21}
    assert outcome.notes == {s.TWO_ROLES: 1}


def test_an_ended_role_beside_an_active_one_is_no_leaver() -> None:
    rows = [row(1, person_kind="faculty", **ENDED), row(1, personnel_number="9")]
    assert outcome_of(rows, [entry(1, personnel_number="9")], [link(1)]).situations == {s.CONFIRMED: 21}


def test_rows_equal_after_folding_collapse() -> None:
    rows = [row(1, unit="مالي"), row(1, unit="مالی")]
    outcome = outcome_of(rows, [entry(1)], [link(1)])
    assert outcome.notes == {s.DUPLICATE_ROW: 1}


def test_a_source_with_full_names_only_is_matched_on_the_whole_name() -> None:
    person = row(1, first_name="", last_name="", full_name="مریم كریمی")
    assert outcome_of([person], [entry(1, last_name="کریمی")]).situations[s.FOUND] == 1


@pytest.mark.parametrize(
    ("status", "situation"),
    [("active", s.TEMP_IDLE), ("admitted", s.TEMP_HR_INACTIVE), ("ended", s.LEAVER)],
)
def test_a_temporary_account_is_judged_by_what_hr_says_of_its_holder(status: str, situation: str) -> None:
    outcome = outcome_of([row(1, status_class=status)], [entry(1, branch="temporary", covered_by="")])
    assert outcome.situations[situation] == 1


def test_a_temporary_account_without_a_row_waits_for_hr_and_nothing_is_done_to_it() -> None:
    outcome = outcome_of([row(1)], [entry(1), entry(2, branch="temporary", covered_by="")])
    finding = next(f for f in outcome.findings if f.situation == s.TEMP_NO_HR)
    assert (finding.actions, finding.national_code) == ([], code(2))


def test_a_temporary_account_whose_holder_asked_for_the_permanent_one_is_ready() -> None:
    there = [entry(1, branch="temporary", covered_by=""), entry(2, branch="temporary", covered_by="")]
    outcome = outcome_of([row(1), row(2)], there, told=Told(requested=frozenset({"uuid-1"})))
    assert (outcome.situations[s.TEMP_READY], outcome.situations[s.TEMP_IDLE]) == (1, 1)


def test_details_of_a_temporary_account_are_not_mended() -> None:
    there = entry(1, branch="temporary", covered_by="", unit="")
    finding = next(f for f in outcome_of([row(1)], [there]).findings if f.situation == s.TEMP_IDLE)
    assert finding.actions == []


def test_an_orphan_of_the_same_name_is_a_hint_not_a_match() -> None:
    there = entry(1, national_code=code(99), personnel_number="1", match_key_0="1")
    findings = {f.situation: f for f in outcome_of([row(1)], [there]).findings}
    assert findings[s.NOT_REGISTERED].evidence["hints"] == [there["dn"]]
    assert findings[s.NOT_REGISTERED].dns == []


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    numbers = range(60)
    rows = [row(n, unit="مالی" if n % 7 else "شیمی", title="x" if n % 5 else "") for n in numbers]
    rows += [row(3, personnel_number="1"), row(4), row(5, first_name="رضا"), row(6, personnel_number="5007")]
    entries = [entry(n, unit="مالی", national_code="" if n % 9 == 0 else code(n)) for n in numbers if n % 8]
    straight = reconcile(world(rows, entries))
    shuffle = random.Random(seed)  # noqa: S311
    shuffle.shuffle(rows)
    shuffle.shuffle(entries)
    shuffled = reconcile(world(rows, entries))
    assert shuffled.plan_hash == straight.plan_hash
    assert [(f.row, f.situation, f.dns, f.differences) for f in shuffled.findings] == [
        (f.row, f.situation, f.dns, f.differences) for f in straight.findings
    ]


def test_an_empty_directory_and_an_empty_register_compare() -> None:
    assert reconcile(world([row(1)])).situations == {s.UNCORRELATED: 1}


def test_nothing_compares_with_nothing() -> None:
    assert reconcile(world(sources=[])).situations == {}


def test_a_directory_with_whole_names_only_is_compared_by_them() -> None:
    whole = f"{row(1)['first_name']} {name_of(1)}"
    there = {"first_name": "", "last_name": "", "full_name": whole + "ی"}
    world_ = world([row(1)], [entry(1, **there)], [link(1)], unmapped=frozenset({"first_name", "last_name"}))
    found = only(reconcile(world_))
    assert (found.situation, found.actions[0].new) == ("DRIFT", {"full_name": whole})


def test_a_close_name_links_by_itself_once_the_rule_has_earned_it() -> None:
    outcome = outcome_of([row(1)], [entry(1, first_name="سیده مریم")], earned=frozenset({s.T2}))
    finding = only(outcome)
    assert (finding.situation, finding.tier, finding.actions[0].kind) == (s.FOUND, s.T2, s.UPDATE)
    assert [(link.entry_uuid, link.rule) for link in outcome.links] == [("uuid-1", s.T2)]


def test_a_disabled_account_of_somebody_admitted_is_only_counted() -> None:
    admitted = row(1, status_class="admitted", status_word="admitted")
    outcome = outcome_of([admitted], [entry(1, disabled=True)], [link(1)])
    assert outcome.situations[s.DISABLED] == 1
    assert not outcome.findings


def test_a_linked_account_that_became_protected_is_only_counted() -> None:
    outcome = outcome_of([row(1, unit="تازه")], [entry(1, unit="کهنه", protected=True)], [link(1)])
    assert outcome.situations[s.PROTECTED] == 1
    assert not outcome.findings
