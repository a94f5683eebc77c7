"""Linking a refused person to the account that is there already, after a code to that person. Source: mission S41.

One person, one identity: who studied here and works here now keeps the account, and the register knows the new role.
An account that neither HR nor the register knows is adopted the same way, by the word of somebody who saw papers: the
register has the person as typed from then on, and for runs they are MISSING. Mission §6 EXISTS_ORPHAN.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db
from backoffice.i18n import N_
from backoffice.models import Case, Link, Person, Registration
from backoffice.models.types import MAIN_DIRECTORY
from backoffice.rules import fields, mobile
from backoffice.rules import identity_causes as causes
from backoffice.rules.case_states import RESOLVED
from backoffice.rules.errors import RefusedError
from backoffice.rules.inquiry import Answer
from backoffice.rules.mismatch_offers import ADOPTIONS, Act
from backoffice.services import (
    audit,
    cases,
    codes,
    hr_index,
    mismatch_check,
    mismatch_messages,
    mobile_ownership,
    persons,
    roles,
)
from backoffice.services.case_claims import claim, free_for, the_case, why_not
from backoffice.services.codes import Issued
from backoffice.services.mismatch_work import Choice, check_reason, claimed, record
from backoffice.settings import Settings

PURPOSE = "link"
RULE, ORIGIN = "verdict", "desk"
NO_NUMBER = N_("Neither HR nor the case has a mobile of this person, so no code can be sent.")
NOT_THERE = N_("The account chosen is not part of this case.")
NOT_OWN_NUMBER = N_("This mobile is not in the name of the person with this national code, so it proves nothing.")
NO_SOURCE = N_("Please choose a source.")
IN_HR = N_("HR has this person by now; check the case again first.")
OWNED = N_("This account is already linked to another person; decide that case first.")


def number_of(case: Case, attempt: Registration) -> str:
    """Give the mobile that answers for the person: HR's, else the one proved with the case; "" for none."""
    rows = attempt.evidence.get("hr") or []
    held = next((found for row in rows if (found := mobile.canonical(str(row.get("mobile", ""))))), None)
    return held or case.contact_mobile


def send_code(case_id: int, *, actor: str, settings: Settings) -> Issued:
    """Send the person a code, which they read out.

    Raises RefusedError without a mobile or too early, and where HR does not know the person, for one that is in
    another's name.
    """
    session = db.session()
    case, attempt = the_case(session, case_id), mismatch_check.waiting_attempt(session, case_id)
    number, key, language = number_of(case, attempt), case.key, attempt.language
    if not number:
        raise RefusedError(NO_NUMBER)
    code, is_known = attempt.national_code, bool(attempt.evidence.get("hr"))
    session.rollback()
    if not is_known:
        _refuse_number_of_another(code, number, settings)
    return codes.issue(
        PURPOSE, cases.subject_of(case_id), mobile=number, person_key=key, address="", language=language,
        settings=settings, actor=actor,
    )  # fmt: skip


def _refuse_number_of_another(code: str, number: str, settings: Settings) -> None:
    """Raise RefusedError for a mobile in another's name, and while the service that knows does not answer.

    A list that has no such number does not know it either; then the papers that somebody saw decide.
    """
    answer = mobile_ownership.owner_of(code, number, settings)
    if answer is Answer.UNAVAILABLE and settings.mobile_owner_provider == "http":
        raise RefusedError(mismatch_check.NO_ANSWER)
    if answer in (Answer.NOT_MATCHED, Answer.INVALID):
        raise RefusedError(NOT_OWN_NUMBER)


def link(case_id: int, entry_uuid: str, typed: str, choice: Choice, *, actor: str, settings: Settings) -> None:
    """Link the account to the person if the code is right; the person is told. Raises CodeError, RefusedError."""

    def then(session: Session) -> None:
        _link(session, case_id, entry_uuid, choice, actor=actor, settings=settings)

    codes.check(PURPOSE, cases.subject_of(case_id), typed, settings, then)


def adopt(
    case_id: int, entry_uuid: str, source: str, typed: str, choice: Choice, *, actor: str, settings: Settings
) -> None:
    """Let an account nobody owns be this person's, if the code is right; the person is told.

    ``source``: whose people the person is among; runs leave a linked account without one alone. Raises CodeError, and
    RefusedError without source or reason, where HR has the person by now, and as linking does.
    """
    check_reason(choice, ADOPTIONS)
    if source not in {one.name for one in settings.hr.sources}:
        raise RefusedError(NO_SOURCE)

    def then(session: Session) -> None:
        case, attempt = claimed(session, case_id, RESOLVED, Act.ADOPT, choice, actor)
        case.source = attempt.source = source
        made, ended, told = _adopt(session, case, attempt, entry_uuid, actor, settings)
        case.effects = {"links_made": made, "links_ended": ended, "messages": [told] if told else []}
        record(case, "adopted", actor, choice, {"links_made": made, "source": source})

    codes.check(PURPOSE, cases.subject_of(case_id), typed, settings, then)


def _adopt(
    session: Session, case: Case, attempt: Registration, entry_uuid: str, actor: str, settings: Settings
) -> tuple[list[int], list[int], int | None]:
    """Enter and link the person; give the links made and ended, and the message."""
    entry = _entry(attempt, entry_uuid)
    if entry["cause"] != causes.EXISTS_ORPHAN:
        raise RefusedError(NOT_THERE)
    if hr_index.rows_with_code(attempt.national_code, settings):
        raise RefusedError(IN_HR)
    said = {name: str(getattr(attempt, name, "")) for name in fields.PERSON_FIELDS}
    person = persons.enter(session, {**said, "id_type": attempt.id_type, "national_code": attempt.national_code})
    case.person_id = attempt.person_id = person.id
    made, ended = _give(session, person, entry, case, attempt)
    number = number_of(case, attempt)
    told = mismatch_messages.tell(
        mismatch_messages.ADOPTED, case, attempt, actor=actor, settings=settings, mobile=number
    )  # fmt: skip
    return made, ended, told


def _number_in_hr(attempt: Registration) -> str:
    return next((str(row.get("personnel_number", "")) for row in attempt.evidence["hr"]), "")


def _entry(attempt: Registration, entry_uuid: str) -> dict[str, Any]:
    """Give the entry chosen. Raises RefusedError for one that is not of the case."""
    entries: list[dict[str, Any]] = attempt.evidence["directory"]["entries"]
    entry = next((one for one in entries if one["entry_uuid"] == entry_uuid), None)
    if entry is None:
        raise RefusedError(NOT_THERE)
    return entry


def _link(session: Session, case_id: int, entry_uuid: str, choice: Choice, *, actor: str, settings: Settings) -> None:
    from backoffice.services import registering  # noqa: PLC0415 - brings pandas, which no page needs

    the_case(session, case_id)
    values = {"verdict": str(Act.LINK), "note": choice.said, "taken_by": "", "taken_at": None}
    stamp = {"decided_by": actor, "decided_at": clock.now()}
    if not claim(session, case_id, RESOLVED, free_for(actor, choice.fingerprint), **values, **stamp):
        raise why_not(session, case_id, actor)
    case, attempt = the_case(session, case_id), mismatch_check.waiting_attempt(session, case_id)
    entry = _entry(attempt, entry_uuid)
    person = registering.person_of(session, {"hr": attempt.evidence["hr"][0]})
    case.person_id = attempt.person_id = person.id
    made, ended = _give(session, person, entry, case, attempt)
    hr = attempt.evidence["hr"][0]
    role = roles.add_role(
        session, entry_uuid, entry["affiliations"], hr.get("person_kind", ""), source=attempt.source, actor=actor,
        settings=settings,
    )  # fmt: skip
    number = number_of(case, attempt)
    told = mismatch_messages.tell(
        mismatch_messages.LINKED, case, attempt, actor=actor, settings=settings, mobile=number
    )  # fmt: skip
    roles_given = [role.id] if role else []
    case.effects = {
        "links_made": made, "links_ended": ended, "messages": [told] if told else [], "roles": roles_given,
    }  # fmt: skip
    word = role.desired["new"]["affiliation"] if role else ""
    after = {"state": case.state, "links_made": made, "links_ended": ended, "role": word}
    audit.record("cases:mismatch:linked", cases.subject_of(case_id), actor=actor, reason=choice.said, after=after)


def _give(
    session: Session, person: Person, entry: dict[str, Any], case: Case, attempt: Registration
) -> tuple[list[int], list[int]]:
    """Link the entry with the source that now has the person; give the links made and ended.

    An entry has one living link: that of an earlier role of the same person ends.
    """
    living = sa.select(Link).where(Link.ended_at.is_(None), Link.entry_uuid == entry["entry_uuid"])
    found = session.scalars(living.where(Link.directory == MAIN_DIRECTORY)).all()
    if any(one.person_id != person.id for one in found):
        raise RefusedError(OWNED)
    source = attempt.source or case.source or ""
    if any(one.source == source for one in found):
        return [], []
    for one in found:
        one.ended_at = clock.now()
    made = Link(
        person_id=person.id, source=source, personnel_number=_number_in_hr(attempt),
        directory=MAIN_DIRECTORY, entry_uuid=entry["entry_uuid"], dn=entry["dn"], username=entry["username"],
        rule=RULE, origin=ORIGIN, created_at=clock.now(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    return [made.id], [one.id for one in found]
