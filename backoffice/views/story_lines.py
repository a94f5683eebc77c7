"""What was or is to be decided and done about a person, one line each, for the person's story."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from flask import url_for

from backoffice.i18n import N_, _
from backoffice.models import Case, CorrectionRequest, MailMove, Operation, Override, PermanentRequest, Question
from backoffice.models.operation import OPEN, PARKED
from backoffice.rules.case_states import MISMATCH
from backoffice.rules.permissions import Permission
from backoffice.services import overrides
from backoffice.services.person_matters import Matters
from backoffice.services.run_results import UNDER_WAY
from backoffice.views import (
    case_words,
    change_words,
    correction_words,
    labels,
    mail_words,
    mismatch_words,
    override_words,
    permanent_words,
)
from backoffice.views.access import allowed
from backoffice.views.formats import without_codes
from backoffice.views.sentences import number
from backoffice.views.system_words import queue_title


class Line(NamedTuple):
    """One matter. ``href``: where it stands, "" for nowhere; ``note``: what else is to be said, "" for nothing."""

    at: dt.datetime
    title: str
    level: str
    state: str
    href: str = ""
    note: str = ""


class Section(NamedTuple):
    """Lines under one title."""

    title: str
    lines: Sequence[Line]


_TITLES = {
    "cases": N_("Cases"), "permanent": N_("Permanent account and mail"), "asked": N_("Exceptions and questions"),
    "changes": N_("Changes in the directory and messages in the queue"),
}  # fmt: skip


def sections(matters: Matters, *, shown: bool) -> list[Section]:
    """Give what the person of this request may see, without empty sections; ``shown``: codes in full."""
    lines = {
        "cases": [_case(row) for row in matters.cases] if allowed(Permission.SEE_CASES) else [],
        "permanent": _newest_first(_permanent(matters, shown=shown)),
        "asked": _newest_first(_asked(matters)),
        "changes": [_operation(row) for row in matters.operations] if allowed(Permission.SEE_RUNS) else [],
    }
    return [Section(_(_TITLES[name]), found) for name, found in lines.items() if found]


def _newest_first(lines: Iterator[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _permanent(matters: Matters, *, shown: bool) -> Iterator[Line]:
    if allowed(Permission.SEE_REQUESTS):
        yield from (_request(row, shown=shown) for row in matters.requests)
    if allowed(Permission.SEE_MOVES):
        yield from (_move(row, shown=shown) for row in matters.moves)


def _asked(matters: Matters) -> Iterator[Line]:
    if allowed(Permission.SEE_OVERRIDES):
        yield from map(_exception, matters.exceptions)
    if allowed(Permission.SEE_QUESTIONS):
        yield from map(_correction, matters.corrections)
        yield from map(_question, matters.questions)


def _case(row: Case) -> Line:
    title = mismatch_words.cause_title(row.cause) if row.kind == MISMATCH else labels.situation_title(row.kind)
    level, state = case_words.state_level(row.state), case_words.state_title(row.state)
    note = case_words.verdict_title(row.verdict) if row.verdict else ""
    return Line(row.opened_at, title, level, state, url_for("cases.case", number=row.id), note)


def _request(row: PermanentRequest, *, shown: bool) -> Line:
    title = _("Permanent account %(name)s", name=_name(row.username, shown=shown))
    note = next(iter(permanent_words.reasons(row)), "") or permanent_words.rule(row)
    return Line(row.created_at, title, *permanent_words.state(row), url_for("permanent.one", number=row.id), note)


def _move(row: MailMove, *, shown: bool) -> Line:
    title = _("Old mailbox %(name)s", name=_name(row.old_name, shown=shown))
    done = _("%(done)s of %(all)s messages", done=number(row.messages_done), all=number(row.messages))
    note = f"{done}. {mail_words.fault(row)}" if mail_words.fault(row) else done
    return Line(row.created_at, title, *mail_words.state(row), url_for("mail.one", number=row.id), note)


def _exception(row: Override) -> Line:
    level, state = ("info", _("in force")) if overrides.is_live(row) else override_words.end_pill(row)
    href = url_for("overrides.show", number=row.id)
    return Line(row.created_at, override_words.what_stands(row), level, state, href, row.reason)


def _correction(row: CorrectionRequest) -> Line:
    title = _("Wants to have corrected: %(field)s", field=labels.field_title(row.field))
    return Line(row.created_at, title, *correction_words.state(row), url_for("corrections.index"), row.note)


def _question(row: Question) -> Line:
    level, state = ("success", _("answered")) if row.answer else ("info", _("waits for the personnel office"))
    return Line(row.asked_at, _("Left, or still here?"), level, state, url_for("questions.index"), row.note)


def _operation(row: Operation) -> Line:
    outcome = UNDER_WAY if row.state in OPEN else PARKED if row.state == PARKED else row.outcome
    level, state = change_words.outcome_level(outcome), change_words.outcome_title(outcome)
    href = url_for("reconciliation.run", run_id=row.run_id) if row.run_id else ""
    return Line(row.created_at, queue_title(row.kind), level, state, href, change_words.detail(row))


def _name(name: str, *, shown: bool) -> str:
    return name if shown else without_codes(name)
