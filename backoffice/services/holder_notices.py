"""What the holder of an account is told of what happened to it: by SMS and mail, in the holder's language."""

from collections.abc import Mapping

from backoffice.models import Account
from backoffice.models.message import MAIL, SMS
from backoffice.services import messages
from backoffice.services.message_texts import support_params
from backoffice.services.messages import Draft, Reason
from backoffice.settings import Settings


def tell(account: Account, template: str, actor: str, settings: Settings, more: Mapping[str, str]) -> None:
    """Queue SMS and mail in the caller's transaction, to the addresses there are."""
    language = account.language
    params = {"url": f"{settings.url}/profile/", **support_params(settings, language), **more}
    for channel, address in ((SMS, account.mobile), (MAIL, account.personal_email)):
        if address:
            draft = Draft(
                channel, address, template, language, params, person_id=account.person_id,
                entry_uuid=account.entry_uuid,
            )  # fmt: skip
            messages.put(draft, Reason(actor, account.source or None), settings)
