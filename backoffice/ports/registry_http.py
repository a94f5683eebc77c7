"""The civil registry through a reseller's service. Source: contract.md "Details"; mission.md §7."""

import datetime as dt
from dataclasses import dataclass

from backoffice.ports import bulkhead
from backoffice.ports.inquiry_http import HttpInquiry
from backoffice.rules import jalali
from backoffice.rules.identity_evidence import Claim
from backoffice.rules.inquiry import Answer

SETTING = bulkhead.REGISTRY


@dataclass(frozen=True)
class HttpRegistry:
    """A registry behind one URL; it is told the birth date as Jalali YYYY/MM/DD."""

    service: HttpInquiry

    def ask(self, claim: Claim) -> Answer:
        """Give the registry's answer."""
        return self.service.ask({
            "national_code": claim.national_code, "birth_date": _jalali(claim.birth_date),
            "first_name": claim.first_name, "last_name": claim.last_name, "father_name": claim.father_name,
        })  # fmt: skip

    def probe(self) -> None:
        """Connect and say nothing. Raises TransportError."""
        self.service.probe()


def _jalali(iso: str) -> str:
    return jalali.to_jalali(dt.date.fromisoformat(iso)) if iso else ""
