"""Deciding which of HR's rows is right, where several rows of one code contradict each other. Source: mission §6.

The word is an exception with an owner and an end: every check from then on judges the person by that row, and HR finds
it among its corrections. Where something else stands against the person, the case stays open for that. Of somebody who
has an account, the register takes over what the row says.
"""

import datetime as dt

from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import Case, Override, Registration
from backoffice.rules.case_states import OPEN, RESOLVED
from backoffice.rules.errors import RefusedError
from backoffice.rules.identity_rows import disagree
from backoffice.rules.mismatch_offers import EXCEPTION_DAYS, ROW_CHOICES, Act, refusing
from backoffice.rules.overrides import PRIMARY_ROW
from backoffice.rules.primary_row import choices
from backoffice.services import hr_index, mismatch_check, mismatch_holder
from backoffice.services.case_claims import why_not
from backoffice.services.identity import PASSES
from backoffice.services.mismatch_work import (
    NO_DAYS,
    Choice,
    check_reason,
    claimed,
    go_on,
    in_words,
    keep_open,
    record,
)
from backoffice.settings import Settings

NO_ROW = N_("Please choose the row that is right.")
OTHER_ROWS = N_("HR's rows have changed since this case was checked; please check it again first.")


def choose(case_id: int, mark: str, days: int, choice: Choice, *, actor: str, settings: Settings) -> tuple[str, ...]:
    """Let one row of HR count for some days, and let the registration go on where nothing else stands against it.

    ``mark``: see rules.primary_row. Give the causes that still refuse, none where the person goes on. Raises
    RefusedError, and then nothing is changed.
    """
    check_reason(choice, ROW_CHOICES)
    if days not in EXCEPTION_DAYS:
        raise RefusedError(NO_DAYS)
    if not mark:
        raise RefusedError(NO_ROW)
    attempt = mismatch_check.waiting_attempt(db.session(), case_id)
    is_holder, code = mismatch_holder.is_holder(attempt), attempt.national_code
    db.session.rollback()
    exception = Override(
        kind=PRIMARY_ROW, value=mark, source=_source_to_mend(code, mark, settings), owner=actor,
        reason=in_words(choice), case_id=case_id, until=clock.now() + dt.timedelta(days=days),
    )  # fmt: skip
    if is_holder:
        _of_holder(case_id, exception, choice, actor, settings)
        return ()
    return _of_applicant(case_id, exception, choice, actor, settings)


def _of_holder(case_id: int, exception: Override, choice: Choice, actor: str, settings: Settings) -> None:
    """Let the register say of somebody who has an account what the chosen row says; the person synchronises anew."""
    with writing() as session:
        case, attempt = claimed(session, case_id, RESOLVED, Act.CHOOSE, choice, actor)
        _keep(session, exception, attempt)
        changed = mismatch_holder.take_over(session, case, attempt, settings)
        record(case, "row_chosen", actor, choice, {**_told(exception), "fields": changed})


def _of_applicant(case_id: int, exception: Override, choice: Choice, actor: str, settings: Settings) -> tuple[str, ...]:
    checked = mismatch_check.ask(case_id, settings, chosen=exception.value)
    with writing() as session:
        if passes := checked.verdict == PASSES:
            case, attempt = claimed(session, case_id, RESOLVED, Act.CHOOSE, choice, actor)
            go_on(session, case, attempt, checked, actor, settings)
        else:
            case, attempt = _held(session, case_id, choice, actor)
            keep_open(case, attempt, checked, actor, settings)
        _keep(session, exception, attempt)
        record(case, "row_chosen", actor, choice, {**_told(exception), "causes": list(checked.causes)})
    return () if passes else tuple(cause for cause in checked.causes if cause in refusing(checked.causes))


def _keep(session: Session, exception: Override, attempt: Registration) -> None:
    exception.id_type, exception.national_code = attempt.id_type, attempt.national_code
    exception.created_at = clock.now()
    session.add(exception)
    session.flush()


def _told(exception: Override) -> dict[str, str]:
    return {"source": exception.source, "until": exception.until.isoformat()}


def _source_to_mend(code: str, mark: str, settings: Settings) -> str:
    """Give the source of a row that contradicts the chosen one. Raises RefusedError where HR's rows are other ones."""
    rows = hr_index.rows_with_code(code, settings)
    db.session.rollback()
    right = choices(rows).get(mark)
    if right is None:
        raise RefusedError(OTHER_ROWS)
    return next((row.source for row in rows if disagree([right, row])), right.source)


def _held(session: Session, case_id: int, choice: Choice, actor: str) -> tuple[Case, Registration]:
    """Give the open case, which nobody else changes until the transaction ends, and its newest attempt."""
    case = session.get(Case, case_id, with_for_update=True, populate_existing=True)
    is_as_shown = case is not None and choice.fingerprint in ("", case.fingerprint)
    if case is None or case.state not in OPEN or case.taken_by not in ("", actor) or not is_as_shown:
        raise why_not(session, case_id, actor)
    return case, mismatch_check.waiting_attempt(session, case_id)
