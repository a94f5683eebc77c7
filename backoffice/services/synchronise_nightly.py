"""Synchronising staff by night where the office wants that; who was admitted presses. Source: mission S25, S26."""

from collections import Counter

import sqlalchemy as sa

from backoffice.extensions import db, writing
from backoffice.models import Account, Person
from backoffice.rules.account_states import EXPIRED, TEMPORARY
from backoffice.services import account_acts, admitted, hr_index, synchronise
from backoffice.settings import Settings

ACTOR = "job:synchronise"
SKIPPED = "skipped"


def candidates() -> list[int]:
    """Give the accounts that may be looked at: those that are not permanent yet."""
    wanted = sa.select(Account.id).where(Account.state.in_((TEMPORARY, EXPIRED)))
    return list(db.session.scalars(wanted.order_by(Account.id)))


def run(settings: Settings) -> Counter[str]:
    """Compare each with HR's newest file, once a file; give answer -> number, those left alone under SKIPPED."""
    if not hr_index.is_known(settings):
        return Counter()
    return Counter(_one(account_id, settings) for account_id in candidates())


def _one(account_id: int, settings: Settings) -> str:
    with writing() as session:
        account = account_acts.claimed(session, account_id)
        person = session.get_one(Person, account.person_id)
        # What a file said of somebody is said once: a case that the desk closed does not open every night.
        is_known = account.synced.get("as_of", "") >= synchronise.newest_moment(account.source, settings)
        if account.state not in (TEMPORARY, EXPIRED) or is_known:
            return SKIPPED
        if admitted.was_admitted(session, account.id, admitted.rows_of(session, person)):
            return SKIPPED
        return synchronise.compare_now(session, account, settings, actor=ACTOR).answer
