"""Pairs decided in groups, and what a proved rule may decide at once."""

import threading
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.extensions import db, settings_of
from backoffice.models import AuditEntry, Case, Link, ReviewBatch, Verdict
from backoffice.rules.errors import RefusedError
from backoffice.services import audit, case_scores, case_work, review_groups, review_work
from backoffice.services.case_scores import Score
from backoffice.services.review_work import Outcome, Shown
from tests.services.review_rows import judged, make_pairs


def shown(ids: list[int], *ticked: int) -> list[Shown]:
    """The pairs as a page shows them."""
    cases = db.session.scalars(sa.select(Case).where(Case.id.in_(ids)).order_by(Case.id))
    return [Shown(case.id, case.fingerprint, case.id in ticked) for case in cases]


def decide(app: Flask, pairs: list[Shown], actor: str = "amiri", tier: str = "T2") -> Outcome:
    return review_work.decide(tier, pairs, actor=actor, settings=settings_of(app))


def accept(app: Flask, tier: str = "T2", reason: str = "two hundred looked at") -> tuple[int, Outcome]:
    return review_work.accept_rest(tier, actor="admin", reason=reason, settings=settings_of(app))


def links() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Link).where(Link.ended_at.is_(None))) or 0


def states(ids: list[int]) -> dict[int, tuple[str, str]]:
    db.session.rollback()
    return {case.id: (case.state, case.verdict) for case in db.session.scalars(sa.select(Case).where(Case.id.in_(ids)))}


def whys(outcome: Outcome) -> list[str]:
    return [str(left.why) for left in outcome.left]


def test_a_group_is_drawn_by_chance_and_stays_the_same(app: Flask) -> None:
    ids = make_pairs(50)
    pages = [[pair.case.id for pair in review_groups.group("T2", number, "amiri").rows] for number in range(3)]
    assert [len(page) for page in pages] == [20, 20, 10]
    drawn = [*pages[0], *pages[1], *pages[2]]
    assert sorted(drawn) == ids != drawn
    assert [pair.case.id for pair in review_groups.group("T2", 0, "rezaei").rows] == pages[0]
    assert [pair.case.id for pair in review_groups.group("T2", 9, "amiri").rows if pair.finding] == pages[2]


def test_what_waits_for_hr_or_was_taken_is_in_nobody_elses_group(app: Flask) -> None:
    ids = make_pairs(3)
    case_work.wait(ids[0], "waiting_hr", note="asked by letter", actor="rezaei")
    case_work.take(ids[1], actor="rezaei")
    assert [pair.case.id for pair in review_groups.group("T2", 0, "amiri").rows] == [ids[2]]
    assert (review_groups.counts()["T2"], review_groups.set_aside("T2")) == (2, 1)


def test_unticked_pairs_are_one_person_and_ticked_ones_are_not(app: Flask) -> None:
    ids = make_pairs(3)
    outcome = decide(app, shown(ids, ids[1]))
    assert (outcome.decided, outcome.left) == ({"same": [ids[0], ids[2]], "different": [ids[1]]}, [])
    assert states(ids) == {
        ids[0]: ("resolved", "same"),
        ids[1]: ("resolved", "different"),
        ids[2]: ("resolved", "same"),
    }
    assert links() == 2
    assert case_scores.scores() == [Score("T2", 2, 1)]
    acts = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "cases:case:decided")).all()
    assert sorted(act.subject for act in acts) == [f"case:{number}" for number in ids]
    assert audit.verify()[0] == audit.size()


def test_only_the_pairs_shown_are_decided(app: Flask) -> None:
    ids = make_pairs(4)
    decide(app, shown(ids[:2]))
    found = states(ids)
    assert [found[number][0] for number in ids] == ["resolved", "resolved", "new", "new"]


def test_a_form_sent_twice_decides_once(app: Flask) -> None:
    ids = make_pairs(2)
    pairs = shown(ids)
    decide(app, pairs)
    again = decide(app, pairs)
    assert (again.decided["same"], whys(again)) == ([], ["amiri has already decided this case."] * 2)
    assert (links(), db.session.scalar(sa.select(sa.func.count()).select_from(Verdict))) == (2, 2)


def test_what_changed_or_was_taken_or_is_not_of_the_rule_is_left_out(app: Flask) -> None:
    ids, others = make_pairs(3), make_pairs(1, "T1b", 700)
    pairs = [*shown(ids), *shown(others), Shown(99_999, "f", is_different=False)]
    pairs[0] = Shown(ids[0], "as it was before", is_different=False)
    case_work.take(ids[1], actor="rezaei")
    outcome = decide(app, pairs)
    assert outcome.decided["same"] == [ids[2]]
    assert whys(outcome) == [
        "The case has changed since you opened the page; please look again.",
        "rezaei has already taken this case.",
        "The case has changed since you opened the page; please look again.",
        "There is no case 99999.",
    ]
    assert states(others) == {others[0]: ("new", "")}


def test_a_pair_that_cannot_be_linked_is_left_out_whole(app: Flask) -> None:
    ids = make_pairs(2)
    decide(app, shown(ids[:1]))
    with db.session.begin():
        db.session.get_one(Link, 1).entry_uuid = f"uuid-{501}"
    outcome = decide(app, shown(ids[1:]))
    assert whys(outcome) == ["This account is already linked to another person; decide that case first."]
    assert states(ids[1:]) == {ids[1]: ("new", "")}


def in_order() -> list[int]:
    return review_groups.in_order("T2", "amiri")


def test_who_picks_pairs_out_of_the_order_decides_them_but_proves_nothing(app: Flask) -> None:
    make_pairs(30)
    first, second, third, *_ = order = in_order()
    decide(app, shown([order[25], first, third]))
    assert case_scores.scores() == [Score("T2", 1, 0)]
    assert {state for state, _verdict in states([order[25], first, third]).values()} == {"resolved"}
    decide(app, shown([order[3], second]))
    assert case_scores.scores() == [Score("T2", 3, 0)]


def test_a_pair_left_out_by_a_made_up_fingerprint_ends_the_order(app: Flask) -> None:
    make_pairs(3)
    order = in_order()
    pairs = [pair if pair.case_id != order[1] else Shown(order[1], "x", is_different=False) for pair in shown(order)]
    assert sorted(decide(app, pairs).decided["same"]) == sorted([order[0], order[2]])
    assert case_scores.scores() == [Score("T2", 1, 0)]


def test_what_somebody_else_decided_meanwhile_does_not_end_the_order(app: Flask) -> None:
    make_pairs(4)
    order = in_order()
    pairs = shown(order)
    decide(app, shown(order[:1]), "rezaei")
    case_work.take(order[1], actor="rezaei")
    decide(app, pairs)
    assert case_scores.scores() == [Score("T2", 3, 0)]


def test_of_one_person_twice_only_the_ticked_are_decided(app: Flask) -> None:
    ids = make_pairs(2, "T5")
    outcome = decide(app, shown(ids, ids[0]), tier="T5")
    assert (outcome.decided["different"], states(ids[1:])) == ([ids[0]], {ids[1]: ("new", "")})
    with pytest.raises(RefusedError, match="nothing to decide"):
        decide(app, shown(ids[1:]), tier="T5")


def test_more_than_a_page_is_refused(app: Flask) -> None:
    with pytest.raises(RefusedError, match="nothing to decide"):
        decide(app, shown(make_pairs(21)))


def test_two_people_with_the_same_page_decide_each_pair_once(app: Flask) -> None:
    pairs, found = shown(make_pairs(10)), []

    def one(actor: str, order: list[Shown]) -> None:
        with app.app_context():
            found.append(decide(app, order, actor))

    threads = [
        threading.Thread(target=one, args=args) for args in (("amiri", pairs), ("rezaei", list(reversed(pairs))))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(len(outcome.decided["same"]) for outcome in found) == [0, 10]
    db.session.rollback()
    assert links() == 10


def test_the_rest_is_accepted_as_one_batch_after_two_hundred_without_fault(app: Flask) -> None:
    judged(200)
    ids, others = make_pairs(5), make_pairs(1, "T1b", 700)
    case_work.wait(ids[4], "waiting_hr", note="asked by letter", actor="rezaei")
    batch_id, outcome = accept(app)
    assert (outcome.decided["same"], links()) == (ids[:4], 4)
    assert (states(ids[4:]), states(others)) == ({ids[4]: ("waiting_hr", "")}, {others[0]: ("new", "")})
    assert set(db.session.scalars(sa.select(Verdict.batch_id))) == {batch_id}
    (act,) = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "cases:batch:accepted"))
    assert (act.actor, act.reason, act.after["pairs"]) == ("admin", "two hundred looked at", 4)


def test_what_was_accepted_by_rule_does_not_prove_the_rule(app: Flask) -> None:
    judged(200)
    make_pairs(5)
    accept(app)
    assert case_scores.scores() == [Score("T2", 200, 0)]


@pytest.mark.parametrize(("right", "wrong"), [(199, 0), (300, 1)])
def test_a_rule_that_has_not_proved_itself_decides_nothing(app: Flask, right: int, wrong: int) -> None:
    judged(right)
    judged(wrong, "different")
    ids = make_pairs(1)
    with pytest.raises(RefusedError, match="has not proved itself"):
        accept(app)
    assert states(ids) == {ids[0]: ("new", "")}


def test_the_rest_needs_a_reason_something_that_waits_and_a_rule_that_links(app: Flask) -> None:
    judged(200)
    judged(200, tier="T5")
    for tier, reason, sentence in (
        ("T2", " ", "a reason"),
        ("T2", "r", "Nothing waits"),
        ("T5", "r", "never accepted"),
    ):
        with pytest.raises(RefusedError, match=sentence):
            accept(app, tier, reason)


def test_a_batch_is_undone_as_one_step_but_for_what_was_changed_since(app: Flask) -> None:
    judged(200)
    ids = make_pairs(3)
    batch_id, _outcome = accept(app)
    case_work.reopen(ids[0], note="looked again", actor="rezaei")
    decide(app, shown(ids[:1], ids[0]))
    assert [batch.standing for batch in review_groups.batches("T2")] == [2]
    assert review_work.undo(batch_id, actor="admin", reason="the file was wrong") == 2
    assert states(ids) == {ids[0]: ("resolved", "different"), ids[1]: ("new", ""), ids[2]: ("new", "")}
    assert (links(), db.session.get_one(ReviewBatch, batch_id).undone_by) == (0, "admin")
    with pytest.raises(RefusedError, match="admin has already taken this back"):
        review_work.undo(batch_id, actor="admin", reason="again")
    assert audit.verify()[0] == audit.size()


def test_there_is_nothing_to_undo_without_a_batch_or_a_reason(app: Flask) -> None:
    for number, reason, sentence in ((7, "r", "no such"), (7, "", "a reason")):
        with pytest.raises(RefusedError, match=sentence):
            review_work.undo(number, actor="admin", reason=reason)


def test_a_batch_goes_in_parts_and_is_taken_back_as_one(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review_work, "PART", 2)
    judged(200)
    ids = make_pairs(5)
    batch_id, outcome = accept(app)
    assert (outcome.decided["same"], db.session.get_one(ReviewBatch, batch_id).pairs) == (ids, 5)
    acts = sa.select(AuditEntry.after).where(AuditEntry.action == "cases:batch:accepted").order_by(AuditEntry.id)
    assert [act["pairs"] for act in db.session.scalars(acts)] == [2, 2, 1]
    assert review_work.undo(batch_id, actor="admin", reason="wrong") == 5
    assert {state for state, _verdict in states(ids).values()} == {"new"}
    assert audit.verify()[0] == audit.size()


def test_what_a_batch_had_done_when_it_was_cut_off_stands_and_can_be_taken_back(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review_work, "PART", 2)
    judged(200)
    ids, parts = make_pairs(5), list[int]()

    def cut_off(*args: Any) -> None:
        parts.append(1)
        if len(parts) == 2:
            raise KeyboardInterrupt
        note_part(*args)

    note_part = review_work._note_part
    monkeypatch.setattr(review_work, "_note_part", cut_off)
    with pytest.raises(KeyboardInterrupt):
        accept(app)
    assert {number for number, (state, _verdict) in states(ids).items() if state == "resolved"} == set(ids[:2])
    (batch,) = db.session.scalars(sa.select(ReviewBatch))
    assert (batch.pairs, review_work.undo(batch.id, actor="admin", reason="half")) == (2, 2)


def test_a_batch_takes_no_more_than_a_writer_may_be_kept_waiting(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review_work, "MOST_ACCEPTED", 2)
    judged(200)
    ids = make_pairs(3)
    assert accept(app)[1].decided["same"] == ids[:2]
    assert accept(app)[1].decided["same"] == ids[2:]
