"""Who owns a mobile number: the port and the choice of its adapter by MOBILE_OWNER_PROVIDER. Source: mission.md S8."""

from typing import Protocol

from backoffice.ports.inquiry_http import HttpInquiry
from backoffice.ports.mobile_owner_http import SETTING, HttpOwners
from backoffice.ports.mobile_owner_table import FILE, TableOwners
from backoffice.rules.inquiry import Answer
from backoffice.settings import Settings

__all__ = ["UNLISTED", "Answer", "MobileOwnerPort", "open_mobile_owner"]

# ``[policy] unlisted_mobile`` -> answer. Unknown is an outage: nobody is called a liar for a list that is not complete.
UNLISTED = {"unknown": Answer.UNAVAILABLE, "matched": Answer.MATCHED, "not_matched": Answer.NOT_MATCHED}


class MobileOwnerPort(Protocol):
    """Whether a mobile number (09xxxxxxxxx) is in a person's own name."""

    def ask(self, national_code: str, mobile: str) -> Answer:
        """Give the answer within three seconds; never raises: an outage is UNAVAILABLE."""

    def probe(self) -> None:
        """See whether it can be asked, without asking. Raises TransportError."""


def open_mobile_owner(settings: Settings) -> MobileOwnerPort | None:
    """Give the service of the settings, None where HR's numbers stand in for it; nothing is contacted yet."""
    if settings.mobile_owner_provider == "table":
        return TableOwners(settings.instance / FILE, UNLISTED[settings.policy.unlisted_mobile])
    if settings.mobile_owner_provider == "http":
        key, shape = settings.mobile_owner_api_key, settings.mobile_owner
        return HttpOwners(HttpInquiry(settings.mobile_owner_url, key, SETTING, shape))
    return None
