"""Storing what a run found: findings, the frozen plan, new links. All inside the caller's transaction."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.models import Finding, Link, Person, PersonCode, PlannedAction, Run
from backoffice.models.types import MAIN_DIRECTORY
from backoffice.reconcile.outcome import Action, FindingRow, NewLink, Outcome
from backoffice.reconcile.register import person_keys, search_keys
from backoffice.rules.hashing import canonical_hash
from backoffice.services import case_sync, overrides, what_if

BATCH = 10_000
ORIGIN = "reconciliation"
_FINDING_FIELDS = (
    "row", "source", "situation", "national_code", "personnel_number", "person_name", "dns", "entry_uuid", "tier",
    "notes", "differences", "spelling", "detail", "evidence",
)  # fmt: skip
_ACTION_FIELDS = ("kind", "source", "entry_uuid", "dn", "csn", "unit", "old", "new", "held")


def store(session: Session, run: Run, outcome: Outcome, missing_since: Mapping[str, Any]) -> None:
    """Write the outcome of a planned run. ``missing_since``: source -> moment its snapshot was accepted."""
    run.plan_hash = outcome.plan_hash
    run.situations, run.notes = dict(outcome.situations), dict(outcome.notes)
    run.actions = dict(Counter(action.kind for action in outcome.actions))
    run.held = [hold.kept() for hold in outcome.holds]
    run.basis = what_if.stored_basis(outcome)
    run.limits = [{"kind": kind, "source": source, "limit": n} for (source, kind), n in outcome.limits.items()]
    _store_findings(session, run.id, outcome.findings)
    _store_links(session, run, outcome.links)
    _mark_missing(session, outcome, missing_since)
    _mark_away(session, outcome, missing_since)
    _refresh_persons(session, outcome)
    overrides.end_agreed(session, outcome.agreed, run.id)
    case_sync.sync(session, run, outcome.findings, missing_since)


def _store_findings(session: Session, run_id: int, findings: list[FindingRow]) -> None:
    keys = search_keys([finding.person_name for finding in findings])
    rows = [_finding(run_id, finding, key) for finding, key in zip(findings, keys, strict=True)]
    _insert(session, Finding, rows)
    _insert(session, PlannedAction, [_action(run_id, f.row, action) for f in findings for action in f.actions])


def _finding(run_id: int, finding: FindingRow, search_key: str) -> dict[str, Any]:
    return {
        **{name: getattr(finding, name) for name in _FINDING_FIELDS},
        "run_id": run_id,
        "directory": MAIN_DIRECTORY,
        "search_key": search_key,
        "actions": [action.kind for action in finding.actions],
        "held": any(action.held for action in finding.actions),
    }


def _action(run_id: int, row: int, action: Action) -> dict[str, Any]:
    return {
        **{name: getattr(action, name) for name in _ACTION_FIELDS},
        "run_id": run_id,
        "finding_row": row,
        "directory": MAIN_DIRECTORY,
        "row_hash": canonical_hash(action.canonical),
    }


def _store_links(session: Session, run: Run, links: list[NewLink]) -> None:
    """Store new links, and the persons we did not know yet; not again what was linked while the run was reading."""
    newer = sa.select(Link.entry_uuid).where(Link.created_at >= run.started_at, Link.ended_at.is_(None))
    meanwhile = set(session.scalars(newer)) if links else set()
    links = [link for link in links if link.entry_uuid not in meanwhile]
    _store_persons(session, links)
    keyed = session.execute(sa.select(Person.id_type, Person.national_code, Person.id))
    ids = {(id_type, code): number for id_type, code, number in keyed} if links else {}
    now = clock.now()
    _insert(session, Link, [
        {
            "person_id": ids[_key(link)], "source": link.source, "personnel_number": link.personnel_number,
            "directory": MAIN_DIRECTORY, "entry_uuid": link.entry_uuid, "dn": link.dn, "username": link.username,
            "rule": link.rule, "origin": ORIGIN, "run_id": run.id, "created_at": now,
        }
        for link in links
    ])  # fmt: skip


def _store_persons(session: Session, links: list[NewLink]) -> None:
    known = {tuple(row) for row in session.execute(sa.select(Person.id_type, Person.national_code))} if links else set()
    fresh = [link.person for link in links if _key(link) not in known]
    keys = person_keys(fresh)
    now = clock.now()
    rows = zip(fresh, keys, strict=True)
    _insert(session, Person, [{**person, **key, "created_at": now} for person, key in rows])
    if fresh:
        _store_codes(session)


def _store_codes(session: Session) -> None:
    """Begin the history of codes for every person who has none yet."""
    without = sa.select(Person.id, Person.id_type, Person.national_code, Person.created_at)
    without = without.where(~sa.exists().where(PersonCode.person_id == Person.id))
    session.execute(sa.insert(PersonCode).from_select(["person_id", "id_type", "value", "since"], without))


def _mark_missing(session: Session, outcome: Outcome, missing_since: Mapping[str, Any]) -> None:
    """Note since when a link has had no row in its source, and forget it for those who came back."""
    for source, moment in missing_since.items():
        fresh = sa.update(Link).where(Link.source == source, Link.missing_since.is_(None))
        _update_links(session, fresh.values(missing_since=moment), outcome.missing_links)
    back = sa.update(Link).where(Link.missing_since.is_not(None)).values(missing_since=None)
    _update_links(session, back, outcome.returned_links)


def _mark_away(session: Session, outcome: Outcome, since: Mapping[str, Any]) -> None:
    """Note since when HR says that the owner of a link left or is on leave; forget it for those who are back."""
    by_word: dict[tuple[str, str], list[str]] = {}
    for uuid, word in outcome.away.items():
        by_word.setdefault(word, []).append(uuid)
    for (situation, source), uuids in by_word.items():
        fresh = sa.update(Link).where(Link.ended_at.is_(None), Link.away_as != situation)
        _update_links(session, fresh.values(away_as=situation, away_since=since[source]), uuids, Link.entry_uuid)
    _update_links(session, sa.update(Link).values(away_as="", away_since=None), outcome.back)


def _update_links(session: Session, update: sa.Update, ids: list[Any], key: Any = Link.id) -> None:
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        session.execute(update.where(key.in_(part)), execution_options={"synchronize_session": False})


def _refresh_persons(session: Session, outcome: Outcome) -> None:
    """Keep what HR last said of people we know."""
    keys = person_keys(list(outcome.renamed.values()))
    changed = zip(outcome.renamed.items(), keys, strict=True)
    rows = [{"id": number, **person, **key} for (number, person), key in changed]
    if rows:
        session.execute(sa.update(Person), rows)


def _insert(session: Session, model: type[Any], rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), BATCH):
        # On the connection, past the bookkeeping of the session.
        session.connection().execute(sa.insert(model), rows[start : start + BATCH])


def _key(link: NewLink) -> tuple[str, str]:
    return link.person["id_type"], link.person["national_code"]
