"""What the verdicts of cases have in common: the evidence, links made and ended, and the word later runs respect."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.i18n import N_
from backoffice.models import Case, Link, Person, Verdict
from backoffice.models.types import MAIN_DIRECTORY
from backoffice.reconcile.verdicts import ASIDE, fingerprint
from backoffice.rules.errors import RefusedError
from backoffice.settings import Settings

RULE, ORIGIN = "verdict", "desk"
OWNED = N_("This account is already linked to another person; decide that case first.")
Values = dict[str, Any]


@dataclass
class Act:
    """One verdict being carried out; ``effects`` is what reopening takes back."""

    session: Session
    case: Case
    evidence: Values
    entry: Values | None
    national_code: str
    settings: Settings
    effects: Values = field(default_factory=lambda: {"links_made": [], "links_ended": []})

    @property
    def hr(self) -> Values | None:
        """HR's row as the run saw it."""
        return self.evidence.get("hr")

    @property
    def entries(self) -> list[Values]:
        """The entries as the run saw them."""
        return self.evidence.get("entries") or []

    @property
    def link_id(self) -> int:
        """The stored link the finding is about, 0 for none."""
        return int((self.evidence.get("link") or {}).get("link_id", 0))


def note(act: Act, word: str, entries: Iterable[Values | None]) -> None:
    """Keep what later runs respect: a word about the person and each of these accounts."""
    hr = None if word == ASIDE else act.hr
    if word != ASIDE and hr is None:
        return
    who = {"id_type": hr.get("id_type") or "national", "national_code": hr["national_code"]} if hr else {}
    for entry in entries:
        uuid = entry["entry_uuid"] if entry else ""
        mark = fingerprint(hr, [entry] if entry else [])
        act.session.add(Verdict(
            case_id=act.case.id, word=word, entry_uuid=uuid, fingerprint=mark, at=clock.now(), **who,
        ))  # fmt: skip


def make_link(act: Act, person: Person, entry: Values) -> None:
    """Link person and account unless they are; an account of somebody else is refused."""
    owners = sa.select(Link).where(Link.ended_at.is_(None), Link.entry_uuid == entry["entry_uuid"])
    found = act.session.scalars(owners.where(Link.directory == MAIN_DIRECTORY)).all()
    if any(one.person_id != person.id for one in found):
        raise RefusedError(OWNED)
    if found:
        return
    made = Link(
        person_id=person.id, source=act.case.source or "", personnel_number=act.case.personnel_number or "",
        directory=MAIN_DIRECTORY, entry_uuid=entry["entry_uuid"], dn=entry["dn"], username=entry["username"],
        rule=RULE, origin=ORIGIN, created_at=clock.now(),
    )  # fmt: skip
    act.session.add(made)
    act.session.flush()
    act.effects["links_made"].append(made.id)


def links_to(session: Session, uuids: list[str], person_id: int | None = None) -> list[int]:
    """Give the living links to these entries, all or those of one person."""
    question = sa.select(Link.id).where(Link.entry_uuid.in_(uuids), Link.ended_at.is_(None))
    return list(session.scalars(question.where(Link.person_id == person_id) if person_id else question))


def end(act: Act, ids: list[int]) -> None:
    """End links; reopening brings them back."""
    act.effects["links_ended"] += ids
    end_links(act.session, ids)


def end_links(session: Session, ids: list[int]) -> None:
    """End those of these links that live."""
    ending = sa.update(Link).where(Link.id.in_(ids), Link.ended_at.is_(None))
    session.execute(ending.values(ended_at=clock.now()))
