"""Cases over several runs: opened, decided, respected, opened again, closed by themselves."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.extensions import db, settings_of
from backoffice.models import AuditEntry, Case, Link, Person, PersonCode, Run
from backoffice.rules import situations as s
from backoffice.rules.errors import RefusedError
from backoffice.services import case_work, cases
from backoffice.services.case_work import Decision
from tests.directories import account
from tests.reconcile.exports import code, people
from tests.services.test_reconciliation import COUNT, Plan, overrides, plan

__all__ = ["overrides", "plan"]

OTHER_NAME = "ناشناس"


def entries(**first: str) -> list[str]:
    """The accounts of everybody; the first one changed."""
    rows = people(COUNT)[1:]
    return [account(rows[0], **first), *(account(row) for row in rows[1:])]


def one_case(kind: str) -> Case:
    return db.session.execute(sa.select(Case).where(Case.kind == kind)).scalar_one()


def states(kind: str) -> list[str]:
    return list(db.session.scalars(sa.select(Case.state).where(Case.kind == kind).order_by(Case.id)))


def decide(app: Flask, case: Case, verdict: str, **values: Any) -> None:
    decision = Decision(verdict, **{"reason": "documents", **values})
    case_work.decide(case.id, decision, actor="amiri", settings=settings_of(app))


def changed(column: int, value: str) -> list[list[str]]:
    grid = people(COUNT)
    grid[1][column] = value
    return grid


CONFLICT = {"sn;lang-fa": OTHER_NAME}


def uuid_of(case: Case) -> str:
    return str(case.entry_uuids[0])


def test_a_run_opens_a_case_once_and_later_runs_keep_it(plan: Plan) -> None:
    first = plan(None, entries(**CONFLICT))
    case = one_case(s.NAME_CONFLICT)
    assert (case.state, case.opened_run, case.last_run) == ("new", first.id, first.id)
    second = plan(None, entries(**CONFLICT))
    assert (case.opened_run, case.last_run, case.entry_uuids) == (first.id, second.id, [uuid_of(case)])
    assert len(states(s.NAME_CONFLICT)) == 1


def test_a_case_closes_by_itself_when_the_source_is_repaired_and_opens_when_it_comes_back(plan: Plan) -> None:
    plan(None, entries(**CONFLICT))
    plan(None, entries())
    assert states(s.NAME_CONFLICT) == ["auto_closed"]
    plan(None, entries(**CONFLICT))
    # The person is linked by now, so it is another conflict of the same case.
    assert (one_case(s.NAME_CONFLICT).state, one_case(s.NAME_CONFLICT).reopened) == ("new", 1)


def test_the_same_person_is_linked_and_the_next_run_corrects_the_name(plan: Plan, app: Flask) -> None:
    plan(None, entries(**CONFLICT))
    decide(app, one_case(s.NAME_CONFLICT), "same", entry=uuid_of(one_case(s.NAME_CONFLICT)))
    link = db.session.execute(sa.select(Link).where(Link.rule == "verdict")).scalar_one()
    assert (link.rule, link.origin, link.person.national_code) == ("verdict", "desk", people(1)[1][0])
    run = plan(None, entries(**CONFLICT))
    assert (run.situations, run.actions) == ({"CONFIRMED": COUNT - 1, "DRIFT": 1}, {"update": 1})
    assert states(s.NAME_CONFLICT) == ["resolved"]


def test_not_the_same_person_is_never_proposed_again(plan: Plan, app: Flask) -> None:
    plan(None, entries(**CONFLICT))
    decide(app, one_case(s.NAME_CONFLICT), "different")
    run = plan(None, entries(**CONFLICT))
    assert run.situations == {"CONFIRMED": COUNT - 1, "NOT_REGISTERED": 1, "ORPHAN": 1}
    assert states(s.NAME_CONFLICT) == ["resolved"]


@pytest.mark.parametrize("there", ["other letters", "a spelling"])
def test_a_verdict_holds_until_a_compared_field_changes(plan: Plan, app: Flask, there: str) -> None:
    plan(None, entries(**{"sn;lang-fa": "ناشناس زاده"}))
    decide(app, one_case(s.NAME_CONFLICT), "different")
    changes = {"other letters": "بیگانه", "a spelling": "ناشناس‌زاده"}
    run = plan(None, entries(**{"sn;lang-fa": changes[there]}))
    again = there == "other letters"
    assert run.situations.get("NAME_CONFLICT", 0) == again
    assert states(s.NAME_CONFLICT) == ["new" if again else "resolved"]


def test_a_link_that_is_not_the_persons_ends_and_reopening_brings_it_back(plan: Plan, app: Flask) -> None:
    plan(None, entries())
    plan(None, entries(**CONFLICT))
    case = one_case(s.NAME_CONFLICT)
    decide(app, case, "different")
    living = sa.select(sa.func.count()).select_from(Link).where(Link.ended_at.is_(None))
    assert db.session.scalar(living) == COUNT - 1
    case_work.reopen(case.id, note="wrong file", actor="rezaei")
    assert db.session.scalar(living) == COUNT
    run = plan(None, entries(**CONFLICT))
    assert (run.situations["NAME_CONFLICT"], case.state, case.reopened) == (1, "new", 1)


def test_of_two_accounts_the_main_one_is_linked_and_the_other_left_alone(plan: Plan, app: Flask) -> None:
    row = people(1)[1]
    twins = [*entries(), account([row[0], "twin", *row[2:]], employeeNumber=row[1])]
    plan(None, twins)
    decide(app, one_case(s.TWO_ACCOUNTS), "main", entry=uuid_of(one_case(s.TWO_ACCOUNTS)))
    run = plan(None, twins)
    assert run.situations == {"CONFIRMED": COUNT, "PROTECTED": 1}
    assert states(s.TWO_ACCOUNTS) == ["resolved"]


STRANGER = account([code(900), "9900", "پرویز", "ناشناس", *people(1)[1][4:]])


def test_an_account_of_nobody_known_can_be_left(plan: Plan, app: Flask) -> None:
    plan(None, [*entries(), STRANGER])
    decide(app, one_case(s.ORPHAN), "leave")
    run = plan(None, [*entries(), STRANGER])
    assert (run.situations, states(s.ORPHAN)) == ({"CONFIRMED": COUNT, "PROTECTED": 1}, ["resolved"])


def test_an_account_can_be_given_to_a_person_by_national_code(plan: Plan, app: Flask) -> None:
    nameless = [*entries()[1:], account(people(1)[1], employeeNumber="", schacPersonalUniqueID="")]
    plan(None, nameless)
    orphan = one_case(s.ORPHAN)
    with pytest.raises(RefusedError, match="no valid national code"):
        decide(app, orphan, "belongs", national_code="123")
    with pytest.raises(RefusedError, match="Neither HR"):
        decide(app, orphan, "belongs", national_code=code(777))
    decide(app, orphan, "belongs", national_code=people(1)[1][0])
    run = plan(None, nameless)
    assert run.situations == {"CONFIRMED": COUNT - 1, "DRIFT": 1}


def test_an_approved_new_code_is_kept_in_the_history_and_planned(plan: Plan, app: Flask) -> None:
    plan(None, entries())
    new = code(4321)
    plan(changed(0, new), entries())
    decide(app, one_case(s.ID_CHANGED), "approve")
    person = db.session.execute(sa.select(Person).where(Person.national_code == new)).scalar_one()
    history = db.session.scalars(sa.select(PersonCode).where(PersonCode.person_id == person.id).order_by(PersonCode.id))
    assert [(old.value, old.until is None) for old in history] == [(people(1)[1][0], False), (new, True)]
    run = plan(changed(0, new), entries())
    assert (run.situations, run.actions) == ({"CONFIRMED": COUNT - 1, "DRIFT": 1}, {"key_change": 1})


def test_a_link_to_an_account_that_is_gone_can_be_forgotten(plan: Plan, app: Flask) -> None:
    plan(None, entries())
    plan(None, entries()[1:], accept_directory="one left")
    decide(app, one_case(s.TARGET_GONE), "forget")
    run = plan(None, entries()[1:])
    assert run.situations == {"CONFIRMED": COUNT - 1, "NOT_REGISTERED": 1}


def test_somebody_else_took_the_case(plan: Plan, app: Flask) -> None:
    plan(None, entries(**CONFLICT))
    case = one_case(s.NAME_CONFLICT)
    case_work.take(case.id, actor="rezaei")
    with pytest.raises(RefusedError, match="rezaei has already taken this case"):
        case_work.take(case.id, actor="amiri")
    with pytest.raises(RefusedError, match="rezaei has already taken this case"):
        decide(app, case, "different")
    with pytest.raises(RefusedError, match="Only the person who took"):
        case_work.release_taking(case.id, actor="amiri")
    case_work.release_taking(case.id, actor="rezaei")
    decide(app, case, "different")


def test_two_people_cannot_decide_at_once(plan: Plan, app: Flask) -> None:
    plan(None, entries(**CONFLICT))
    case = one_case(s.NAME_CONFLICT)
    decide(app, case, "same", entry=uuid_of(case))
    with pytest.raises(RefusedError, match="amiri has already decided this case"):
        decide(app, case, "different")
    assert case.verdict == "same"


def test_a_case_that_changed_since_it_was_shown_is_not_decided(plan: Plan, app: Flask) -> None:
    plan(None, entries(**CONFLICT))
    with pytest.raises(RefusedError, match="has changed since you opened"):
        decide(app, one_case(s.NAME_CONFLICT), "different", fingerprint="0" * 64)
    assert one_case(s.NAME_CONFLICT).state == "new"


def test_an_account_of_somebody_else_is_not_given_away(plan: Plan, app: Flask) -> None:
    plan(None, entries(**CONFLICT))
    decide(app, one_case(s.NAME_CONFLICT), "same", entry=uuid_of(one_case(s.NAME_CONFLICT)))
    case_work.reopen(one_case(s.NAME_CONFLICT).id, note="a mistake", actor="amiri")
    assert db.session.scalar(sa.select(sa.func.count()).where(Link.rule == "verdict", Link.ended_at.is_(None))) == 0
    with pytest.raises(RefusedError, match="not part of this case"):
        decide(app, one_case(s.NAME_CONFLICT), "same", entry="of nobody")


def test_every_step_is_in_the_trail_with_its_reason(plan: Plan, app: Flask) -> None:
    plan(None, entries(**CONFLICT))
    case = one_case(s.NAME_CONFLICT)
    case_work.take(case.id, actor="amiri")
    case_work.wait(case.id, "waiting_hr", note="asked by letter", actor="amiri")
    decide(app, case, "different", reason="hr_said", note="letter 12")
    acts = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.subject == f"case:{case.id}").order_by(AuditEntry.id)
    )
    assert [(act.action, act.reason, act.before["state"], act.after["state"]) for act in acts] == [
        ("cases:case:taken", "", "new", "triage"),
        ("cases:case:waiting_hr", "asked by letter", "triage", "waiting_hr"),
        ("cases:case:decided", "hr_said: letter 12", "waiting_hr", "resolved"),
    ]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"verdict": "keep"}, "choose a decision"),
        ({"verdict": "different", "reason": "x"}, "choose a reason"),
        ({"verdict": "different", "reason": "other"}, "a few words"),
        ({"verdict": "same"}, "choose the account"),
    ],
)
def test_what_does_not_fit_is_refused(plan: Plan, app: Flask, values: dict[str, str], sentence: str) -> None:
    plan(None, entries(**CONFLICT))
    with pytest.raises(RefusedError, match=sentence):
        decide(app, one_case(s.NAME_CONFLICT), **values)


def test_a_run_that_lists_nothing_touches_no_case_of_another_source(plan: Plan) -> None:
    run: Run = plan(None, entries(**CONFLICT))
    case = one_case(s.NAME_CONFLICT)
    assert cases.counts() == {s.NAME_CONFLICT: 1}
    assert cases.counts(["students"]) == {}
    assert case.last_run == run.id
