"""HR's answers as they come back in the file of ``run_export``: each becomes what the desk would have done.

An answer about a field makes an exception where the directory is right; one about a missing person answers the
question; one about an identity decides the case. Source: interface.md "HR liaison"; contract.md ``reconcile answers``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from backoffice.extensions import db
from backoffice.i18n import N_
from backoffice.models import Case, Finding, Question, Staff
from backoffice.reconcile.hr_file import FileFaultError
from backoffice.reconcile.hr_xlsx import look_inside, sheets_of
from backoffice.rules import overrides as rules
from backoffice.rules import situations as s
from backoffice.rules.case_states import OPEN
from backoffice.rules.errors import FormError, RefusedError
from backoffice.rules.permissions import Permission, may, may_use_source
from backoffice.services import case_work, override_subjects, overrides, questions
from backoffice.services.hr_answer_words import DIRECTORY_RIGHT, HR_RIGHT, answers_for, code_of
from backoffice.services.run_export import ANSWER, HEADER_HR, KEY, NOTE
from backoffice.settings import Settings

_BIGGEST = 20 * 1024 * 1024
_KEY, _ANSWER, _NOTE = (HEADER_HR.index(name) for name in (KEY, ANSWER, NOTE))
UNREADABLE = N_("%(file)s cannot be read: %(why)s")
NOT_OURS = N_("%(file)s is not a file that «reconcile export --for hr» has written.")
NO_FINDING = N_("There is no such finding any more.")
UNKNOWN_WORD = N_("«%(answer)s» is not an answer to this line.")
NO_CASE = N_("The case is not open any more.")
NO_QUESTION = N_("Nobody asks about this person any more.")
MAY_NOT = N_("The role of %(name)s does not include this answer.")
SAID = N_("HR's answer in the file of run %(run)s")


class Line(NamedTuple):
    """One answered line of the sheet."""

    number: int
    key: str
    answer: str
    note: str


@dataclass
class Taken:
    """What came of a file: answers taken in, lines that change nothing, and (line, sentence) of those refused."""

    questions: int = 0
    cases: int = 0
    exceptions: int = 0
    agreed: int = 0
    refused: list[tuple[int, RefusedError]] = field(default_factory=list)


def take_in(path: Path, *, person: Staff, settings: Settings) -> Taken:
    """Take in the answers of a file for a desk user. Raises RefusedError for a file that is none of ours."""
    taken = Taken()
    for line in _lines(path):
        try:
            counter = _answer(line, person, settings)
            setattr(taken, counter, getattr(taken, counter) + 1)
        except FormError as fault:
            message, values = next(iter(fault.faults.values()))
            taken.refused.append((line.number, RefusedError(message, values)))
        except RefusedError as fault:
            taken.refused.append((line.number, fault))
    return taken


def _lines(path: Path) -> Iterable[Line]:
    """Give the lines with an answer. Raises RefusedError."""
    try:
        if path.stat().st_size > _BIGGEST:
            raise RefusedError(NOT_OURS, {"file": path.name})
        data = path.read_bytes()
        look_inside(data)
        batch = sheets_of(data)[0][1]
    except OSError as fault:
        raise RefusedError(UNREADABLE, {"file": path.name, "why": fault.strerror or ""}) from None
    except FileFaultError as fault:
        raise RefusedError(UNREADABLE, {"file": path.name, "why": str(fault)}) from None
    if batch.num_columns < len(HEADER_HR):
        raise RefusedError(NOT_OURS, {"file": path.name})
    keys, answers, notes = (batch.column(place).to_pylist() for place in (_KEY, _ANSWER, _NOTE))
    rows = zip(range(1, batch.num_rows + 1), keys, answers, notes, strict=True)
    found = [Line(n, _text(k), _text(a), _text(note)) for n, k, a, note in rows if n > 1 and _text(a)]
    if any(line.key.count("/") != len(["run", "row", "situation"]) for line in found):
        raise RefusedError(NOT_OURS, {"file": path.name})
    return found


def _text(cell: object) -> str:
    return str(cell or "").strip().removeprefix("'")


def _answer(line: Line, person: Staff, settings: Settings) -> str:
    """Carry one answer out; give the name of the counter of ``Taken``."""
    finding = _finding(line)
    said = code_of(line.answer)
    if said not in answers_for(line.key):
        raise RefusedError(UNKNOWN_WORD, {"answer": line.answer})
    if said == HR_RIGHT:
        return "agreed"
    needed, act, counter = _act_for(said, finding)
    own = may_use_source(person.role, tuple(person.sources), finding.source or "")
    if not (own and may(person.role, needed)):
        raise RefusedError(MAY_NOT, {"name": person.username})
    act(line, finding, said, person.username, settings)
    return counter


Act = Callable[[Line, Finding, str, str, Settings], None]


def _act_for(said: str, finding: Finding) -> tuple[Permission, Act, str]:
    if said == DIRECTORY_RIGHT:
        return Permission.OVERRIDE, _make_exception, "exceptions"
    if finding.situation == s.MISSING:
        return Permission.ANSWER_QUESTIONS, _answer_question, "questions"
    return Permission.DECIDE_CASES, _decide, "cases"


def _finding(line: Line) -> Finding:
    run, row, situation, _field = line.key.split("/")
    known = run.isascii() and run.isdecimal() and row.isascii() and row.isdecimal()
    asked = sa.select(Finding).where(Finding.run_id == int(run), Finding.row == int(row)) if known else None
    found = db.session.scalar(asked) if asked is not None else None
    if found is None or found.situation != situation:
        raise RefusedError(NO_FINDING)
    return found


def _make_exception(line: Line, finding: Finding, _said: str, actor: str, settings: Settings) -> None:
    name = line.key.rpartition("/")[2]
    value = next((one["directory"] for one in finding.differences if one["field"] == name), "")
    subject = override_subjects.of_finding(finding)
    if subject is None or not value:
        raise RefusedError(NO_FINDING)
    typed = {
        "kind": rules.ATTRIBUTE, "field": name, "value": value, "days": str(rules.LONGEST_DAYS),
        "reason": line.note or SAID % {"run": finding.run_id},
    }  # fmt: skip
    overrides.make(subject, typed, actor=actor, settings=settings)


def _answer_question(line: Line, finding: Finding, said: str, actor: str, _settings: Settings) -> None:
    asked = sa.select(Question.id).where(Question.entry_uuid == finding.entry_uuid, Question.closed_at.is_(None))
    question = db.session.scalar(asked.order_by(Question.id.desc()).limit(1))
    if question is None:
        raise RefusedError(NO_QUESTION)
    questions.answer(question, said, actor=actor, note=line.note)


def _decide(line: Line, finding: Finding, said: str, actor: str, settings: Settings) -> None:
    wanted = sa.select(Case).where(
        Case.kind == finding.situation, Case.state.in_(OPEN), Case.last_run == finding.run_id,
        Case.last_row == finding.row,
    )  # fmt: skip
    case = db.session.scalar(wanted)
    if case is None:
        raise RefusedError(NO_CASE)
    entry = str(case.entry_uuids[0]) if len(case.entry_uuids) == 1 else ""
    decision = case_work.Decision(said, "hr_said", line.note, entry, fingerprint=case.fingerprint)
    case_work.decide(case.id, decision, actor=actor, settings=settings)
