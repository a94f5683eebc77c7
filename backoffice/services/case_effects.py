"""What a verdict changes in our own register: links, codes, and what later runs respect. Nothing outside it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.i18n import N_
from backoffice.models import Case, Finding, Link, Person, Verdict
from backoffice.models.types import MAIN_DIRECTORY
from backoffice.reconcile.verdicts import ASIDE, DIFFERENT, SAME, fingerprint
from backoffice.rules import case_states as c
from backoffice.rules import situations as s
from backoffice.rules.errors import RefusedError
from backoffice.services import persons, registering
from backoffice.settings import Settings

RULE, ORIGIN = "verdict", "desk"
OWNED = N_("This account is already linked to another person; decide that case first.")
NOT_THERE = N_("The account chosen is not part of this case.")
CODE_TAKEN = N_("Another person of the register already has this national code; HR must say which is right.")
Values = dict[str, Any]


@dataclass
class _Act:
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


def carry_out(
    session: Session, case: Case, finding: Finding, entry: str, national_code: str, settings: Settings
) -> Values:
    """Carry out the verdict of a case inside the caller's transaction; give what it changed.

    Raises RefusedError where an account belongs to somebody else, is not of this case, or a code is not known.
    """
    chosen = next((e for e in finding.evidence.get("entries", []) if e["entry_uuid"] == entry), None)
    if entry and chosen is None:
        raise RefusedError(NOT_THERE)
    act = _Act(session, case, finding.evidence, chosen, national_code, settings)
    _ACTS[case.verdict](act)
    return act.effects


def take_back(session: Session, case: Case) -> None:
    """Undo what the verdict of a case changed in our register."""
    now, effects = clock.now(), case.effects
    living = sa.update(Verdict).where(Verdict.case_id == case.id, Verdict.ended_at.is_(None))
    session.execute(living.values(ended_at=now))
    _end_links(session, effects.get("links_made", []))
    for link in session.scalars(sa.select(Link).where(Link.id.in_(effects.get("links_ended", [])))):
        link.ended_at = None
    if effects.get("code_before"):
        person = session.get_one(Person, effects["person_id"])
        registering.give_code(session, person, effects["code_before"])


def _same(act: _Act) -> None:
    """Link the chosen account; the others of the case are somebody else's."""
    entry = act.entry or act.entries[0]
    _link(act, registering.person_of(act.session, act.evidence), entry)
    _note(act, SAME, [entry])
    _note(act, DIFFERENT, [other for other in act.entries if other is not entry])


def _different(act: _Act) -> None:
    """Refuse every pair of the case, or that the person is twice in the register."""
    if act.case.tier == s.T5:
        _note(act, DIFFERENT, [None])
        return
    _note(act, DIFFERENT, act.entries)
    if act.case.kind == s.NAME_CONFLICT and act.link_id:
        _end(act, [act.link_id])


def _main(act: _Act) -> None:
    """Link the main account; leave the others alone."""
    entry = act.entry or act.entries[0]
    others = [other for other in act.entries if other is not entry]
    person = registering.person_of(act.session, act.evidence)
    _end(act, _links_to(act.session, [other["entry_uuid"] for other in others], person.id))
    _link(act, person, entry)
    _note(act, ASIDE, others)


def _leave(act: _Act) -> None:
    """Leave the accounts as they are, counted as protected."""
    _note(act, ASIDE, act.entries)


def _belongs(act: _Act) -> None:
    """Link the account to the person with the code typed."""
    _link(act, registering.person_with_code(act.session, act.national_code, act.settings), act.entries[0])


def _approve(act: _Act) -> None:
    """Take it that the person has a new national code."""
    entry, hr = act.entries[0], act.hr or {}
    link = act.session.get(Link, act.link_id)
    if link is None:
        _link(act, registering.person_of(act.session, act.evidence), entry)
    elif link.person.national_code != hr["national_code"]:
        if persons.find(act.session, link.person.id_type, hr["national_code"]):
            raise RefusedError(CODE_TAKEN)
        act.effects |= {"person_id": link.person_id, "code_before": link.person.national_code}
        registering.give_code(act.session, link.person, hr["national_code"])
    _note(act, SAME, [entry])


def _forget(act: _Act) -> None:
    """End the link to an account that is gone for good."""
    _end(act, [act.link_id])


def _keep(act: _Act) -> None:
    """Leave the account to this person; end the links of all others to it."""
    uuids = [str((act.evidence.get("link") or act.entries[0])["entry_uuid"])]
    _end(act, [link for link in _links_to(act.session, uuids) if link != act.link_id])


_ACTS: dict[str, Callable[[_Act], None]] = {
    c.SAME: _same, c.DIFFERENT: _different, c.MAIN: _main, c.LEAVE: _leave, c.BELONGS: _belongs,
    c.APPROVE: _approve, c.FORGET: _forget, c.KEEP: _keep,
}  # fmt: skip


def _note(act: _Act, word: str, entries: Iterable[Values | None]) -> None:
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


def _link(act: _Act, person: Person, entry: Values) -> None:
    """Link person and account unless they are; an account of somebody else is refused."""
    owners = sa.select(Link).where(Link.ended_at.is_(None), Link.entry_uuid == entry["entry_uuid"])
    found = act.session.scalars(owners.where(Link.directory == MAIN_DIRECTORY)).all()
    if any(link.person_id != person.id for link in found):
        raise RefusedError(OWNED)
    if found:
        return
    link = Link(
        person_id=person.id, source=act.case.source or "", personnel_number=act.case.personnel_number or "",
        directory=MAIN_DIRECTORY, entry_uuid=entry["entry_uuid"], dn=entry["dn"], username=entry["username"],
        rule=RULE, origin=ORIGIN, created_at=clock.now(),
    )  # fmt: skip
    act.session.add(link)
    act.session.flush()
    act.effects["links_made"].append(link.id)


def _links_to(session: Session, uuids: list[str], person_id: int | None = None) -> list[int]:
    question = sa.select(Link.id).where(Link.entry_uuid.in_(uuids), Link.ended_at.is_(None))
    return list(session.scalars(question.where(Link.person_id == person_id) if person_id else question))


def _end(act: _Act, ids: list[int]) -> None:
    act.effects["links_ended"] += ids
    _end_links(act.session, ids)


def _end_links(session: Session, ids: list[int]) -> None:
    ending = sa.update(Link).where(Link.id.in_(ids), Link.ended_at.is_(None))
    session.execute(ending.values(ended_at=clock.now()))
