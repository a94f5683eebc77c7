"""What people are told about their registrations, by SMS to the mobile they left with the case or the attempt.

The words give nothing away of HR or of an account: the mobile was proved, but not yet that it is the person's own.
Source: mission §5, S53; glossary.md.
"""

from backoffice.models import Case, Registration
from backoffice.models.message import SMS
from backoffice.services import messages
from backoffice.services.message_texts import (
    ADOPTED,
    ASKED,
    BEGIN_AGAIN,
    ENDED,
    GO_ON,
    LINKED,
    REFUSED,
    TO_HR,
    UNDER_REVIEW,
    support_params,
    words,
)  # fmt: skip
from backoffice.services.messages import Draft, Reason
from backoffice.settings import Settings

__all__ = [
    "ADOPTED",
    "ASKED",
    "BEGIN_AGAIN",
    "ENDED",
    "GO_ON",
    "LINKED",
    "REFUSED",
    "TO_HR",
    "UNDER_REVIEW",
    "preview",
    "say",
    "tell",
]


def tell(  # noqa: PLR0913 - what is said to whom and why, each by its name
    template: str,
    case: Case,
    attempt: Registration,
    *,
    actor: str,
    settings: Settings,
    link: str = "",
    note: str = "",
    mobile: str = "",
) -> int | None:
    """Queue a message inside the caller's transaction; give its id, None where nobody can be told.

    ``link``: the address to go on with, kept sealed; ``mobile``: instead of the one left with the case.
    """
    address = mobile or case.contact_mobile
    if not address:
        return None
    return say(template, attempt, address, Reason(actor, case.source), settings, link=link, note=note)


def say(
    template: str, attempt: Registration, address: str, reason: Reason, settings: Settings, *, link: str = "",
    note: str = "",
) -> int:  # fmt: skip
    """Queue a message about an attempt to this mobile inside the caller's transaction; give its id."""
    params, secret = _params(template, attempt, note, settings), {"url": link} if link else {}
    draft = Draft(SMS, address, template, attempt.language, params, person_id=attempt.person_id, secret=secret)
    return messages.put(draft, reason, settings).id


def preview(template: str, attempt: Registration, settings: Settings, note: str = "") -> str:
    """Give the words of a message before it is sent; the token of a link is made only then."""
    params = _params(template, attempt, note, settings)
    if template == GO_ON:
        params["url"] = f"{settings.url}/request/continue/…"
    return words(template, SMS, attempt.language, params).text


def _params(template: str, attempt: Registration, note: str, settings: Settings) -> dict[str, str]:
    page = "status" if template == ENDED else ""
    return {
        "tracking": attempt.tracking_code, "note": note, "url": f"{settings.url}/request/{page}",
        **support_params(settings, attempt.language),
    }  # fmt: skip
