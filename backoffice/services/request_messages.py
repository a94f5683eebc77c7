"""What people are told about their request for the permanent account, by SMS and by mail. Source: glossary.md."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from backoffice.models import Account, Message, PermanentRequest
from backoffice.models.message import MAIL, SMS
from backoffice.services import messages
from backoffice.services.message_texts import (
    PERMANENT_ASKED,
    PERMANENT_READY,
    PERMANENT_REFUSED,
    Words,
    support_params,
    words,
)
from backoffice.services.messages import Draft, Reason
from backoffice.settings import Settings

READY, REJECTED, ASKED = PERMANENT_READY, PERMANENT_REFUSED, PERMANENT_ASKED


def tell(
    session: Session, request: PermanentRequest, template: str, actor: str, settings: Settings,
    more: Mapping[str, str],
) -> list[int]:  # fmt: skip
    """Queue SMS and mail in the caller's transaction; give the ids of the messages."""
    account = session.get_one(Account, request.account_id)
    params = _params(request, account, settings, more)
    queued = []
    for channel, address in _addresses(account):
        if address:
            draft = Draft(
                channel, address, template, account.language, params, person_id=account.person_id,
                entry_uuid=account.entry_uuid, about=_about(template, request.id),
            )  # fmt: skip
            queued.append(messages.put(draft, Reason(actor, account.source or None), settings).id)
    return queued


def take_back(session: Session, request_id: int, template: str) -> None:
    """Let what was to be told and has not left yet stay, in the caller's transaction."""
    messages.withdraw(session, Message.about == _about(template, request_id))


def preview(
    request: PermanentRequest, account: Account, template: str, settings: Settings, more: Mapping[str, str]
) -> list[tuple[str, Words]]:
    """Give (channel, words) of what would go out, before it does."""
    params = _params(request, account, settings, more)
    return [
        (channel, words(template, channel, account.language, params))
        for channel, address in _addresses(account)
        if address
    ]


def _params(request: PermanentRequest, account: Account, settings: Settings, more: Mapping[str, str]) -> dict[str, str]:
    return {
        "username": request.username, "mail": address_of(request.username, settings), "tracking": request.tracking_code,
        "url": f"{settings.url}/profile/", **support_params(settings, account.language), **more,
    }  # fmt: skip


def _about(template: str, request_id: int) -> str:
    return f"{template}:{request_id}"


def _addresses(account: Account) -> tuple[tuple[str, str], ...]:
    return (SMS, account.mobile), (MAIL, account.personal_email)


def address_of(username: str, settings: Settings) -> str:
    """Give the mail address that goes with a permanent user name."""
    return f"{username}@{settings.university_domains[0]}" if settings.university_domains else ""
