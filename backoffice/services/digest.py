"""The weekly mail with the figures of the statistics page, to each desk user who asked for it.

A week begins on Saturday. The week whose mail was queued is kept beside the wish, in one transaction with the mail, so
each goes out once however often the job runs. Source: interface.md "Managers"; issue of the statistics page.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from flask import current_app

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import Staff
from backoffice.models.message import MAIL
from backoffice.rules.deadlines import day_of
from backoffice.rules.errors import RefusedError
from backoffice.rules.permissions import Permission, Role, may
from backoffice.services import audit, messages
from backoffice.services.message_texts import DIGEST
from backoffice.services.messages import Draft, Reason
from backoffice.settings import Settings

ACTOR = "job:digest"
# Gives what the mail shows in a language; the room of the pages has the words of the figures and brings it.
Maker = Callable[[str], dict[str, Any]]
_NO_ADDRESS = N_("There is no mail address on record for you; an administrator can add it.")
_NOT_YOURS = N_("The weekly mail is for those who may see the statistics.")
_SATURDAY = 5


def week_of(now: dt.datetime, zone: str) -> str:
    """Give the Saturday with which a moment's week begins, as an ISO date."""
    day = day_of(now, zone)
    return (day - dt.timedelta(days=(day.weekday() - _SATURDAY) % 7)).isoformat()


def wish(staff_id: int, *, wanted: bool, language: str, actor: str) -> None:
    """Begin, in a language, or stop the weekly mail of a desk user. Raises RefusedError."""
    with writing() as session:
        staff = session.get_one(Staff, staff_id, with_for_update=True, populate_existing=True)
        if wanted and not may(staff.role, Permission.SEE_STATISTICS):
            raise RefusedError(_NOT_YOURS)
        if wanted and not staff.mail:
            raise RefusedError(_NO_ADDRESS)
        if staff.digest is wanted:
            return
        staff.digest = wanted
        staff.language = language if wanted else staff.language
        act = "staff:digest:begun" if wanted else "staff:digest:stopped"
        audit.record(act, f"staff:{staff.username}", actor=actor)


def waiting(settings: Settings) -> Sequence[int]:
    """Give those who have not been sent the mail of this week."""
    roles = [role for role in Role if may(role, Permission.SEE_STATISTICS)]
    asked = sa.select(Staff.id).where(
        Staff.digest, Staff.active, Staff.mail != "", Staff.role.in_(roles),
        Staff.digest_week < week_of(clock.now(), settings.timezone),
    )  # fmt: skip
    return db.session.scalars(asked.order_by(Staff.id)).all()


def send_all(settings: Settings) -> int:
    """Queue the mail of this week for whoever waits for it; give the number of mails."""
    make: Maker = current_app.extensions["digest"]
    people, made = waiting(settings), dict[str, dict[str, Any]]()
    return sum(_send(staff_id, make, made, settings) for staff_id in people)


def _send(staff_id: int, make: Maker, made: dict[str, dict[str, Any]], settings: Settings) -> bool:
    language = db.session.scalar(sa.select(Staff.language).where(Staff.id == staff_id)) or settings.language
    if language not in made:
        made[language] = make(language)
    params = {
        **made[language], "url": f"{settings.url}/admin/statistics/", "stop": f"{settings.url}/admin/own-login/",
    }  # fmt: skip
    with writing() as session:
        week = week_of(clock.now(), settings.timezone)
        claim = sa.update(Staff).where(Staff.id == staff_id, Staff.digest, Staff.active, Staff.digest_week < week)
        address = session.scalar(claim.values(digest_week=week).returning(Staff.mail))
        if not address:
            return False
        messages.put(Draft(MAIL, address, DIGEST, language, params, about=f"{DIGEST}:{week}"), Reason(ACTOR), settings)
        return True
