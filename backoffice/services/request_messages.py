"""What people are told about their request for the permanent account, by SMS and by mail. Source: glossary.md."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from backoffice.models import Account, PermanentRequest
from backoffice.models.message import MAIL, SMS
from backoffice.services import messages
from backoffice.services.message_texts import PERMANENT_READY, PERMANENT_REFUSED, support_params
from backoffice.services.messages import Draft, Reason
from backoffice.settings import Settings

READY, REJECTED = PERMANENT_READY, PERMANENT_REFUSED


def tell(
    session: Session, request: PermanentRequest, template: str, actor: str, settings: Settings,
    more: Mapping[str, str],
) -> list[int]:  # fmt: skip
    """Queue SMS and mail in the caller's transaction; give the ids of the messages."""
    account = session.get_one(Account, request.account_id)
    params = {
        "username": request.username, "mail": address_of(request.username, settings), "tracking": request.tracking_code,
        "url": f"{settings.url}/profile/", **support_params(settings, account.language), **more,
    }  # fmt: skip
    queued = []
    for channel, address in ((SMS, account.mobile), (MAIL, account.personal_email)):
        if address:
            draft = Draft(
                channel, address, template, account.language, params, person_id=account.person_id,
                entry_uuid=account.entry_uuid, about=f"{template}:{request.id}",
            )  # fmt: skip
            queued.append(messages.put(draft, Reason(actor, account.source or None), settings).id)
    return queued


def address_of(username: str, settings: Settings) -> str:
    """Give the mail address that goes with a permanent user name."""
    return f"{username}@{settings.university_domains[0]}" if settings.university_domains else ""
