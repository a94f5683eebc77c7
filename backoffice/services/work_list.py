"""What the newest plan leaves to people: situations by urgency, the first of each by name, and since when.

Source: interface.md "Home is a work list".
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from backoffice.extensions import db
from backoffice.models import Finding, Run
from backoffice.rules import situations as s
from backoffice.rules.urgency import Urgency, rank_of, urgency_of
from backoffice.services import runs

# Looking up since when each case is known costs one index look-up a case and run.
MOST_DATED = 200


@dataclass(frozen=True)
class Waiting:
    """One situation of the newest plan. ``since``: start of the first run that listed one of these cases."""

    situation: str
    count: int
    since: dt.datetime | None
    examples: Sequence[Finding] = ()


@dataclass(frozen=True)
class WorkList:
    """The newest plan as work; ``run`` is None before the first one. Each list has the most urgent first."""

    run: Run | None = None
    severe: Sequence[Waiting] = ()
    decide: Sequence[Waiting] = ()
    mend: Sequence[Waiting] = ()
    know: Sequence[Waiting] = ()
    last: Run | None = field(default=None)

    @property
    def is_clear(self) -> bool:
        """Whether nothing of the plan waits for anybody."""
        return not (self.severe or self.decide or self.mend or (self.run and self.run.held))


def work_list() -> WorkList:
    """Give what the newest planned run leaves to do; ``last`` is the newest run of all, which may have failed."""
    last = next(iter(runs.newest(1)), None)
    run = runs.newest_planned()
    if run is None:
        return WorkList(last=last)
    listed = _without_settled(run.id, runs.listed_by_situation(run.id))
    known = _known_since(run.id, [code for code, count in listed.items() if count <= MOST_DATED])
    found = [_waiting(run.id, code, listed, known) for code in sorted(listed, key=rank_of)]
    lists = {urgency: [item for item in found if urgency_of(item.situation) == urgency] for urgency in Urgency}
    return WorkList(
        run, lists[Urgency.SEVERE], lists[Urgency.DECIDE], lists[Urgency.MEND], lists[Urgency.KNOW], last
    )  # fmt: skip


def _without_settled(run_id: int, listed: Mapping[str, int]) -> dict[str, int]:
    """Leave out the dead whose accounts are all disabled: nothing of theirs waits for anybody any more."""
    dead = sa.select(Finding.evidence).where(Finding.run_id == run_id, Finding.situation == s.DECEASED)
    entries = (evidence.get("entries", []) for evidence in db.session.scalars(dead))
    settled = sum(1 for found in entries if found and all(entry.get("disabled") for entry in found))
    counts = {**listed, s.DECEASED: listed.get(s.DECEASED, 0) - settled}
    return {code: count for code, count in counts.items() if count}


def _waiting(run_id: int, code: str, listed: Mapping[str, int], known: Mapping[str, dt.datetime]) -> Waiting:
    examples = runs.examples(run_id, code) if urgency_of(code) == Urgency.SEVERE else ()
    return Waiting(code, listed[code], known.get(code), examples)


def _known_since(run_id: int, codes: Sequence[str]) -> dict[str, dt.datetime]:
    """Give situation -> start of the first run that listed one of the cases this run lists."""
    now, before = aliased(Finding), aliased(Finding)
    same = sa.and_(
        before.situation == now.situation,
        sa.or_(
            before.national_code == now.national_code,
            sa.and_(now.national_code.is_(None), before.entry_uuid == now.entry_uuid),
        ),
    )
    question = (
        sa.select(now.situation, sa.func.min(before.run_id))
        .join(before, same)
        .where(now.run_id == run_id, now.situation.in_(codes))
        .group_by(now.situation)
    )
    first = dict(db.session.execute(question).all())
    started = dict(db.session.execute(sa.select(Run.id, Run.started_at).where(Run.id.in_(first.values()))).all())
    return {code: started[number] for code, number in first.items()}
