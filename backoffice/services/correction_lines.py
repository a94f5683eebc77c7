"""What HR is asked to correct: exceptions that stand, refused registrations and wishes that wait for HR.

An exception says what is right; what a person typed is only a claim, which HR compares with its papers.
Source: reconciliation.md OVERRIDDEN; mission S29.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from backoffice.extensions import db
from backoffice.i18n import N_, _, current_language
from backoffice.models import Case, CorrectionRequest, Override, Person, Registration
from backoffice.rules import fields, jalali
from backoffice.rules import identity_causes as causes
from backoffice.rules.case_states import MISMATCH, WAITING_HR
from backoffice.rules.identity_compare import DIFFERS
from backoffice.rules.identity_evidence import HrFact
from backoffice.rules.overrides import ENTITLED, NOT_ENTITLED, PRIMARY_ROW
from backoffice.services import overrides, row_choices
from backoffice.services.correction_requests import WAITING
from backoffice.services.sentences import field_title
from backoffice.settings import Settings

WHAT = {
    ENTITLED: N_("Works here: the status should say so"),
    NOT_ENTITLED: N_("Does not work here any more: the status should say so"),
    PRIMARY_ROW: N_("Several rows contradict each other; this office judged that one of them is right"),
}
ROW_RIGHT = N_("Several rows contradict each other; right is: %(row)s. Please mend or remove the other ones")
FIELD_WRONG = N_("«%(field)s» should read: %(value)s")
IDENTITY_WRONG = N_("Name, father's name or birth date do not agree with the person's papers")
CLAIMS = N_("The person writes «%(field)s» as: %(value)s; please compare it with the papers")
_OF_CAUSE = {
    causes.NC_NOT_IN_HR: N_("Has no row: if this person works here, please add it"),
    causes.DUPLICATE_IN_HR: N_("Several rows contradict each other: please keep the right one"),
    causes.HR_INACTIVE: N_("Says to work here: please check the status"),
}
_CLAIMED = (fields.FIRST_NAME, fields.LAST_NAME, "father_name", "birth_date", fields.PERSONNEL_NUMBER)


@dataclass(frozen=True)
class Correction:
    """One line, by our fields.

    ``right``: what replaces HR's values; ``about``: the fields in red; ``own``: what stands there without a row of HR.
    ``unlike``: the row of HR that is right, where another one is to be mended.
    """

    national_code: str
    what: str
    reason: str
    until: str = ""
    right: Mapping[str, str] = field(default_factory=dict)
    about: frozenset[str] = frozenset()
    own: Mapping[str, str] = field(default_factory=dict)
    unlike: HrFact | None = None


def of_source(source: str, settings: Settings) -> tuple[list[Correction], dict[str, list[int]]]:
    """Give the lines of a source in the language of the moment, and which exceptions, cases and wishes they are of."""
    exceptions, waiting, wishes = overrides.open_ones(source), _waiting(source), _wishes(source)
    lines = [_of_exception(one, settings) for one in exceptions] + [_of_case(*pair) for pair in waiting]
    lines += [_of_wish(*pair) for pair in wishes]
    origins = {"overrides": [one.id for one in exceptions], "cases": [case.id for case, _attempt in waiting]}
    return lines, origins | {"requests": [wish.id for wish, _person in wishes]}


def size(source: str) -> int:
    """Give how many lines the correction file of a source has at this moment."""
    return len(overrides.open_ones(source)) + len(_waiting(source)) + len(_wishes(source))


def count_waiting(sources: Sequence[str]) -> int:
    """Give how many refused registrations wait for HR in these sources."""
    question = sa.select(sa.func.count()).select_from(Case).where(_is_waiting(), _is_of(sources))
    return db.session.scalar(question) or 0


def what_is_wrong(one: Override) -> str:
    """Say what HR is to correct, in the language of the moment."""
    if one.kind == PRIMARY_ROW and (row := row_choices.right_row(one)):
        return str(_(ROW_RIGHT, row=row_in_words(row)))
    if one.kind in WHAT:
        return str(_(WHAT[one.kind]))
    wrong = _(FIELD_WRONG, field=field_title(one.field), value=one.value) if one.field else _(IDENTITY_WRONG)
    return str(wrong)


def row_in_words(row: HrFact) -> str:
    """Name a row of HR by what tells it from another row of the same person, in the language of the moment."""
    parts = [row.whole_name]
    if birth := row.value(fields.BIRTH_DATE):
        parts.append(_("born %(day)s", day=jalali.shown(dt.date.fromisoformat(birth), current_language())))
    if number := row.value(fields.PERSONNEL_NUMBER):
        parts.append(_("personnel number %(number)s", number=number))
    return str(_(", ").join(parts))


def _of_exception(one: Override, settings: Settings) -> Correction:
    of_kind = {ENTITLED: fields.STATUS, NOT_ENTITLED: fields.STATUS}.get(one.kind, one.field)
    until = jalali.shown(one.until.astimezone(ZoneInfo(settings.timezone)).date(), settings.language)
    row = row_choices.right_row(one) if one.kind == PRIMARY_ROW else None
    said = {name: row.value(name) for name in fields.PERSON_FIELDS} if row else {one.field: one.value}
    right = {name: value for name, value in said.items() if name and value}
    about = frozenset({of_kind, *right} - {""})
    return Correction(one.national_code, what_is_wrong(one), one.reason, until, right, about, unlike=row)


def _of_case(case: Case, attempt: Registration) -> Correction:
    compared = attempt.evidence.get("compared", {})
    about = [name for name in _CLAIMED if compared.get(name) == DIFFERS]
    own = {name: str(getattr(attempt, name)) for name in _CLAIMED}
    said = [str(_(_OF_CAUSE[case.cause]))] if case.cause in _OF_CAUSE else []
    said += [str(_(CLAIMS, field=field_title(name), value=own[name])) for name in about]
    return Correction(attempt.national_code, "; ".join(said), case.note, about=frozenset(about), own=own)


def _of_wish(wish: CorrectionRequest, person: Person) -> Correction:
    said = str(_(CLAIMS, field=field_title(wish.field), value=wish.value))
    return Correction(person.national_code, said, wish.words, about=frozenset({wish.field}))


def _wishes(source: str) -> list[tuple[CorrectionRequest, Person]]:
    rows = sa.select(CorrectionRequest, Person).join(Person, Person.id == CorrectionRequest.person_id)
    waiting = rows.where(CorrectionRequest.source == source, CorrectionRequest.state == WAITING)
    return [(row[0], row[1]) for row in db.session.execute(waiting.order_by(CorrectionRequest.id))]


def _waiting(source: str) -> list[tuple[Case, Registration]]:
    newest = sa.select(sa.func.max(Registration.id)).where(Registration.case_id == Case.id).correlate(Case)
    rows = sa.select(Case, Registration).join(Registration, Registration.id == newest.scalar_subquery())
    found = db.session.execute(rows.where(_is_waiting(), _is_of([source])).order_by(Case.id))
    return [(row[0], row[1]) for row in found]


def _is_waiting() -> sa.ColumnElement[bool]:
    return sa.and_(Case.kind == MISMATCH, Case.state == WAITING_HR)


def _is_of(sources: Sequence[str]) -> sa.ColumnElement[bool]:
    """Say that a case is for one of these sources; a person whom no file has may be anybody's."""
    return sa.or_(Case.source.in_(sources), Case.source.is_(None))
