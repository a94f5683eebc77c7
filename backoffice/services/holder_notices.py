"""What the holder of an account is told of what happened to it: by SMS and mail, in the holder's language."""

from collections.abc import Mapping

from backoffice.models import Account
from backoffice.models.message import MAIL, SMS
from backoffice.services import messages
from backoffice.services.message_texts import support_params
from backoffice.services.messages import Draft, Reason
from backoffice.settings import Settings


def tell(account: Account, template: str, actor: str, settings: Settings, more: Mapping[str, str]) -> list[int]:
    """Queue SMS and mail in the caller's transaction, to the addresses there are; give the ids of the messages."""
    language, told = account.language, []
    params = params_of(account, settings, more)
    for channel, address in ((SMS, account.mobile), (MAIL, account.personal_email)):
        if address:
            draft = Draft(
                channel, address, template, language, params, person_id=account.person_id,
                entry_uuid=account.entry_uuid,
            )  # fmt: skip
            told.append(messages.put(draft, Reason(actor, account.source or None), settings).id)
    return told


def params_of(account: Account, settings: Settings, more: Mapping[str, str]) -> dict[str, str]:
    """Give what the words of a message to a holder are filled with."""
    return {"url": f"{settings.url}/profile/", **support_params(settings, account.language), **more}
