"""What the page of a case says of the decision."""

from typing import Any

from backoffice.extensions import db
from backoffice.models import Case, Finding
from backoffice.rules.situations import ID_CHANGED
from backoffice.services import case_offers, person_merge


def choices(case: Case, finding: Finding | None) -> dict[str, Any]:
    """Give what the page says of the decision: what can be chosen, and of what is more than a word in our register."""
    pair = person_merge.pair_of(db.session(), finding.evidence) if finding and case.kind == ID_CHANGED else None
    return {
        "verdicts": case_offers.verdicts_for(db.session(), case, finding),
        "making": case_offers.making(case, finding), "is_final": case_offers.is_final(case),
        "sides": [person_merge.side(db.session(), person) for person in pair or ()],
    }  # fmt: skip
