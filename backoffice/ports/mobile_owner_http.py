"""The owners of mobile numbers through a service ("Shahkar"). Source: contract.md "Details"; mission.md S8, §7."""

from dataclasses import dataclass

from backoffice.ports import bulkhead
from backoffice.ports.inquiry_http import HttpInquiry
from backoffice.rules.inquiry import Answer

SETTING = bulkhead.OWNER


@dataclass(frozen=True)
class HttpOwners:
    """A service behind one URL."""

    service: HttpInquiry

    def ask(self, national_code: str, mobile: str) -> Answer:
        """Say whether the number is in the name of the person with this code."""
        return self.service.ask({"mobile": mobile, "national_code": national_code})

    def probe(self) -> None:
        """Connect and say nothing. Raises TransportError."""
        self.service.probe()
