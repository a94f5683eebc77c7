"""The findings of a run as an Excel file: for HR with answers to choose, for IT with accounts and plan.

Source: interface.md "HR liaison"; contract.md ``reconcile export``.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from backoffice.extensions import db, writing
from backoffice.i18n import N_, _, force_locale
from backoffice.models import Finding, Run
from backoffice.models.run import PLANNED
from backoffice.rules import situations as s
from backoffice.rules.char_diff import char_diff
from backoffice.rules.errors import RefusedError
from backoffice.services import audit
from backoffice.services.hr_answer_words import answers_for, word
from backoffice.services.sentences import field_title
from backoffice.services.workbooks import Cell, Table, written
from backoffice.settings import Settings

FOR_HR, FOR_IT = "hr", "it"
# What HR can mend or say something about.
OF_HR = (
    s.ROW_CONFLICT, s.ROW_QUARANTINED, s.NAME_CONFLICT, s.ID_CHANGED, s.REVIEW, s.AMBIGUOUS, s.UNKNOWN_STATUS,
    s.MISSING, s.DRIFT, s.FOUND,
)  # fmt: skip
NO_PLAN = N_("Run %(run)s has no findings that could be exported.")
NOTHING = N_("Run %(run)s found nothing for this file.")
SHEET = N_("Run %(number)s")
KEY, ANSWER, NOTE = N_("Key (please leave as it is)"), N_("Answer"), N_("Note")
HEADER_HR = (
    KEY, N_("Source"), N_("Line in HR's file"), N_("Person"), N_("National code"), N_("Personnel number"),
    N_("What was found"), N_("Field"), N_("HR says"), N_("The directory says"), ANSWER, NOTE,
)  # fmt: skip
HEADER_IT = (
    N_("Row"), N_("Source"), N_("Situation"), N_("Person"), N_("National code"), N_("Personnel number"),
    N_("What was found"), N_("Accounts"), N_("Field"), N_("HR says"), N_("The directory says"), N_("Plan"),
)  # fmt: skip


def export(run_id: int, audience: str, *, actor: str, settings: Settings) -> bytes:
    """Give the file; an audited act. Raises RefusedError where there is nothing in it."""
    run = db.session.get(Run, run_id)
    if run is None or run.status != PLANNED:
        raise RefusedError(NO_PLAN, {"run": run_id})
    found = _findings(run, audience)
    with force_locale(settings.language):
        lines = list(_hr_lines(found) if audience == FOR_HR else _it_lines(found))
        if not lines:
            raise RefusedError(NOTHING, {"run": run_id})
        table = _table(run, audience, lines)
        content = written(table, rtl=settings.language == "fa")
    with writing():
        audit.record(
            "reconcile:findings:exported", f"run:{run_id}", actor=actor, after={"for": audience, "lines": len(lines)}
        )
    return content


def _findings(run: Run, audience: str) -> Sequence[Finding]:
    asked = sa.select(Finding).where(Finding.run_id == run.id).order_by(Finding.row)
    if audience == FOR_HR:
        asked = asked.where(Finding.situation.in_(OF_HR))
    return db.session.scalars(asked).all()


def _table(run: Run, audience: str, lines: Sequence[Sequence[Cell]]) -> Table:
    title = str(_(SHEET, number=run.id))
    if audience == FOR_IT:
        return Table(title, [str(_(name)) for name in HEADER_IT], lines)
    place = HEADER_HR.index(ANSWER)
    choices = {number: [word(code) for code in answers_for(line[0].text)] for number, line in enumerate(lines)}
    return Table(title, [str(_(name)) for name in HEADER_HR], lines, place, choices)


def _hr_lines(found: Iterable[Finding]) -> Iterable[list[Cell]]:
    for finding in found:
        if finding.situation in (s.DRIFT, s.FOUND):
            for difference in finding.differences:
                yield _hr_line(finding, difference["field"], difference["hr"], difference["directory"])
        else:
            yield _hr_line(finding, "", *_names(finding))


def _hr_line(finding: Finding, field: str, ours: str, theirs: str) -> list[Cell]:
    hr: dict[str, Any] = finding.evidence.get("hr") or {}
    key = f"{finding.run_id}/{finding.row}/{finding.situation}/{field}"
    texts = (key, finding.source, hr.get("line"), finding.person_name, finding.national_code, finding.personnel_number)
    said = (_detail(finding) or str(_(finding.situation)), field_title(field) if field else "")
    return [*map(_cell, texts), *map(Cell, said), *_sides(ours, theirs), Cell(""), Cell("")]


def _detail(finding: Finding) -> str:
    """Say what is the matter in the language of the file; kept are English words with HR's own among them."""
    hr: dict[str, Any] = finding.evidence.get("hr") or {}
    if finding.situation == s.UNKNOWN_STATUS and "status" in hr:
        return str(_(s.UNKNOWN_WORD, status=hr["status"]))
    return str(_(finding.detail)) if finding.detail else ""


def _it_lines(found: Iterable[Finding]) -> Iterable[list[Cell]]:
    for finding in found:
        texts = (
            finding.row, finding.source, finding.situation, finding.person_name, finding.national_code,
            finding.personnel_number,
        )  # fmt: skip
        head = [*map(_cell, texts), Cell(_detail(finding)), Cell("\n".join(finding.dns))]
        plan = Cell(", ".join(finding.actions))
        differences = finding.differences or [{"field": "", "hr": "", "directory": ""}]
        for one in differences:
            named = Cell(field_title(one["field"]) if one["field"] else "")
            yield [*head, named, *_sides(one["hr"], one["directory"]), plan]


def _names(finding: Finding) -> tuple[str, str]:
    """Give the names of both sides where a name is what differs."""
    hr, entries = finding.evidence.get("hr") or {}, finding.evidence.get("entries") or []
    if finding.situation not in (s.NAME_CONFLICT, s.REVIEW) or len(entries) != 1:
        return "", ""
    return _whole_name(hr), _whole_name(entries[0])


def _whole_name(values: dict[str, Any]) -> str:
    parts = f"{values.get('first_name') or ''} {values.get('last_name') or ''}".strip()
    return parts or str(values.get("full_name") or values.get("latin_full_name") or "")


def _sides(ours: str, theirs: str) -> tuple[Cell, Cell]:
    if not (ours and theirs):
        return Cell(ours), Cell(theirs)
    left, right = char_diff(ours, theirs)
    return Cell(ours, segments=left), Cell(theirs, segments=right)


def _cell(value: object) -> Cell:
    return Cell("" if value is None else str(value))
