"""What is known about a request for a permanent account when it is judged. Source: mission S25, S39."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice.models import Account, Case, Link, PermanentRequest, Person, Registration
from backoffice.rules import account_states, case_states, fields, registration_states, usernames
from backoffice.rules.approval import Facts
from backoffice.services import admitted, old_mailboxes, request_questions, switches, synchronise, user_names
from backoffice.settings import Settings


def gather(session: Session, request: PermanentRequest, settings: Settings) -> Facts:
    """Give the facts from our tables; whether the directory has the name is asked for apart, before a decision."""
    account = session.get_one(Account, request.account_id)
    person = session.get_one(Person, account.person_id)
    rows = admitted.rows_of(session, person)
    classes = {row.status_class for row in rows}
    awaits_answer, has_answer = request_questions.standing(session, request.id)
    return Facts(
        is_in_hr=bool(rows),
        is_active=fields.ACTIVE in classes and fields.DECEASED not in classes,
        is_admitted=admitted.was_admitted(session, account.id, rows),
        is_synchronised=synchronise.is_synchronised_since_active(account),
        has_mailbox=bool(request.mailbox),
        is_mailbox_proved=request.mailbox_proved_at is not None,
        can_try_mailbox=old_mailboxes.can_try(settings),
        is_identity_proved=_is_identity_proved(session, account.id),
        is_name_free=user_names.is_free(session, request.username, request.id),
        is_office_name=usernames.is_reserved(request.username),
        has_open_case=_has_open_case(session, person),
        has_second_account=_has_second_account(session, account),
        is_account_alive=account.state in (account_states.TEMPORARY, account_states.EXPIRED),
        awaits_answer=awaits_answer,
        has_answer=has_answer,
        is_automatic=switches.approves_by_itself(settings),
    )


def _is_identity_proved(session: Session, account_id: int) -> bool:
    """Say whether a registration led to the account: only one whose identity passed does."""
    passed = sa.select(Registration.id).where(
        Registration.account_id == account_id, Registration.state.in_(registration_states.VERIFIED)
    )
    return session.scalar(passed.limit(1)) is not None


def _has_open_case(session: Session, person: Person) -> bool:
    about = (Case.person_id == person.id) | (Case.national_code == person.national_code)
    return session.scalar(sa.select(Case.id).where(about, Case.state.in_(case_states.OPEN)).limit(1)) is not None


def _has_second_account(session: Session, account: Account) -> bool:
    """Say whether the person has another account, made here or linked."""
    other = sa.select(Link.id).where(
        Link.person_id == account.person_id, Link.ended_at.is_(None), Link.entry_uuid != account.entry_uuid
    )
    return session.scalar(other.limit(1)) is not None
