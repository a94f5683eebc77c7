"""The held rows of the newest plan as a person sees them: what is held, what waits for whom, what is released.

Source: reconciliation.md "Actions and limits"; contract.md "Roles" (a liaison sees the rows of own sources only).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from backoffice.extensions import db
from backoffice.models import Finding, Run, Staff
from backoffice.rules.permissions import Permission, may, may_use_source
from backoffice.rules.releases import Signature, Standing
from backoffice.services import release, runs
from backoffice.services.paging import Page
from backoffice.services.release_standing import HeldRow, held_rows, is_touched


@dataclass(frozen=True)
class Group:
    """The held rows of one kind and source.

    ``hold``: as the run keeps it. ``released``: rows that may be applied or were. ``mine``: rows that the word of this
    person would take a step further, ``second`` of them as the second person. ``why_not``: the sentence for a person
    whose word would change nothing. ``words``: everybody's that count.
    """

    kind: str
    source: str
    hold: Mapping[str, Any]
    total: int
    waiting: int
    released: int
    mine: int
    second: int
    why_not: str
    words: tuple[Signature, ...]


def visible(run: Run, staff: Staff) -> list[HeldRow]:
    """Give the held rows of a run that this person may know of."""
    own = tuple(staff.sources)
    return [row for row in held_rows(db.session(), run) if may_use_source(staff.role, own, row.action.source or "")]


def groups(run: Run, username: str) -> list[Group]:
    """Give the held kinds and sources of a run for a desk user, by source and kind."""
    staff = _staff(username)
    by_group: dict[tuple[str, str], list[HeldRow]] = {}
    for row in visible(run, staff):
        by_group.setdefault((row.action.source or "", row.action.kind), []).append(row)
    return [_group(run, staff, kind, source, rows) for (source, kind), rows in sorted(by_group.items())]


def page_of(run: Run, username: str, group: tuple[str, str], number: int, size: int) -> Page[tuple[HeldRow, Finding]]:
    """Give one page of the held rows of a (kind, source) with their findings, in canonical order."""
    held = [row for row in visible(run, _staff(username)) if row.action.group == group]
    number = min(number, max(0, (len(held) - 1) // size))
    shown = held[number * size : (number + 1) * size]
    wanted = sa.select(Finding).where(
        Finding.run_id == run.id, Finding.row.in_([row.action.finding_row for row in shown])
    )
    findings = {finding.row: finding for finding in db.session.scalars(wanted)}
    return Page([(row, findings[row.action.finding_row]) for row in shown], len(held), number, size)


def waiting_for(username: str) -> int:
    """Say how many rows of the newest plan wait for this person as the second one."""
    run = runs.newest_planned()
    if run is None or not is_touched(db.session(), run):
        return 0
    return sum(group.second for group in groups(run, username))


def _staff(username: str) -> Staff:
    return db.session.scalars(sa.select(Staff).where(Staff.username == username)).one()


def _group(run: Run, staff: Staff, kind: str, source: str, rows: Sequence[HeldRow]) -> Group:
    holds: dict[tuple[str, str], Mapping[str, Any]] = {(h["kind"], h["source"] or ""): h for h in run.held}
    judged = release.judge(db.session(), run, rows, staff)
    can = judged.signed if may(staff.role, Permission.RELEASE_ROWS) else []
    why_not = "" if can or not judged.refused else judged.refused[0]
    return Group(
        kind, source, holds.get((kind, source), {}), len(rows),
        sum(row.standing == Standing.WAITING for row in rows), len(judged.already),
        len(can), sum(row.standing == Standing.WAITING for row in can), why_not,
        tuple(dict.fromkeys(signature for row in rows for signature in row.signatures)),
    )  # fmt: skip
