"""Which of HR's contradicting rows counts once somebody has said which is right."""

from hypothesis import given
from hypothesis import strategies as st

from backoffice.rules.identity_evidence import HrFact
from backoffice.rules.primary_row import choices, counting, find, mark_of
from tests.identity_claims import fact

RIGHT, WRONG = fact(), fact(last_name="دیگری", source="faculty", personnel_number="77")
ROWS = (RIGHT, WRONG)
MARK = mark_of(RIGHT, ROWS)


def test_the_row_that_contradicts_the_right_one_does_not_count() -> None:
    assert counting(ROWS, [MARK]) == [RIGHT]
    assert counting(ROWS, [mark_of(WRONG, ROWS)]) == [WRONG]


def test_all_rows_count_where_nobody_said_which_is_right() -> None:
    assert counting(ROWS, []) == counting(ROWS, ["another mark"]) == [*ROWS]


def test_a_row_that_agrees_with_the_right_one_goes_on_counting() -> None:
    second_role = fact(personnel_number="78", source="contractor")
    rows = (*ROWS, second_role)
    assert counting(rows, [mark_of(RIGHT, rows)]) == [RIGHT, second_role]


def test_only_the_right_row_counts_where_those_that_agree_with_it_contradict_each_other() -> None:
    dateless = fact(birth_date="")
    rows = (dateless, fact(birth_date="1980-05-21", personnel_number="1"), fact(birth_date="1981-05-21"))
    assert counting(rows, [mark_of(dateless, rows)]) == [dateless]


def test_the_word_ends_when_a_row_comes_goes_or_says_something_else_of_the_identity() -> None:
    assert find([RIGHT], [MARK]) is None
    assert find([*ROWS, fact(first_name="زهرا")], [MARK]) is None
    assert find([RIGHT, fact(last_name="سومی", source="faculty", personnel_number="77")], [MARK]) is None
    assert find([fact(birth_date="1980-05-22"), WRONG], [MARK]) is None


def test_the_word_stands_when_only_the_post_the_spelling_or_the_order_changes() -> None:
    again = fact(unit="دانشکده علوم", status_class="limited", first_name="مريم")
    assert find([WRONG, again], [MARK]) is again


def test_an_announced_colleague_is_no_row_of_hr() -> None:
    announced = fact(last_name="معرفی‌شده", announced=True)
    assert find([announced, *ROWS], [MARK]) is RIGHT
    assert choices([announced, *ROWS]) == choices(ROWS)


def test_there_is_nothing_to_choose_between_rows_that_agree() -> None:
    assert choices([RIGHT, fact(personnel_number="78")]) == {}
    assert choices([RIGHT]) == choices([]) == {}


def test_each_row_that_can_be_chosen_has_a_mark_of_its_own() -> None:
    assert choices([*ROWS, RIGHT]) == {MARK: RIGHT, mark_of(WRONG, ROWS): WRONG}


THIRD = fact(personnel_number="78")


@given(st.permutations([RIGHT, WRONG, THIRD, fact(birth_date="1981-01-01")]))
def test_the_order_of_the_rows_makes_no_difference(rows: list[HrFact]) -> None:
    kept = counting(rows, [mark_of(RIGHT, rows)])
    assert sorted(map(id, kept)) == sorted(map(id, (RIGHT, THIRD)))
