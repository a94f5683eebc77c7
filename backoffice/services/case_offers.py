"""What can be decided about a case as things are now, and what a decision that cannot be taken back came to."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from backoffice.extensions import db
from backoffice.i18n import N_
from backoffice.models import Case, Finding, Link, Operation
from backoffice.models.operation import MADE, OPEN, PARKED
from backoffice.rules import situations as s
from backoffice.rules.case_states import APPROVE, MERGE, offered
from backoffice.rules.errors import RefusedError
from backoffice.services import person_merge, recreation, recreation_fields

NO_VERDICT = N_("Please choose a decision.")


@dataclass(frozen=True)
class Making:
    """How far an account is that is made anew. ``why``: what is the matter, a message id that ``values`` fill.

    ``username`` and ``mobile``: with which its holder gets a password; ``mobile`` is "" where none is known.
    """

    under_way: bool
    made: bool
    stuck: bool
    why: str
    values: dict[str, object]
    username: str
    mobile: str


def verdicts_for(session: Session, case: Case, finding: Finding | None) -> tuple[str, ...]:
    """Give what can be decided about a case; nothing while an account is being made."""
    evidence = finding.evidence if finding else {}
    under_way = making(case, finding)
    if under_way and under_way.under_way:
        return ()
    return offered(
        case.kind, case.tier, has_person=bool(evidence.get("hr") or evidence.get("link")),
        may_recreate=_may_recreate(session, case, finding),
        is_twice=case.kind == s.ID_CHANGED and person_merge.pair_of(session, evidence) is not None,
    )  # fmt: skip


def check(session: Session, case: Case, finding: Finding | None, verdict: str) -> None:
    """Raise RefusedError, with the reason, for a verdict that the case does not have now."""
    if number := _link_id(case, finding):
        recreation.refuse_under_way(session, number)
    offers = verdicts_for(session, case, finding)
    if verdict == APPROVE and MERGE in offers:
        raise RefusedError(person_merge.CODE_TAKEN)
    if verdict not in offers:
        raise RefusedError(NO_VERDICT)


def making(case: Case, finding: Finding | None) -> Making | None:
    """Give how the account of a case is being made anew, None where nobody decided so."""
    number = _link_id(case, finding)
    row = recreation.newest(number) if number else None
    return _making(row) if row else None


def is_final(case: Case) -> bool:
    """Say whether the decision of a case can no longer be taken back."""
    number = case.effects.get("operation")
    row = db.session.get(Operation, number) if number else None
    return "merged" in case.effects or (row is not None and row.outcome == MADE)


def _making(row: Operation) -> Making:
    fields = row.desired["fields"]
    return Making(
        row.state in OPEN, row.outcome == MADE, row.state == PARKED, row.detail, dict(row.values), fields["username"],
        fields["mobile"],
    )  # fmt: skip


def _may_recreate(session: Session, case: Case, finding: Finding | None) -> bool:
    """Say whether HR has the person as active, and the run saw no other account with the code."""
    number = _link_id(case, finding)
    link = session.get(Link, number) if number else None
    if finding is None or link is None or link.ended_at is not None or finding.evidence.get("entries"):
        return False
    return recreation_fields.active_row(session, link.person, link.source) is not None


def _link_id(case: Case, finding: Finding | None) -> int:
    if case.kind != s.TARGET_GONE:
        return 0
    return int((finding.evidence.get("link") or {}).get("link_id", 0)) if finding else 0
