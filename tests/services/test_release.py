"""Releasing held rows: who may, what counts, and for how long. Every trick is tried by calling the service itself."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.extensions import db, settings_of
from backoffice.models import AuditEntry, Operation, Release, Run
from backoffice.rules.errors import RefusedError
from backoffice.rules.releases import Standing
from backoffice.services import apply, audit, release_standing, staff
from backoffice.services.release import Released, release
from tests.factories import make_run, make_snapshot
from tests.views.conftest import make_staff

Later = Callable[[float], None]
DAY = 24 * 3600
HOLD = {"planned": 1, "limit": 0, "why": "x", "message": "x", "cause": "", "values": {}}
APPROVE = {"update": "approve", "enable": "approve", "disable": "approve"}


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"policy": {"mode": "act"}, "trust": APPROVE}


@pytest.fixture(autouse=True)
def _people(app: Flask) -> None:
    for name in ("first", "second", "third", "uploader", "starter"):
        make_staff(name, "it_operator")
    make_staff("liaison", "hr_liaison", ("hr",))
    make_staff("stranger", "hr_liaison", ("faculty",))


def plan(*kinds: str, holds: bool = True, **values: Any) -> int:
    """A run with a row of each kind given; held unless told otherwise."""
    findings = [{"plan": [{"kind": kind, "held": holds}]} for kind in kinds]
    held = [{"kind": kind, "source": "hr", **HOLD} for kind in sorted(set(kinds))] if holds else []
    usual = {
        "held": held, "started_by": "starter", "snapshots": {"hr": make_snapshot(created_by="uploader")},
        "limits": [{"kind": kind, "source": "hr", "limit": 50} for kind in sorted(set(kinds))],
    }  # fmt: skip
    return make_run(findings, **{**usual, **values})


def released_by(run_id: int, *names: str, **chosen: Any) -> Released:
    """Let people release one after the other; give what the last one was told."""
    chosen = chosen or {"everything": True}
    return [release(run_id, actor=name, reason="looked at", **chosen) for name in names][-1]


def applied(app: Flask, run_id: int) -> int:
    return apply.apply(run_id, actor="first", settings=settings_of(app))


def refused(run_id: int, name: str, **chosen: Any) -> str:
    with pytest.raises(RefusedError) as fault:
        released_by(run_id, name, **chosen)
    return fault.value.message


class TestOnePerson:
    def test_an_update_is_released_by_one_person(self, app: Flask) -> None:
        run = plan("update", "update")
        assert applied(app, run) == 0
        assert released_by(run, "first").to_json() == {
            "run": run, "done": 2, "stale": 0, "failed": 0, "parked": 0, "held": 0, "already": 0,
        }  # fmt: skip
        assert applied(app, run) == 2

    def test_only_the_chosen_rows_are_released(self, app: Flask) -> None:
        run = plan("update", "update", "update")
        found = released_by(run, "first", rows=[1, 3])
        assert (found.done, found.held) == ((1, 3), 1)
        assert applied(app, run) == 2

    def test_only_the_chosen_kind_is_released(self, app: Flask) -> None:
        run = plan("update", "enable")
        assert released_by(run, "first", kind="enable").done == (2,)
        assert applied(app, run) == 1

    def test_what_was_released_before_is_not_released_again(self) -> None:
        run = plan("update", "update")
        released_by(run, "first", rows=[1])
        again = released_by(run, "second", rows=[1])
        assert (again.done, again.already) == ((), (1,))
        assert db.session.scalar(sa.select(sa.func.count(Release.id))) == 1


class TestTwoPeople:
    def test_the_first_of_two_waits_for_a_second_person(self, app: Flask) -> None:
        run = plan("disable")
        found = released_by(run, "first")
        assert (found.done, found.waiting, found.held) == ((), (1,), 1)
        assert applied(app, run) == 0

    def test_the_second_person_releases(self, app: Flask) -> None:
        run = plan("disable")
        assert released_by(run, "first", "second").done == (1,)
        assert applied(app, run) == 1

    def test_nobody_is_the_second_person_after_themselves(self, app: Flask) -> None:
        run = plan("disable")
        released_by(run, "first")
        assert "second person" in refused(run, "first")
        assert applied(app, run) == 0

    @pytest.mark.parametrize("name", ["uploader", "starter"])
    def test_uploader_and_starter_are_not_the_second_person(self, app: Flask, name: str) -> None:
        run = plan("disable")
        released_by(run, "first")
        assert "second person cannot be" in refused(run, name)
        assert applied(app, run) == 0

    @pytest.mark.parametrize("name", ["uploader", "starter"])
    def test_uploader_and_starter_may_be_the_first(self, name: str) -> None:
        run = plan("disable")
        assert released_by(run, name, "second").done == (1,)

    def test_uploader_and_starter_together_are_not_enough(self) -> None:
        run = plan("disable")
        released_by(run, "uploader")
        assert refused(run, "starter")

    def test_everything_releases_what_needs_one_and_leaves_the_rest_waiting(self, app: Flask) -> None:
        run = plan("disable", "update")
        found = released_by(run, "first")
        assert (found.done, found.waiting, found.held) == ((2,), (1,), 1)
        assert applied(app, run) == 1

    def test_a_row_inserted_by_hand_for_the_uploader_does_not_count(self, app: Flask) -> None:
        run = plan("disable")
        released_by(run, "first")
        stored = db.session.scalars(sa.select(Release)).one()
        copied = {name: getattr(stored, name) for name in ("run_id", "plan_hash", "rows", "reason", "at")}
        db.session.add(Release(by="uploader", **copied))
        db.session.commit()
        assert applied(app, run) == 0


class TestLiaison:
    def test_the_sources_liaison_may_be_the_second_person(self) -> None:
        run = plan("disable")
        assert released_by(run, "first", "liaison").done == (1,)

    def test_never_the_first_nor_alone(self) -> None:
        assert "only be the second" in refused(plan("disable"), "liaison")
        assert "only be the second" in refused(plan("update"), "liaison")

    def test_not_for_other_sources(self) -> None:
        run = plan("disable")
        released_by(run, "first")
        assert "own sources" in refused(run, "stranger")

    def test_not_where_the_liaison_brought_the_file(self) -> None:
        run = plan("disable", snapshots={"hr": make_snapshot(created_by="liaison")})
        released_by(run, "first")
        assert "brought the HR file" in refused(run, "liaison")


class TestWhoAndWhat:
    @pytest.mark.parametrize("role", ["helpdesk", "manager", "auditor"])
    def test_other_roles_release_nothing(self, role: str) -> None:
        make_staff("someone", role)
        assert refused(plan("update"), "someone")

    def test_a_disabled_desk_user_and_a_stranger_release_nothing(self) -> None:
        make_staff("gone", "it_admin", active=False)
        run = plan("update")
        assert refused(run, "gone") == refused(run, "nobody")

    @pytest.mark.parametrize("reason", ["", "  \n"])
    def test_without_a_reason_nothing_is_released(self, reason: str) -> None:
        with pytest.raises(RefusedError, match="reason"):
            release(plan("update"), actor="first", reason=reason, everything=True)

    @pytest.mark.parametrize("chosen", [{}, {"rows": [1], "kind": "update"}, {"everything": True, "rows": [1]}])
    def test_the_choice_is_one_of_three(self, chosen: dict[str, Any]) -> None:
        with pytest.raises(RefusedError, match="Choose"):
            release(plan("update"), actor="first", reason="x", **chosen)

    def test_only_held_rows_are_released(self) -> None:
        run = plan("update", holds=False)
        assert "not held" in refused(run, "first", rows=[1])
        assert "Nothing" in refused(run, "first")
        assert "not held" in refused(plan("update"), "first", rows=[1, 9])

    def test_only_rows_of_the_newest_plan_are_released(self) -> None:
        run = plan("update")
        plan("update", plan_hash="b" * 64)
        assert "newest" in refused(run, "first")

    def test_a_run_without_a_plan_and_a_run_that_is_not_there(self) -> None:
        assert "no plan" in refused(make_run(status="held", plan_hash=None), "first")
        assert "no run" in refused(999, "first")

    def test_each_act_leaves_one_audit_row(self) -> None:
        run = plan("disable")
        released_by(run, "first", "second")
        refused(plan("update", plan_hash="b" * 64), "liaison")
        acts = db.session.execute(
            sa.select(AuditEntry.action, AuditEntry.actor, AuditEntry.reason)
            .where(AuditEntry.subject == f"run:{run}")
            .order_by(AuditEntry.id)
        )
        assert [tuple(row) for row in acts] == [
            ("reconcile:rows:released_first", "first", "looked at"),
            ("reconcile:rows:released", "second", "looked at"),
        ]
        audit.verify()


class TestHowLong:
    def test_a_release_counts_for_a_day(self, app: Flask, later: Later) -> None:
        run = plan("update")
        released_by(run, "first")
        later(DAY - 60)
        (row,) = release_standing.held_rows(db.session(), db.session.get_one(Run, run))
        assert row.standing == Standing.RELEASED
        later(120)
        assert applied(app, run) == 0

    def test_the_first_word_is_over_after_a_day_and_the_second_begins_anew(self, later: Later) -> None:
        run = plan("disable")
        released_by(run, "first")
        later(DAY + 1)
        assert released_by(run, "second").waiting == (1,)

    def test_a_release_is_not_carried_to_another_plan(self, app: Flask) -> None:
        released_by(plan("disable"), "first", "second")
        assert applied(app, plan("disable", plan_hash="b" * 64)) == 0

    def test_the_same_plan_made_again_is_still_released(self, app: Flask) -> None:
        released_by(plan("disable"), "first", "second")
        assert applied(app, plan("disable")) == 1

    def test_but_not_where_the_second_person_started_it_or_brought_its_file(self, app: Flask) -> None:
        released_by(plan("disable"), "first", "second")
        assert applied(app, plan("disable", started_by="second")) == 0
        assert applied(app, plan("disable", snapshots={"hr": make_snapshot(created_by="second")})) == 0

    def test_a_clean_run_in_between_ends_a_release(self, app: Flask) -> None:
        released_by(plan("disable"), "first", "second")
        plan("disable", holds=False)
        assert applied(app, plan("disable")) == 0

    def test_another_plan_in_between_ends_a_release(self, app: Flask) -> None:
        released_by(plan("disable"), "first", "second")
        plan("disable", plan_hash="b" * 64)
        assert applied(app, plan("disable")) == 0

    def test_the_word_of_somebody_whose_login_ended_does_not_count(self, app: Flask) -> None:
        run = plan("disable")
        released_by(run, "first", "second")
        staff.disable(staff.named("second"), actor="boss", reason="left")
        assert applied(app, run) == 0

    def test_a_first_word_ends_with_its_plan_too(self) -> None:
        released_by(plan("disable"), "first")
        plan("update", plan_hash="b" * 64)
        assert released_by(plan("disable"), "second").waiting == (1,)


class TestTrust:
    @pytest.fixture
    def overrides(self) -> dict[str, object]:
        return {"policy": {"mode": "act"}, "trust": {**APPROVE, "disable": "report"}}

    def test_what_may_only_be_reported_is_not_applied_even_if_released(self, app: Flask) -> None:
        run = plan("disable")
        released_by(run, "first", "second")
        assert applied(app, run) == 0
        assert db.session.scalar(sa.select(sa.func.count(Operation.id))) == 0
