"""Who passes, who is refused and why. One test is one rule of mission.md §6."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.rules import account_states
from backoffice.rules.identity import LATER, PASSES, REFUSED, Judgement, judge
from backoffice.rules.identity_causes import PASSING
from backoffice.rules.identity_evidence import Accepted, AccountFact, EntryFact, Evidence, HrFact, LinkFact
from backoffice.rules.inquiry import Answer
from backoffice.rules.primary_row import mark_of
from tests.identity_claims import NOW, claim, evidence, fact
from tests.reconcile.worlds import code, name_of

PEOPLE, STUDENTS = "ou=people,dc=x", "ou=students,dc=x"
ONE_DAY = dt.timedelta(days=1)


def entry(**changed: Any) -> EntryFact:
    return EntryFact(**{"dn": f"uid=u1,{PEOPLE}", "entry_uuid": "uuid-1", "username": "u1", **changed})


def causes(known: Evidence, **typed: Any) -> tuple[str, ...]:
    return judge(claim(**typed), known).causes


def verdict(known: Evidence, **typed: Any) -> str:
    return judge(claim(**typed), known).verdict


def test_a_person_as_hr_has_them_passes() -> None:
    judged = judge(claim(), evidence(fact()))
    assert (judged.verdict, judged.causes, judged.source, judged.flags) == (PASSES, (), "hr", ())
    assert judged.hr is not None
    assert judged.hr["mobile"] == "09123456789"


@pytest.mark.parametrize("wrong", ["0000000000", "1111111111", "123", "", "12345678901", "0012345678"])
def test_a_code_that_is_none_is_refused_whatever_else_is_known(wrong: str) -> None:
    known = evidence(fact(), down=("directory",), entries=(entry(),))
    assert causes(known, national_code=wrong) == ("NC_INVALID",)


def test_nobody_in_hr_has_this_code() -> None:
    assert causes(evidence()) == ("NC_NOT_IN_HR",)


def test_lost_zeros_pass_with_an_equal_name_and_birth_date() -> None:
    known = evidence(fact(padded=True))
    assert (verdict(known), causes(known)) == (PASSES, ("NC_LOST_ZEROS",))
    assert causes(known, last_name="دیگری") == ("NAME_DIFFERS",)
    assert causes(known, birth_date="1980-05-22") == ("BIRTHDATE_DIFFERS",)


def test_lost_zeros_are_not_noted_where_another_row_has_the_whole_code() -> None:
    assert causes(evidence(fact(padded=True), fact(personnel_number="77"))) == ()


@pytest.mark.parametrize(
    ("typed", "held"),
    [("رضایی", "رضائي"), ("علی‌پور", "علی پور"), ("موسوی", "مُوسوی"), ("سید موسوی", "موسوی"), ("آذر", "اذر")],
)  # fmt: skip
def test_a_name_that_is_equal_after_folding_passes_and_is_noted(typed: str, held: str) -> None:
    known = evidence(fact(last_name=held))
    assert (verdict(known, last_name=typed), causes(known, last_name=typed)) == (PASSES, ("NAME_SPELLING",))


def test_parts_of_a_name_that_stand_on_the_other_side_of_the_space_are_spelling() -> None:
    known = evidence(fact(first_name="محمد", last_name="رضا کریمی"))
    assert causes(known, first_name="محمد رضا", last_name="کریمی") == ("NAME_SPELLING",)


def test_one_slip_of_the_pen_is_a_difference() -> None:
    known = evidence(fact(last_name="کریمی"))
    judged = judge(claim(last_name="کریمیی"), known)
    assert judged.causes == ("NAME_DIFFERS",)
    assert {"hint": "ONE_EDIT", "field": "last_name"} in judged.hints


def test_a_whole_name_is_compared_where_hr_has_only_that() -> None:
    known = evidence(fact(first_name="", last_name="", full_name="مریم کریمی"))
    assert causes(known, last_name="کریمی") == ()
    assert causes(known, last_name="رستمی") == ("NAME_DIFFERS",)


def test_an_empty_name_is_never_equal() -> None:
    assert causes(evidence(fact(last_name="-")), last_name="") == ("NAME_DIFFERS",)


def test_father_and_birth_date_are_compared_where_hr_has_them() -> None:
    assert causes(evidence(fact()), father_name="رضا") == ("FATHER_DIFFERS",)
    assert causes(evidence(fact(father_name="")), father_name="رضا") == ()
    known = evidence(fact(birth_date=""))
    assert causes(known, birth_date="1970-01-01") == ()
    assert judge(claim(), known).flags == ("NO_BIRTH_DATE_IN_HR",)


def test_of_rows_that_contradict_each_other_the_chosen_one_counts_and_no_other() -> None:
    rows = (fact(), fact(birth_date="1981-05-21", personnel_number="77"))
    assert causes(evidence(*rows)) == ("DUPLICATE_IN_HR",)
    right, wrong = (evidence(*rows, chosen=frozenset({mark_of(row, rows)})) for row in rows)
    assert (judge(claim(), right).verdict, judge(claim(), right).flags) == (PASSES, ("OVERRIDDEN",))
    assert causes(wrong) == ("BIRTHDATE_DIFFERS",)


def test_an_active_row_does_not_help_where_the_chosen_one_has_ended() -> None:
    rows = (fact(status_class="ended"), fact(last_name="دیگری"))
    assert causes(evidence(*rows, chosen=frozenset({mark_of(rows[0], rows)}))) == ("HR_INACTIVE",)


def test_the_first_cause_is_that_of_the_mission_and_passing_ones_come_last() -> None:
    known = evidence(fact(first_name="مريم", status_class="ended"))
    assert causes(known, birth_date="1980-05-22", father_name="رضا") == (
        "FATHER_DIFFERS", "BIRTHDATE_DIFFERS", "HR_INACTIVE", "NAME_SPELLING",
    )  # fmt: skip


@pytest.mark.parametrize("answer", [Answer.NOT_MATCHED, Answer.INVALID])
def test_the_civil_registry_counts_only_where_hr_agrees(answer: Answer) -> None:
    known = evidence(fact(), registry=answer)
    assert causes(known) == ("CIVIL_DIFFERS",)
    assert causes(known, last_name="دیگری") == ("NAME_DIFFERS",)
    assert causes(evidence(registry=answer)) == ("NC_NOT_IN_HR",)


@pytest.mark.parametrize(
    ("state", "expires", "cause"),
    [
        (account_states.CREATING, NOW + ONE_DAY, ("EXISTS_TEMPORARY",)),
        (account_states.TEMPORARY, NOW + ONE_DAY, ("EXISTS_TEMPORARY",)),
        (account_states.TEMPORARY, NOW - ONE_DAY, ("EXISTS_EXPIRED",)),
        (account_states.EXPIRED, NOW - ONE_DAY, ("EXISTS_EXPIRED",)),
        (account_states.LOCKED, NOW + ONE_DAY, ("EXISTS_TEMPORARY",)),
        (account_states.PERMANENT, None, ("EXISTS_STAFF",)),
        (account_states.PURGED, NOW - ONE_DAY, ()),
    ],
)
def test_an_account_of_ours_exists(state: str, expires: dt.datetime | None, cause: tuple[str, ...]) -> None:
    assert causes(evidence(fact(), accounts=(AccountFact(code(1), state, "hr", "", expires),))) == cause


def test_a_temporary_entry_that_our_register_does_not_know_exists() -> None:
    dn = f"uid={code(1)},ou=temporary,dc=x"
    temporary = entry(dn=dn, username=code(1), temporary=True, expires_at=NOW + ONE_DAY)
    assert causes(evidence(fact(), entries=(temporary,))) == ("EXISTS_TEMPORARY",)
    over = entry(dn=dn, username=code(1), temporary=True, expires_at=NOW - ONE_DAY)
    assert causes(evidence(fact(), entries=(over,))) == ("EXISTS_EXPIRED",)


def test_our_own_account_says_more_of_a_temporary_entry_than_the_entry() -> None:
    over = entry(username=code(1), temporary=True, expires_at=NOW - ONE_DAY)
    account = AccountFact(code(1), account_states.TEMPORARY, "hr", "", NOW + ONE_DAY)
    assert causes(evidence(fact(), entries=(over,), accounts=(account,))) == ("EXISTS_TEMPORARY",)


@pytest.mark.parametrize(
    ("changed", "cause"),
    [
        ({"affiliations": ("staff", "member")}, "EXISTS_STAFF"),
        ({"affiliations": ("student", "member")}, "EXISTS_STUDENT"),
        ({"affiliations": ("student", "employee")}, "EXISTS_STAFF"),
        ({"dn": f"uid=u1,{STUDENTS}"}, "EXISTS_STUDENT"),
        ({"dn": "uid=u1,ou=archived,dc=x"}, "EXISTS_STAFF"),
        ({}, "EXISTS_STAFF"),
    ],
)
def test_a_permanent_entry_is_one_of_staff_or_of_a_student(changed: dict[str, Any], cause: str) -> None:
    assert causes(evidence(fact(), entries=(entry(**changed),))) == (cause,)


def test_an_entry_without_hr_or_register_is_an_orphan() -> None:
    assert causes(evidence(entries=(entry(),))) == ("NC_NOT_IN_HR", "EXISTS_ORPHAN")
    ended = LinkFact("UUID-1", "hr", ended=True)
    assert causes(evidence(entries=(entry(),), links=(ended,))) == ("NC_NOT_IN_HR", "EXISTS_STAFF")


def test_a_link_counts_although_the_entry_shows_no_code() -> None:
    assert causes(evidence(fact(), links=(LinkFact("uuid-9", "hr"),))) == ("EXISTS_STAFF",)
    assert causes(evidence(fact(), links=(LinkFact("uuid-9", "students"),))) == ("EXISTS_STUDENT",)
    assert causes(evidence(fact(), links=(LinkFact("uuid-9", "hr", ended=True),))) == ()


def test_rows_of_one_code_that_disagree_are_refused_although_one_of_them_fits() -> None:
    assert causes(evidence(fact(), fact(last_name="دیگری"))) == ("DUPLICATE_IN_HR",)
    assert causes(evidence(fact(), fact(birth_date="1980-05-22"))) == ("DUPLICATE_IN_HR",)
    assert causes(evidence(fact(), fact(last_name="دیگری")), last_name="سومی") == ("NAME_DIFFERS", "DUPLICATE_IN_HR")


def test_rows_that_agree_are_one_person_with_two_roles() -> None:
    judged = judge(claim(), evidence(fact(person_kind="student", source="students"), fact(person_kind="faculty")))
    assert (judged.verdict, judged.source, judged.flags) == (PASSES, "hr", ("TWO_ROLES",))


def test_a_father_that_only_one_of_two_rows_has_is_compared() -> None:
    assert causes(evidence(fact(father_name=""), fact()), father_name="رضا") == ("FATHER_DIFFERS",)


@pytest.mark.parametrize("word", ["ended", "limited", "deceased", "unknown"])
def test_whoever_is_not_active_is_refused(word: str) -> None:
    assert causes(evidence(fact(status_class=word))) == ("HR_INACTIVE",)


def test_one_active_role_is_enough_but_not_for_the_dead() -> None:
    assert causes(evidence(fact(status_class="ended"), fact())) == ()
    assert causes(evidence(fact(status_class="deceased"), fact())) == ("HR_INACTIVE",)


def test_an_admitted_person_may_register_and_a_contract_ends_with_its_last_day() -> None:
    assert causes(evidence(fact(status_class="admitted"))) == ()
    assert causes(evidence(fact(end_date=NOW.date().isoformat()))) == ()
    assert causes(evidence(fact(end_date=(NOW.date() - ONE_DAY).isoformat()))) == ("HR_INACTIVE",)


def test_another_kind_of_id_is_judged_by_nothing_else() -> None:
    assert causes(evidence(), id_type="foreign", national_code="A1234567") == ("FOREIGN_ID",)


def test_an_announced_colleague_counts_until_hr_has_a_row() -> None:
    announced = fact(announced=True)
    judged = judge(claim(), evidence(announced))
    assert (judged.verdict, judged.flags) == (PASSES, ("ANNOUNCED",))
    assert causes(evidence(announced, fact(last_name="دیگری"))) == ("NAME_DIFFERS",)


def test_a_row_that_says_somebody_left_does_not_stand_against_a_new_announcement() -> None:
    left = fact(status_class="ended", father_name="دیگری")
    assert causes(evidence(left)) == ("FATHER_DIFFERS", "HR_INACTIVE")
    assert causes(evidence(left, fact(announced=True))) == ()
    assert causes(evidence(fact(status_class="deceased"), fact(announced=True))) == ("HR_INACTIVE",)


def test_what_the_office_accepts_passes_as_it_was_typed_and_no_other_way() -> None:
    known = evidence(fact(), accepted=(Accepted("last_name", "دیگری"),))
    judged = judge(claim(last_name="ديگري"), known)
    assert (judged.verdict, judged.flags) == (PASSES, ("OVERRIDDEN",))
    assert causes(known, last_name="سومی") == ("NAME_DIFFERS",)
    assert causes(known, last_name="دیگری", father_name="رضا") == ("FATHER_DIFFERS",)


def test_an_exception_for_the_whole_person_passes_names_father_and_birth_date_but_nothing_else() -> None:
    known = evidence(fact(), accepted=(Accepted(),))
    assert causes(known, last_name="دیگری", father_name="رضا", birth_date="1970-01-01") == ()
    inactive = evidence(fact(status_class="ended"), accepted=(Accepted(),), entries=(entry(),))
    assert causes(inactive) == ("EXISTS_STAFF", "HR_INACTIVE")


def test_a_wrong_personnel_number_is_a_flag_and_a_missing_one_nothing() -> None:
    judged = judge(claim(personnel_number="1"), evidence(fact()))
    assert (judged.verdict, judged.flags) == (PASSES, ("PERSONNEL_NUMBER_DIFFERS",))
    assert judge(claim(personnel_number="5001"), evidence(fact())).flags == ()


# What may be known about a person, put together at random.
_FACTS = st.lists(
    st.builds(
        fact, st.just(1), last_name=st.sampled_from([name_of(1), "دیگری", ""]), padded=st.booleans(),
        status_class=st.sampled_from(["active", "ended", "deceased", "admitted"]), announced=st.booleans(),
        birth_date=st.sampled_from(["1980-05-21", "1980-05-22", ""]), father_name=st.sampled_from(["حسن", "رضا", ""]),
        person_kind=st.sampled_from(["faculty", "student", ""]), personnel_number=st.sampled_from(["5001", "7"]),
        source=st.sampled_from(["hr", "students"]),
    ), max_size=4,
)  # fmt: skip
_ENTRIES = st.lists(
    st.builds(
        entry, entry_uuid=st.sampled_from(["uuid-1", "uuid-2"]), temporary=st.booleans(),
        affiliations=st.sampled_from([(), ("student",), ("staff",)]), dn=st.sampled_from([f"uid=a,{PEOPLE}", "uid=b"]),
    ), max_size=3,
)  # fmt: skip
_ACCOUNTS = st.lists(st.builds(AccountFact, st.just("u1"), st.sampled_from(account_states.STATES)), max_size=2)
_LINKS = st.lists(st.builds(LinkFact, st.sampled_from(["uuid-1", "uuid-3"]), st.just("hr")), max_size=2)
_CLAIMS = st.builds(
    claim, last_name=st.sampled_from([name_of(1), "دیگری"]), national_code=st.sampled_from([code(1), "1"]),
    id_type=st.sampled_from(["national", "foreign"]), birth_date=st.sampled_from(["1980-05-21", "1981-05-21"]),
)  # fmt: skip
_ANSWERS = st.sampled_from([None, *Answer])


def _known(facts: list[HrFact], entries: list[EntryFact], accounts: Any, links: Any, **more: Any) -> Evidence:
    found = {"entries": tuple(entries), "accounts": tuple(accounts), "links": tuple(links)}
    return evidence(*facts, **found, **more)


def _backwards(known: Evidence) -> Judgement:
    turned = {name: getattr(known, name)[::-1] for name in ("entries", "accounts", "links")}
    return judge(claim(), evidence(*known.hr[::-1], registry=known.registry, **turned))


@given(_FACTS, _ENTRIES, _ACCOUNTS, _LINKS, _ANSWERS)
def test_the_order_of_facts_does_not_matter(
    facts: Any, entries: Any, accounts: Any, links: Any, answer: Answer
) -> None:  # fmt: skip
    known = _known(facts, entries, accounts, links, registry=answer)
    assert judge(claim(), known) == _backwards(known)


@given(_CLAIMS, _FACTS, _ENTRIES, _ACCOUNTS, _LINKS, _ANSWERS)
def test_a_cause_that_refuses_never_passes(
    typed: Any, facts: Any, entries: Any, accounts: Any, links: Any, answer: Answer
) -> None:  # fmt: skip
    judged = judge(typed, _known(facts, entries, accounts, links, registry=answer))
    assert (judged.verdict == PASSES) == (set(judged.causes) <= PASSING)
    assert judged.verdict != PASSES or judged.hr is not None


@given(_CLAIMS, _FACTS, _ENTRIES, _ACCOUNTS, _LINKS, st.sampled_from(["hr", "directory", "registry"]))
def test_an_outage_is_never_a_mismatch(
    typed: Any, facts: Any, entries: Any, accounts: Any, links: Any, silent: str
) -> None:  # fmt: skip
    judged = judge(typed, _known(facts, entries, accounts, links, down=(silent,)))
    assert judged.verdict == LATER or judged.causes == ("NC_INVALID",)
    assert judged.causes in (("SERVICE_DOWN",), ("NC_INVALID",))
    assert judged.verdict != REFUSED or typed.national_code != code(1)
