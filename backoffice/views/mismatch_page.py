"""The page of one refused registration: what was typed, what is known, and what can be decided."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import current_app
from markupsafe import Markup

from backoffice.extensions import db, settings_of
from backoffice.i18n import _
from backoffice.models import Case, Registration
from backoffice.rules import case_states, mismatch_offers
from backoffice.rules.mismatch_offers import Act
from backoffice.rules.permissions import Permission, Role
from backoffice.rules.registration_states import REJECTED
from backoffice.services import (
    account_list,
    accounts,
    cases,
    codes,
    messages,
    mismatch_account,
    mismatch_check,
    mismatch_holder,
    mismatch_link,
    mismatch_messages,
    mismatches,
    roles,
)
from backoffice.services.cases import Wanted
from backoffice.services.mismatch_account import Standing
from backoffice.views import (
    account_words,
    audit_words,
    case_words,
    code_words,
    existing_account,
    masking,
    mismatch_caller,
    mismatch_words,
    sentences,
    story_words,
)
from backoffice.views.access import allowed, the_actor
from backoffice.views.base import DeskView
from backoffice.views.formats import mask_mobile
from backoffice.views.labels import situation_title
from backoffice.views.mismatch_choice import RowToChoose, rows_to_choose
from backoffice.views.mismatch_dates import day
from backoffice.views.mismatch_table import table_of

_TEMPLATES = {
    Act.CHOOSE: mismatch_messages.GO_ON, Act.ADOPT: mismatch_messages.ADOPTED,
    Act.CORRECT: mismatch_messages.GO_ON, Act.ACCEPT: mismatch_messages.GO_ON, Act.LINK: mismatch_messages.LINKED,
    Act.TO_HR: mismatch_messages.TO_HR, Act.ASK: mismatch_messages.ASKED, Act.REFUSE: mismatch_messages.REFUSED,
}  # fmt: skip
# HR's number of the person will do.
_TO_ANY_NUMBER = frozenset({Act.LINK, Act.ADOPT})
# Stands where the words of a note will be.
NOTE_PLACE = "⟨…⟩"


def render(
    view: DeskView, case: Case, wanted: Wanted, kept: Mapping[str, Any], *, error: str = "", opened: str = ""
) -> str:
    """Give the page; ``opened``: the decision whose form is open, with what was typed into it."""
    attempts = mismatch_check.attempts_of(db.session(), case.id)
    actor, attempt = the_actor(), _judged(case, attempts)
    shown = masking.is_shown(cases.subject_of(case.id))
    is_free = case.taken_by in ("", actor.username)
    decides, settings = allowed(Permission.DECIDE_CASES), settings_of(current_app)
    standing = mismatch_account.standing_of(db.session(), attempt, settings) if attempt else None
    acts = _acts(case, attempt, standing) if decides and is_free else ()
    return str(
        view.render(
            "admin/mismatch.html", case=case, attempts=attempts, attempt=attempt, shown=shown, error=error,
            opened=opened, kept=kept, table=_table(attempt, shown=shown) if attempt else None,
            typed=_typed(attempt) if attempt else {}, rows=_rows(attempt) if attempt else [],
            acts=acts,
            previews=_previews(case, attempt, standing) if attempt and decides else {}, note_place=NOTE_PLACE,
            number=_number(case, attempt), code=_code(case), offers=mismatch_offers, states=case_states,
            case_words=case_words, words=mismatch_words, masking=masking, act_title=audit_words.act_title,
            done=cases.acts_of(case.id), following=cases.next_open(case, wanted, actor.username),
            before=cases.next_open(case, wanted, actor.username, back=True), is_free=is_free,
            is_mine=case.taken_by == actor.username, may_force=actor.role == Role.IT_ADMIN, may_decide=decides,
            may_unmask=allowed(Permission.UNMASK), link_purpose=Act.LINK, roles=_roles(case),
            source_titles=_source_titles(), orphan=cases.of_account(case.national_code) if Act.ADOPT in acts else None,
            others=cases.others_of(case, wanted), situation_title=situation_title, by=code_words.sender,
            there=existing_account.shown(case, attempt, standing, settings),
            say=mismatch_caller.to_caller(case.cause, standing),
            concerns_account=attempt is not None and existing_account.concerns(attempt),
            why_none=existing_account.why_none(attempt) if attempt and standing is None else "",
            account_numbers=_account_numbers(attempt), leaves_at=messages.quiet_until(settings),
            attempt_badge=story_words.attempt_badge,
            too_late=_(mismatch_check.TOO_LATE) if attempts and mismatch_check.is_too_late(attempts[0]) else "",
        )
    )  # fmt: skip


def _judged(case: Case, attempts: Sequence[Registration]) -> Registration | None:
    """Give the attempt the case is about: the newest, but not the one that made it close by itself."""
    if case.verdict in mismatches.BY_ATTEMPTS:
        return next((one for one in attempts if one.state == REJECTED), None)
    return next(iter(attempts), None)


def _table(attempt: Registration, *, shown: bool) -> Any:
    return table_of(attempt.evidence, shown=shown, sources=_source_titles())


def _rows(attempt: Registration) -> list[RowToChoose]:
    return rows_to_choose(attempt.evidence, _source_titles())


def _source_titles() -> dict[str, str]:
    return {source.name: source.title or source.name for source in settings_of(current_app).hr.sources}


def _acts(case: Case, attempt: Registration | None, standing: Standing | None) -> tuple[Act, ...]:
    if attempt is None or attempt.state != REJECTED or case.state not in case_states.OPEN:
        return ()
    entries = (attempt.evidence.get("directory") or {}).get("entries")
    return mismatch_offers.offered(
        attempt.causes, has_entry=bool(entries), has_hr=bool(attempt.evidence.get("hr")),
        has_contact=bool(case.contact_mobile), is_holder=mismatch_holder.is_holder(attempt),
        may_extend=standing is not None and standing.may_extend,
        may_log_in=standing is not None and standing.may_log_in,
    )  # fmt: skip


def _previews(case: Case, attempt: Registration, standing: Standing | None) -> dict[str, str]:
    settings = settings_of(current_app)
    reached = {act for act in _TEMPLATES if case.contact_mobile or act in _TO_ANY_NUMBER}
    # Who has an account goes on by synchronising, and hears nothing.
    reached -= {Act.CHOOSE} if mismatch_holder.is_holder(attempt) else set()
    found = {str(act): mismatch_messages.preview(_TEMPLATES[act], attempt, settings, NOTE_PLACE) for act in reached}
    return found | (existing_account.previews(standing, settings, NOTE_PLACE) if standing else {})


def _account_numbers(attempt: Registration | None) -> dict[str, int]:
    """Give the accounts of the person that have a page of their own for this reader."""
    if attempt is None or not allowed(Permission.SEE_ACCOUNTS):
        return {}
    known = (attempt.evidence.get("register") or {}).get("accounts") or []
    return accounts.numbers_of([one["username"] for one in known], account_list.SHOWN)


def _typed(attempt: Registration) -> dict[str, str]:
    """Give what the form of the correction begins with."""
    names = ("national_code", "first_name", "last_name", "father_name", "personnel_number")
    return {**{name: getattr(attempt, name) for name in names}, "birth_date": day(attempt.birth_date)}


def _roles(case: Case) -> list[tuple[str, tuple[str, str], str]]:
    """Give each role that the decision brings: its affiliation, how far the directory is, and why it is not there."""
    found = roles.given(db.session(), case.effects.get("roles", []))
    return [
        (
            one.desired["new"]["affiliation"], account_words.result(one),
            sentences.sentence({"message": one.detail, "params": one.values}) if one.detail else "",
        )
        for one in found
    ]  # fmt: skip


def _number(case: Case, attempt: Registration | None) -> Markup:
    return mask_mobile(mismatch_link.number_of(case, attempt) if attempt else "")


def _code(case: Case) -> codes.CodeState | None:
    return codes.state(mismatch_link.PURPOSE, cases.subject_of(case.id), settings_of(current_app))
