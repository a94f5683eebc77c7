"""Releasing held rows of the newest plan, by name and reason; for disabling actions by two people.

Source: reconciliation.md "Actions and limits"; contract.md ``release`` and "Roles"; reliability.md §2.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import writing
from backoffice.i18n import N_
from backoffice.models import Operation, Release, Run, Staff
from backoffice.rules.errors import RefusedError
from backoffice.rules.permissions import Permission, Role, may_use_source
from backoffice.rules.releases import TWO_PEOPLE, Standing
from backoffice.services import acting, audit, plan_in_force
from backoffice.services.release_standing import UPLOADER, HeldRow, barred, held_rows

REASON_NEEDED = N_("Please give a reason.")
CHOOSE_ONE = N_("Choose rows, or a kind, or everything.")
NOTHING_HELD = N_("Nothing of this is held in run %(run)s.")
NOT_HELD = N_("These rows are not held in run %(run)s: %(rows)s")
SAME_PERSON = N_("You released this already; a second person must do so too.")
BARRED_UPLOADER = N_("The second person cannot be the one who brought the HR file.")
BARRED_STARTER = N_("The second person cannot be the one who started the run.")
ONLY_SECOND = N_("An HR liaison can only be the second person; somebody from IT must release first.")
OTHER_SOURCE = N_("An HR liaison can release rows of their own sources only.")


@dataclass(frozen=True)
class Released:
    """What came of a release, as finding rows.

    ``done``: may be applied now; ``waiting``: wait for a second person; ``already``: were released before; ``held``:
    how many rows of the plan are still held, those that wait among them.
    """

    run: int
    done: tuple[int, ...]
    waiting: tuple[int, ...]
    already: tuple[int, ...]
    held: int

    def to_json(self) -> dict[str, int]:
        """Give the object of contract.md ``apply``, ``undo``, ``release``."""
        nothing = {"stale": 0, "failed": 0, "parked": 0}
        return {
            "run": self.run, "done": len(self.done), **nothing, "held": self.held, "already": len(self.already),
        }  # fmt: skip


@dataclass
class Verdicts:
    """What a person's word would make of each row: signed, released before, or refused (the sentences)."""

    signed: list[HeldRow] = field(default_factory=list)
    already: list[HeldRow] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def release(
    run_id: int,
    *,
    actor: str,
    reason: str,
    rows: Collection[int] | None = None,
    kind: str | None = None,
    source: str | None = None,
    everything: bool = False,
) -> Released:
    """Release held rows of the newest plan: these finding rows, all of a kind (of a source), or everything.

    A disabling action waits for a second person, who is neither the uploader of a file the run used nor its starter.
    Raises RefusedError without a reason, for any other plan, for rows that are not held, and where the actor's word
    changes nothing.
    """
    if not reason.strip():
        raise RefusedError(REASON_NEEDED)
    if [rows is not None, kind is not None, everything].count(True) != 1:
        raise RefusedError(CHOOSE_ONE)
    with writing() as session:
        person = acting.active_user(actor, Permission.RELEASE_ROWS)
        run = plan_in_force.planned(session, run_id)
        plan_in_force.refuse_overtaken(session, run)
        wanted = _wanted(held_rows(session, run), run_id, rows, (kind, source))
        verdicts = judge(session, run, wanted, person)
        if verdicts.signed:
            _sign(session, run, verdicts.signed, person.username, reason)
        elif verdicts.refused:
            raise RefusedError(verdicts.refused[0])
        return _released(held_rows(session, run), verdicts, run_id)


def _wanted(
    held: Sequence[HeldRow], run_id: int, rows: Collection[int] | None, group: tuple[str | None, str | None]
) -> list[HeldRow]:
    kind, source = group
    found = [row for row in held if kind in (None, row.action.kind) and source in (None, row.action.source or "")]
    if rows is not None:
        found = [row for row in held if row.action.finding_row in rows]
        if strange := sorted(set(rows) - {row.action.finding_row for row in found}):
            raise RefusedError(NOT_HELD, {"run": run_id, "rows": ", ".join(map(str, strange))})
    if not found:
        raise RefusedError(NOTHING_HELD, {"run": run_id})
    return found


def judge(session: Session, run: Run, wanted: Sequence[HeldRow], person: Staff) -> Verdicts:
    """Say what this person's word makes of held rows; whether the role may release at all is not asked."""
    queued = sa.select(Operation.planned_action_id).where(Operation.run_id == run.id, Operation.undo_of.is_(None))
    done, out, found = set(session.scalars(queued)), barred(session, run), Verdicts()
    for row in wanted:
        if row.action.id in done or row.standing == Standing.RELEASED:
            found.already.append(row)
        elif why := _refusal(row, person) or _refusal_of_second(row, person, out.get(person.username)):
            found.refused.append(why)
        else:
            found.signed.append(row)
    return found


def _refusal(row: HeldRow, person: Staff) -> str:
    if person.role != Role.HR_LIAISON:
        return ""
    if not may_use_source(person.role, tuple(person.sources), row.action.source or ""):
        return OTHER_SOURCE
    return "" if row.standing == Standing.WAITING else ONLY_SECOND


def _refusal_of_second(row: HeldRow, person: Staff, bar: str | None) -> str:
    if row.standing != Standing.WAITING:
        return ""
    if row.first == person.username:
        return SAME_PERSON
    if bar:
        return BARRED_UPLOADER if bar == UPLOADER else BARRED_STARTER
    return ""


def _sign(session: Session, run: Run, signed: Sequence[HeldRow], by: str, reason: str) -> None:
    hashes = [row.action.row_hash for row in signed]
    session.add(Release(
        run_id=run.id, plan_hash=run.plan_hash, rows=hashes, by=by, reason=reason.strip(), at=clock.now(),
    ))  # fmt: skip
    session.flush()
    verb = "released_first" if all(_begins(row) for row in signed) else "released"
    after: dict[str, Any] = {
        "plan_hash": run.plan_hash,
        "kinds": dict(Counter(row.action.kind for row in signed)),
        "rows": [row.action.finding_row for row in signed],
    }
    audit.record(f"reconcile:rows:{verb}", f"run:{run.id}", actor=by, reason=reason.strip(), after=after)


def _begins(row: HeldRow) -> bool:
    """Say whether a word for this row is the first of two."""
    return row.action.kind in TWO_PEOPLE and row.standing == Standing.HELD


def _released(now: Sequence[HeldRow], verdicts: Verdicts, run_id: int) -> Released:
    signed = {row.action.id for row in verdicts.signed}
    after = {
        standing: tuple(row.action.finding_row for row in now if row.action.id in signed and row.standing == standing)
        for standing in Standing
    }
    already = tuple(row.action.finding_row for row in verdicts.already)
    held = sum(1 for row in now if row.standing != Standing.RELEASED)
    return Released(run_id, after[Standing.RELEASED], after[Standing.WAITING], already, held)
