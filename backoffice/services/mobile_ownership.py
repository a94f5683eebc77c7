"""Whether a mobile number is in a person's own name.

Source: mission.md S8, S42; contract.md MOBILE_OWNER_PROVIDER.
"""

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db
from backoffice.models import Announcement
from backoffice.ports.mobile_owner import UNLISTED, open_mobile_owner
from backoffice.rules import mobile
from backoffice.rules.inquiry import Answer
from backoffice.rules.national_code import NATIONAL
from backoffice.services import hr_index
from backoffice.settings import Settings

__all__ = ["Answer", "owner_of"]


def owner_of(national_code: str, number: str, settings: Settings) -> Answer:
    """Say whether a number (09xxxxxxxxx) belongs to the person with this code, within three seconds.

    UNAVAILABLE says nothing about the person: the registration waits. Never raises for an outage.
    """
    owners = open_mobile_owner(settings)
    return owners.ask(national_code, number) if owners else _as_hr_says(national_code, number, settings)


def _as_hr_says(national_code: str, number: str, settings: Settings) -> Answer:
    """Compare with the numbers HR has; a person of whom it has none is unlisted."""
    if not hr_index.is_known(settings):
        return Answer.UNAVAILABLE
    written = [fact.value("mobile") for fact in hr_index.counting_rows(NATIONAL, national_code, settings)]
    known = {canonical for text in [*written, *_announced(national_code)] if (canonical := mobile.canonical(text))}
    if not known:
        return UNLISTED[settings.policy.unlisted_mobile]
    return Answer.MATCHED if number in known else Answer.NOT_MATCHED


def _announced(national_code: str) -> list[str]:
    valid = sa.and_(Announcement.ended_at.is_(None), Announcement.until > clock.now())
    found = sa.select(Announcement.mobile).where(Announcement.national_code == national_code, valid)
    return list(db.session.scalars(found))
