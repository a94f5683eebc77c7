"""«همگام‌سازی اطلاعات کاربری»: the person's own look into the newest accepted files of HR. Source: mission S25, S26.

Who was admitted gets a permanent account only after pressing this once HR has the person as active: two gates.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import writing
from backoffice.models import Account, Person, Snapshot
from backoffice.rules import fields
from backoffice.rules.identity_compare import ABSENT, COMPARED, DIFFERS, compare
from backoffice.rules.identity_evidence import Claim, HrFact
from backoffice.rules.identity_rows import class_of, disagree, in_order
from backoffice.services import account_acts, audit, hr_index, persons, rates, sync_mismatch
from backoffice.services.account_operations import subject_of
from backoffice.services.registration_identity import OutageError
from backoffice.settings import Settings

UPDATED, NOT_ACTIVE, NOT_FOUND, MISMATCH = "updated", "not_active", "not_found", "mismatch"
EVERY = dt.timedelta(minutes=10)
_COUNTED = "profile:sync"
_NAME = (fields.FIRST_NAME, fields.LAST_NAME)


@dataclass(frozen=True)
class Answer:
    """What came of it; stored on the account. ``answer``: one of the four above.

    ``as_of``: the moment of the file, ISO, "" without one. ``status``: as HR writes it; ``status_class`` and
    ``person_kind``: what it counts as. ``tracking_code``: of the case, where data do not agree.
    """

    answer: str
    as_of: str = ""
    source: str = ""
    status: str = ""
    status_class: str = ""
    person_kind: str = ""
    tracking_code: str = ""


def synchronise(account_id: int, settings: Settings) -> Answer:
    """Compare with HR's newest accepted files, take over what agrees, and keep the answer; once in ten minutes.

    Raises TooManyError, and OutageError where no file can be asked (then the press does not count).
    """
    if not hr_index.is_known(settings):
        raise OutageError
    with writing() as session:
        rates.count(_COUNTED, str(account_id), 1, EVERY)
        account = account_acts.claimed(session, account_id)
        return compare_now(session, account, settings, actor=subject_of(account.id))


def compare_now(session: Session, account: Account, settings: Settings, *, actor: str) -> Answer:
    """Compare, take over what agrees, and keep the answer, in the caller's transaction; the account is claimed."""
    person = session.get_one(Person, account.person_id)
    answer = _answer(session, account, person, settings)
    before, account.synced_at, account.synced = account.synced, clock.now(), vars(answer)
    audit.record(
        f"profile:sync:{answer.answer}", subject_of(account.id), actor=actor,
        before={"answer": before.get("answer", "")}, after=_noted(answer),
    )  # fmt: skip
    return answer


def answer_of(synced: Mapping[str, Any]) -> Answer | None:
    """Give what came of the last press as the account keeps it, None before the first."""
    return Answer(**synced) if synced else None


def is_synchronised_since_active(account: Account) -> bool:
    """Say whether the person pressed after HR had turned to active: the newest press found the person so."""
    return account.synced.get("answer") == UPDATED and account.synced.get("status_class") == fields.ACTIVE


def newest_moment(source: str, settings: Settings) -> str:
    """Give the moment (ISO) of the file in which somebody of this source should stand, "" without one."""
    return _newest_of_all(source, settings)


def _answer(session: Session, account: Account, person: Person, settings: Settings) -> Answer:
    today = clock.now().astimezone(ZoneInfo(settings.timezone)).date()
    claim = _claim_of(person)
    facts = in_order(hr_index.counting_rows(person.id_type, person.national_code, settings), claim, today)
    if not facts:
        return Answer(NOT_FOUND, as_of=_newest_of_all(account.source, settings))
    fact = _counting(facts, today)
    kept = _kept(fact, today)
    compared = _compared(claim, facts)
    if disagree(facts) or DIFFERS in compared.values():
        code = sync_mismatch.refer(session, account, claim, facts, compared, settings)
        return Answer(MISMATCH, **kept, tracking_code=code)
    sync_mismatch.settle(session, account, person)
    if kept["status_class"] != fields.ACTIVE:
        return Answer(NOT_ACTIVE, **kept)
    persons.bring_up(person, fact.values)
    account.source = fact.source
    return Answer(UPDATED, **kept)


def _compared(claim: Claim, facts: Sequence[HrFact]) -> dict[str, str]:
    """Compare; what our register does not know of the person is no difference."""
    is_named = bool(claim.first_name and claim.last_name)
    unknown = {name for name in COMPARED if not getattr(claim, name)} | (set() if is_named else set(_NAME))
    return {name: ABSENT if name in unknown else level for name, level in compare(claim, facts).items()}


def _counting(facts: Sequence[HrFact], today: dt.date) -> HrFact:
    """Give the row that decides: who died is nowhere active, else an active row counts before others."""
    wanted = (fields.DECEASED, fields.ACTIVE)
    return min(facts, key=lambda fact: [class_of(fact, today) != name for name in wanted])


def _kept(fact: HrFact, today: dt.date) -> dict[str, Any]:
    return {
        "as_of": _moment(hr_index.newest_file(fact.source)), "source": fact.source,
        "status": fact.value(fields.STATUS), "status_class": class_of(fact, today),
        "person_kind": fact.value("person_kind"),
    }  # fmt: skip


def _newest_of_all(source: str, settings: Settings) -> str:
    """Give the moment of the file in which the person should stand, or of the newest one of any source."""
    own = hr_index.newest_file(source) if source else None
    files = [own] if own else [hr_index.newest_file(one.name) for one in settings.hr.sources]
    return max((_moment(file) for file in files), default="")


def _moment(file: Snapshot | None) -> str:
    return file.as_of.astimezone(dt.UTC).isoformat() if file else ""


def _claim_of(person: Person) -> Claim:
    """Give what our register says of a person, as if the person said so."""
    return Claim(
        id_type=person.id_type, national_code=person.national_code, birth_date=person.birth_date,
        first_name=person.first_name, last_name=person.last_name, father_name=person.father_name,
    )  # fmt: skip


def _noted(answer: Answer) -> dict[str, str]:
    return {name: value for name, value in vars(answer).items() if value and name != "answer"}
