"""Cases follow the runs: new ones open, those a run no longer lists close, those that changed open again."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.models import Case, Run, Verdict
from backoffice.reconcile.engine import case_key
from backoffice.reconcile.outcome import FindingRow
from backoffice.reconcile.verdicts import fingerprint
from backoffice.rules.case_states import AUTO_CLOSED, KINDS, NEW, OPEN, RESOLVED
from backoffice.services import audit

BATCH = 5_000
_FRESH = {"taken_by": "", "taken_at": None, "verdict": "", "reason": "", "note": "", "decided_by": ""}
_CASE = (Case.id, Case.kind, Case.key, Case.state, Case.source, Case.fingerprint, Case.decided_at, Case.reopened)
Key = tuple[str, str]


class _Sorted(NamedTuple):
    """What becomes of the cases: rows to insert, rows to bring up to date, ids to open again and to close."""

    opened: list[dict[str, Any]]
    seen: list[dict[str, Any]]
    again: list[dict[str, Any]]
    closed: list[int]


def sync(session: Session, run: Run, findings: Iterable[FindingRow], sources: Collection[str]) -> None:
    """Bring the cases up to what a planned run lists, in the caller's transaction.

    A case whose source is not among ``sources`` is left as it is. One that was resolved before the run began opens
    again when it is still listed: the verdict no longer holds. Source: reconciliation.md "Review in groups".
    """
    listed = {(f.situation, case_key(f)): f for f in findings if f.situation in KINDS}
    known = session.execute(sa.select(*_CASE).where(Case.kind.in_(KINDS))).all()
    found = _sorted(run, listed, known, sources)
    _insert(session, found.opened)
    _update(session, found.seen)
    _update(session, found.again)
    _close(session, found.closed)
    _end_verdicts(session, [row["id"] for row in found.again])
    after = {"opened": len(found.opened), "reopened": [row["id"] for row in found.again], "closed": found.closed}
    if any(after.values()):
        audit.record("cases:list:followed", f"run:{run.id}", actor=run.started_by, after=after)


def _sorted(run: Run, listed: dict[Key, FindingRow], known: Sequence[Any], sources: Collection[str]) -> _Sorted:
    found = _Sorted([], [], [], [])
    for row in known:
        finding = listed.get((row.kind, row.key))
        if finding is None:
            if row.state in OPEN and (row.source is None or row.source in sources):
                found.closed.append(row.id)
        elif row.state in OPEN:
            found.seen.append({"id": row.id, **_seen(run, finding)})
        elif row.state == AUTO_CLOSED or _has_lapsed(row, run, finding):
            found.again.append({"id": row.id, **_seen(run, finding), **_FRESH, **_opened(row)})
    keys = {(row.kind, row.key) for row in known}
    found.opened.extend(_new(run, *item) for item in listed.items() if item[0] not in keys)
    return found


def _has_lapsed(row: Any, run: Run, finding: FindingRow) -> bool:
    """Say whether a resolved case is open again; a run that began before the verdict could not respect it."""
    if row.state != RESOLVED:
        return False
    return bool(row.decided_at < run.started_at) or row.fingerprint != _fingerprint(finding)


def _opened(row: Any) -> dict[str, Any]:
    return {"state": NEW, "opened_at": clock.now(), "decided_at": None, "reopened": row.reopened + 1}


def _new(run: Run, key: Key, finding: FindingRow) -> dict[str, Any]:
    kind, name = key
    return {
        "kind": kind, "key": name, "state": NEW, "opened_run": run.id, "opened_at": run.started_at, "effects": {},
        "reopened": 0, **_FRESH, **_seen(run, finding),
    }  # fmt: skip


def _seen(run: Run, finding: FindingRow) -> dict[str, Any]:
    return {
        "source": finding.source, "national_code": finding.national_code, "tier": finding.tier,
        "personnel_number": finding.personnel_number, "person_name": finding.person_name,
        "entry_uuids": [entry["entry_uuid"] for entry in finding.evidence.get("entries", [])],
        "fingerprint": _fingerprint(finding), "last_run": run.id, "last_row": finding.row,
    }  # fmt: skip


def _fingerprint(finding: FindingRow) -> str:
    return fingerprint(finding.evidence.get("hr"), finding.evidence.get("entries", []))


def _insert(session: Session, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), BATCH):
        session.execute(sa.insert(Case), rows[start : start + BATCH])


def _update(session: Session, rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(sa.update(Case), rows)


def _close(session: Session, ids: list[int]) -> None:
    for start in range(0, len(ids), BATCH):
        closing = sa.update(Case).where(Case.id.in_(ids[start : start + BATCH]))
        values = {"state": AUTO_CLOSED, "taken_by": "", "taken_at": None, "decided_at": clock.now()}
        session.execute(closing.values(values), execution_options={"synchronize_session": False})


def _end_verdicts(session: Session, ids: list[int]) -> None:
    if ids:
        lapsed = sa.update(Verdict).where(Verdict.case_id.in_(ids), Verdict.ended_at.is_(None))
        session.execute(lapsed.values(ended_at=clock.now()), execution_options={"synchronize_session": False})
