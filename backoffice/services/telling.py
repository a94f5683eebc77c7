"""Applying what a plan says to people: warnings before an account is disabled, and questions to HR.

A row is carried out when its messages are in the queue or its question is asked; how messages fare is theirs.
Source: reconciliation.md principle 6, LEAVER, ON_LEAVE, MISSING; mission S42.
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.i18n import N_
from backoffice.models import Finding, Link, Message, Operation, PlannedAction, Question, Run
from backoffice.models.message import MAIL, QUEUED, SMS
from backoffice.models.operation import DONE, FAILED, MADE, OPEN
from backoffice.ports.directory_contract import SEPARATOR
from backoffice.reconcile.outcome import FindingRow
from backoffice.rules import jalali, mobile
from backoffice.rules import situations as s
from backoffice.rules.leavers import ANSWER_TIME, MISSING_WARNED_DAYS, Ending, lock_day
from backoffice.services import audit, messages
from backoffice.services.message_texts import LEAVER, MISSING, ON_LEAVE, QUESTION, support_params
from backoffice.services.messages import KIND_OF, Draft, Reason
from backoffice.services.sentences import number
from backoffice.settings import Settings

KINDS = frozenset({s.WARN, s.ASK_HR})
NO_ADDRESS = N_("There is neither a mobile nor a mail address; nobody can be warned.")
# What may leave so soon is waited for; an SMS that waits for the morning is not.
SOON = dt.timedelta(minutes=1)
_TEMPLATES = {s.LEAVER: LEAVER, s.ON_LEAVE: ON_LEAVE, s.MISSING: MISSING, s.OVERRIDDEN: LEAVER}


def tell(session: Session, run: Run, actions: Collection[PlannedAction], *, actor: str, settings: Settings) -> None:
    """Carry out warn and ask_hr rows of a plan inside the caller's transaction."""
    findings = _findings(session, run, actions)
    owners = _owners(session, [action.entry_uuid for action in actions])
    for action in actions:
        finding, owner = findings[action.finding_row], owners.get(action.entry_uuid)
        if action.kind == s.WARN:
            _warn(session, action, finding, owner, actor, settings)
        else:
            _ask(session, action, finding, owner, actor)
    _write_to_liaisons(run, [action for action in actions if action.kind == s.ASK_HR], actor, settings)


def take_back(session: Session, run: Run, rows: Collection[int] | None) -> int:
    """Withdraw the warnings of a run (of these finding rows) that have not left yet; give the number of messages."""
    told = sa.select(PlannedAction.entry_uuid).where(PlannedAction.run_id == run.id, PlannedAction.kind == s.WARN)
    if rows is not None:
        told = told.where(PlannedAction.finding_row.in_(rows))
    return messages.withdraw(session, (Operation.run_id == run.id) & Message.entry_uuid.in_(told))


def sending(session: Session, run_id: int) -> int:
    """Give how many messages of a run are about to leave."""
    now = clock.now()
    waiting = sa.select(sa.func.count()).where(
        Operation.run_id == run_id, Operation.kind.in_(KIND_OF.values()), Operation.state.in_(OPEN),
        Operation.not_before <= now + SOON,
    )  # fmt: skip
    return session.scalar(waiting) or 0


def forget_others(session: Session, findings: Iterable[FindingRow], sources: Collection[str]) -> None:
    """After a new plan: withdraw warnings, and close questions, about endings of these sources that are no more."""
    standing = {(f.entry_uuid, f.evidence["ending"]["about"]) for f in findings if "ending" in f.evidence}
    queued = (
        sa.select(Message.id, Message.entry_uuid, Message.about)
        .join(Operation, Operation.id == Message.operation_id)
        .where(Message.state == QUEUED, Message.about != "", Operation.source.in_(sources))
    )
    outdated = [id_ for id_, uuid, about in session.execute(queued) if (uuid, about) not in standing]
    if outdated:
        messages.withdraw(session, Message.id.in_(outdated))
    unanswered = sa.select(Question).where(
        Question.answer == "", Question.closed_at.is_(None), Question.source.in_(sources)
    )
    for question in session.scalars(unanswered):
        if (question.entry_uuid, question.about) not in standing:
            question.closed_at = clock.now()


def _findings(session: Session, run: Run, actions: Iterable[PlannedAction]) -> dict[int, Finding]:
    rows = {action.finding_row for action in actions}
    of_run = sa.select(Finding).where(Finding.run_id == run.id, Finding.row.in_(rows))
    return {finding.row: finding for finding in session.scalars(of_run)}


def _owners(session: Session, uuids: Collection[str]) -> dict[str, int]:
    linked = sa.select(Link.entry_uuid, Link.person_id).where(Link.entry_uuid.in_(uuids), Link.ended_at.is_(None))
    return {row.entry_uuid: row.person_id for row in session.execute(linked)}


def _warn(
    session: Session, action: PlannedAction, finding: Finding, owner: int | None, actor: str, settings: Settings
) -> None:
    ending = finding.evidence["ending"]
    lock_on = _lock_day(finding, settings)
    reached = _addresses(action, finding)
    reason = Reason(actor, action.source, action.run_id)
    for channel, address in reached:
        draft = Draft(
            channel, address, _TEMPLATES[finding.situation], settings.language, _params(lock_on, settings),
            person_id=owner, entry_uuid=action.entry_uuid, about=ending["about"], lock_on=lock_on.isoformat(),
        )  # fmt: skip
        messages.put(draft, reason, settings)
    done = _carried_out(action, actor)
    if not reached:
        done.outcome, done.detail = FAILED, NO_ADDRESS
    session.add(done)


def _lock_day(finding: Finding, settings: Settings) -> dt.date:
    kept = finding.evidence["ending"]
    due = dt.date.fromisoformat(kept["due"])
    today = clock.now().astimezone(ZoneInfo(settings.timezone)).date()
    return lock_day(Ending(finding.situation, kept["about"], due, kept["warned_days"]), today)


def _addresses(action: PlannedAction, finding: Finding) -> list[tuple[str, str]]:
    """Give (channel, address): the mobile HR has, else that of the entry, and the entry's first mail address."""
    entries = [entry for entry in finding.evidence["entries"] if entry["entry_uuid"] == action.entry_uuid]
    entry: dict[str, Any] = entries[0] if entries else {}
    hr = finding.evidence.get("hr") or {}
    written = [str(hr.get("mobile", "")), *str(entry.get("mobile", "")).split(SEPARATOR)]
    mobiles = [number for number in map(mobile.canonical, written) if number]
    mails = [address for address in str(entry.get("mail", "")).split(SEPARATOR) if address]
    return [*((SMS, number) for number in mobiles[:1]), *((MAIL, address) for address in mails[:1])]


def _params(lock_on: dt.date, settings: Settings) -> dict[str, str]:
    language = settings.language
    return {"date": jalali.shown(lock_on, language), **support_params(settings, language)}


def _ask(session: Session, action: PlannedAction, finding: Finding, owner: int | None, actor: str) -> None:
    done = _carried_out(action, actor)
    session.add(done)
    session.flush()
    question = Question(
        source=action.source or "", person_id=owner, entry_uuid=action.entry_uuid, dn=action.dn,
        about=finding.evidence["ending"]["about"], operation_id=done.id, asked_at=clock.now(), asked_by=actor,
    )  # fmt: skip
    session.add(question)
    session.flush()
    audit.record("hr:question:asked", f"question:{question.id}", actor=actor)


def _carried_out(action: PlannedAction, actor: str) -> Operation:
    """Give the operation that notes that a row was carried out; nothing of it is left to do."""
    now = clock.now()
    return Operation(
        kind=action.kind, subject=f"entry:{action.entry_uuid}", source=action.source, directory=action.directory,
        desired={"entry_uuid": action.entry_uuid}, state=DONE, outcome=MADE, not_before=now, finished_at=now,
        run_id=action.run_id, planned_action_id=action.id, requested_by=actor, created_at=now,
    )  # fmt: skip


def _write_to_liaisons(run: Run, asked: Iterable[PlannedAction], actor: str, settings: Settings) -> None:
    """Queue one mail for each source that has a liaison's address."""
    counts = Counter(action.source for action in asked)
    for source in settings.hr.sources:
        if counts[source.name] and source.liaison_mail:
            params = {
                "count": number(counts[source.name], settings.language), "source": source.title or source.name,
                "url": f"{settings.url}/admin/questions/", "days": number(ANSWER_TIME.days, settings.language),
                "warned_days": number(MISSING_WARNED_DAYS, settings.language),
            }  # fmt: skip
            draft = Draft(MAIL, source.liaison_mail, QUESTION, settings.language, params)
            messages.put(draft, Reason(actor, source.name, run.id), settings)
