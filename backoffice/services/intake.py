"""Taking in what another registration site did: its temporary accounts and its refusals, into our queues.

Each attempt has a reference of that site; the same one again changes nothing, or only the end of the account.
Source: mission S61.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import Account, Person, Registration
from backoffice.rules import account_states, case_states, registration_states
from backoffice.rules import intake as rules
from backoffice.rules.errors import RefusedError
from backoffice.rules.intake import Attempt
from backoffice.services import account_links, accounts, audit, identity, mismatches, persons
from backoffice.services.account_operations import subject_of
from backoffice.services.identity import Checked, Claim
from backoffice.services.registrations import new_tracking_code
from backoffice.settings import Settings

CHANNEL = "intake"
TAKEN, CHANGED, ALREADY = "taken", "changed", "already"
PASSES, LATER, INVALID = "passes", "later", "invalid"
RESULTS = (TAKEN, CHANGED, ALREADY, PASSES, LATER, INVALID)

ANOTHER_OUTCOME = N_("This reference was sent before with another outcome or another person.")
NO_ENTRY = N_("The directory has no temporary account with this user name and person.")
TAKEN_BEFORE = N_("This account was taken in before, under another reference.")
NOT_YET = N_("The directory does not have this account yet, so nothing was stored; please send it again later.")
LINKED = N_("The account is linked to another person here, so nothing was stored; decide that first.")
OWN_ACCOUNT = N_("This user name belongs to an account that was not made by the other site.")
WAITS = N_("A service did not answer, so nothing was stored; please send it again later.")
WOULD_PASS = N_("By what is known here this person is right and has no account; nothing was stored.")


@dataclass(frozen=True)
class Taken:
    """What became of one attempt. ``message`` and ``values``: why, where it was not taken in."""

    reference: str
    result: str
    tracking_code: str = ""
    message: str = ""
    values: Mapping[str, Any] | None = None

    def to_json(self) -> dict[str, str]:
        """Give the object of docs/operating.md "Another registration site"."""
        said = {"detail": self.message % self.values if self.values else self.message} if self.message else {}
        code = {"tracking_code": self.tracking_code} if self.tracking_code else {}
        return {"reference": self.reference, "result": self.result, **code, **said}


def take_all(rows: Iterable[object], *, actor: str, settings: Settings) -> list[Taken]:
    """Take in attempts as they happened, each in a transaction of its own; give what became of each, in their order."""
    given, now = list(rows), clock.now()
    order = sorted(range(len(given)), key=lambda number: rules.happened(given[number]) or now)
    taken = {number: _take(given[number], actor, settings) for number in order}
    return [taken[number] for number in range(len(given))]


def _take(row: object, actor: str, settings: Settings) -> Taken:
    given = row.get("reference") if isinstance(row, Mapping) else ""
    reference = given[:64] if isinstance(given, str) else ""
    try:
        attempt = rules.read(row, settings.timezone)
        known = _again(attempt, actor)
        return known or _new(attempt, actor, settings)
    except RefusedError as fault:
        return Taken(reference, INVALID, message=fault.message, values=fault.values)
    except IntegrityError:
        db.session.rollback()
        return Taken(reference, ALREADY)


def _again(attempt: Attempt, actor: str) -> Taken | None:
    """Give what follows for a reference that is known, None for a new one. Raises RefusedError for a contradiction."""
    with writing() as session:
        row = session.scalar(sa.select(Registration).where(Registration.reference == attempt.reference))
        if row is None:
            return None
        refused = row.account_id is None
        who = (row.id_type, row.national_code)
        if refused != (attempt.outcome == rules.REFUSED) or who != (attempt.id_type, attempt.national_code):
            raise RefusedError(ANOTHER_OUTCOME)
        moved = not refused and _move_end(session, session.get_one(Account, row.account_id), attempt, actor)
        return Taken(attempt.reference, CHANGED if moved else ALREADY, row.tracking_code)


def _move_end(session: Session, account: Account, attempt: Attempt, actor: str) -> bool:
    """Let an account end when the other site says now; only while nobody here has done something else with it."""
    alive = account.state in (account_states.TEMPORARY, account_states.EXPIRED)
    if not alive or account.extensions or account.expires_at == attempt.expires_at:
        return False
    assert attempt.expires_at is not None
    before = {"state": account.state, "expires_at": account.expires_at and account.expires_at.isoformat()}
    account.expires_at, account.state = attempt.expires_at, _state(attempt.expires_at)
    after = {"state": account.state, "expires_at": attempt.expires_at.isoformat()}
    audit.record("intake:account:changed", subject_of(account.id), actor=actor, before=before, after=after)
    session.flush()
    return True


def _new(attempt: Attempt, actor: str, settings: Settings) -> Taken:
    checked = identity.check(_claim(attempt), settings)
    if checked.verdict == identity.LATER:
        return Taken(attempt.reference, LATER, message=WAITS)
    if attempt.outcome == rules.TEMPORARY:
        return _account(attempt, checked, actor)
    if checked.verdict == identity.PASSES and not attempt.cause:
        return Taken(attempt.reference, PASSES, message=WOULD_PASS)
    judged = checked if checked.verdict == identity.REFUSED else replace(checked, causes=(attempt.cause,))
    return _refusal(attempt, judged, actor, settings)


def _refusal(attempt: Attempt, judged: Checked, actor: str, settings: Settings) -> Taken:
    """Make a case of a refusal; of one that is told of late, after the person's account, nothing is left to decide."""
    with writing() as session:
        case = mismatches.find(session, attempt.id_type, attempt.national_code)
        was_open = case is not None and case.state in case_states.OPEN
        row = _registration(session, attempt, registration_states.STARTED)
        mismatches.refuse(session, row, judged, settings, actor)
        verdict = _verdict_since(session, attempt)
        if verdict and not was_open:
            mismatches.settle(session, row, verdict, actor)
        return Taken(attempt.reference, TAKEN, row.tracking_code)


def _verdict_since(session: Session, attempt: Attempt) -> str:
    """Give what an attempt after this one, with which the person got an account, makes of the case; "" for none."""
    made = sa.select(Registration.channel).where(
        Registration.id_type == attempt.id_type, Registration.national_code == attempt.national_code,
        Registration.account_id.is_not(None), Registration.created_at > (attempt.at or clock.now()),
    )  # fmt: skip
    channel = session.scalar(made.order_by(Registration.id.desc()).limit(1))
    return {None: "", CHANNEL: mismatches.TAKEN_IN}.get(channel, mismatches.CAME_IN)


def _account(attempt: Attempt, checked: Checked, actor: str) -> Taken:
    """Enter a temporary account that the directory has, and link its holder with it."""
    entries = checked.evidence["directory"]["entries"]
    entry = next((one for one in entries if rules.is_account(one, attempt)), None)
    if entry is None:
        return _without_entry(entries, attempt)
    with writing() as session:
        person = persons.enter(session, {**_known(attempt), **(checked.hr or {}), **_who(attempt)})
        if account_links.owner_of(session, entry["entry_uuid"]) not in (None, person.id):
            raise RefusedError(LINKED)
        row = _registration(session, attempt, registration_states.TEMPORARY)
        account = _enter(session, attempt, person, checked.source, entry)
        account_links.link(session, account, CHANNEL)
        row.account_id, row.person_id, row.source = account.id, person.id, checked.source
        row.causes, row.evidence, row.finished_at = _causes(checked, entry), checked.evidence, row.created_at
        mismatches.settle(session, row, mismatches.TAKEN_IN, actor)
        after = {"state": account.state, "registration": row.id}
        audit.record("intake:account:taken", subject_of(account.id), actor=actor, after=after)
        return Taken(attempt.reference, TAKEN, row.tracking_code)


def _without_entry(entries: Iterable[Mapping[str, Any]], attempt: Attempt) -> Taken:
    """Say whether the account can still come: not where the directory has another one in its place."""
    if any(rules.is_instead(one, attempt) for one in entries):
        raise RefusedError(NO_ENTRY)
    return Taken(attempt.reference, LATER, message=NOT_YET)


def _causes(checked: Checked, taken: Mapping[str, Any]) -> list[str]:
    """Give what else speaks against the person by our rules; the account that was taken in does not."""
    others = {one["cause"] for one in checked.evidence["directory"]["entries"] if one is not taken}
    return [cause for cause in checked.causes if cause != taken["cause"] or cause in others]


def _enter(session: Session, attempt: Attempt, person: Person, source: str, entry: Mapping[str, Any]) -> Account:
    assert attempt.expires_at is not None
    now = attempt.at or clock.now()
    values = {
        "person_id": person.id, "username": attempt.username, "state": _state(attempt.expires_at), "source": source,
        "entry_uuid": entry["entry_uuid"], "dn": entry["dn"], "mobile": attempt.mobile,
        "personal_email": attempt.personal_email, "language": attempt.language,
        "latin_first_name": attempt.latin_first_name, "latin_last_name": attempt.latin_last_name, "extensions": 0,
        "lock_reason": "", "created_at": now, "ready_at": now, "expires_at": attempt.expires_at,
    }  # fmt: skip
    account = accounts.entered(session, values)
    if account is None:
        raise RefusedError(TAKEN_BEFORE if _was_taken(session, attempt.username) else OWN_ACCOUNT)
    return account


def _was_taken(session: Session, username: str) -> bool:
    """Say whether the account of a user name came from the other site."""
    taken = sa.select(Registration.id).join(Account, Account.id == Registration.account_id)
    own = taken.where(Account.username == username, Registration.channel == CHANNEL)
    return session.scalar(own.limit(1)) is not None


def _registration(session: Session, attempt: Attempt, state: str) -> Registration:
    now = attempt.at or clock.now()
    row = Registration(
        tracking_code=new_tracking_code(), reference=attempt.reference, state=state, channel=CHANNEL,
        language=attempt.language, **_who(attempt), **_known(attempt), personnel_number=attempt.personnel_number,
        typed=attempt.typed, latin_first_name=attempt.latin_first_name, latin_last_name=attempt.latin_last_name,
        mobile=attempt.mobile, personal_email=attempt.personal_email, created_at=now, updated_at=clock.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _who(attempt: Attempt) -> dict[str, str]:
    return {"id_type": attempt.id_type, "national_code": attempt.national_code}


def _known(attempt: Attempt) -> dict[str, str]:
    return {name: getattr(attempt, name) for name in ("first_name", "last_name", "father_name", "birth_date")}


def _claim(attempt: Attempt) -> Claim:
    return Claim(
        **_who(attempt), **_known(attempt), personnel_number=attempt.personnel_number,
        birth_typed=attempt.typed["birth_date"],
    )  # fmt: skip


def _state(expires_at: dt.datetime) -> str:
    return account_states.TEMPORARY if expires_at > clock.now() else account_states.EXPIRED
