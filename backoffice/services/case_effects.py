"""What a verdict changes in our own register: links, codes, and what later runs respect.

Nothing outside it, but for an account that is made anew, which is queued.
"""

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.i18n import N_
from backoffice.models import Case, Finding, Link, Person, Verdict
from backoffice.reconcile.verdicts import ASIDE, DIFFERENT, SAME
from backoffice.rules import case_states as c
from backoffice.rules import situations as s
from backoffice.rules.errors import RefusedError
from backoffice.services import person_merge, persons, recreation, registering
from backoffice.services.case_act import Act, Values, end, end_links, links_to, make_link, note
from backoffice.settings import Settings

NOT_THERE = N_("The account chosen is not part of this case.")
MERGED = N_("Two persons were made one; that is not taken back.")


def carry_out(
    session: Session, case: Case, finding: Finding, entry: str, national_code: str, settings: Settings
) -> Values:
    """Carry out the verdict of a case inside the caller's transaction; give what it changed.

    Raises RefusedError where an account belongs to somebody else, is not of this case, or a code is not known.
    """
    chosen = next((e for e in finding.evidence.get("entries", []) if e["entry_uuid"] == entry), None)
    if entry and chosen is None:
        raise RefusedError(NOT_THERE)
    act = Act(session, case, finding.evidence, chosen, national_code, settings)
    _ACTS[case.verdict](act)
    return act.effects


def take_back(session: Session, case: Case) -> None:
    """Undo what the verdict of a case changed in our register."""
    now, effects = clock.now(), case.effects
    if "merged" in effects:
        raise RefusedError(MERGED)
    if "operation" in effects:
        recreation.cancel(session, effects["operation"])
    living = sa.update(Verdict).where(Verdict.case_id == case.id, Verdict.ended_at.is_(None))
    session.execute(living.values(ended_at=now))
    end_links(session, effects.get("links_made", []))
    for link in session.scalars(sa.select(Link).where(Link.id.in_(effects.get("links_ended", [])))):
        link.ended_at = None
    if effects.get("code_before"):
        person = session.get_one(Person, effects["person_id"])
        registering.give_code(session, person, effects["code_before"])


def _same(act: Act) -> None:
    """Link the chosen account; the others of the case are somebody else's."""
    entry = act.entry or act.entries[0]
    make_link(act, registering.person_of(act.session, act.evidence), entry)
    note(act, SAME, [entry])
    note(act, DIFFERENT, [other for other in act.entries if other is not entry])


def _different(act: Act) -> None:
    """Refuse every pair of the case, or that the person is twice in the register."""
    if act.case.tier == s.T5:
        note(act, DIFFERENT, [None])
        return
    note(act, DIFFERENT, act.entries)
    if act.case.kind == s.NAME_CONFLICT and act.link_id:
        end(act, [act.link_id])


def _main(act: Act) -> None:
    """Link the main account; leave the others alone."""
    entry = act.entry or act.entries[0]
    others = [other for other in act.entries if other is not entry]
    person = registering.person_of(act.session, act.evidence)
    end(act, links_to(act.session, [other["entry_uuid"] for other in others], person.id))
    make_link(act, person, entry)
    note(act, ASIDE, others)


def _leave(act: Act) -> None:
    """Leave the accounts as they are, counted as protected."""
    note(act, ASIDE, act.entries)


def _belongs(act: Act) -> None:
    """Link the account to the person with the code typed."""
    make_link(act, registering.person_with_code(act.session, act.national_code, act.settings), act.entries[0])


def _approve(act: Act) -> None:
    """Take it that the person has a new national code."""
    entry, hr = act.entries[0], act.hr or {}
    link = act.session.get(Link, act.link_id)
    if link is None:
        make_link(act, registering.person_of(act.session, act.evidence), entry)
    elif link.person.national_code != hr["national_code"]:
        if persons.find(act.session, link.person.id_type, hr["national_code"]):
            raise RefusedError(person_merge.CODE_TAKEN)
        act.effects |= {"person_id": link.person_id, "code_before": link.person.national_code}
        registering.give_code(act.session, link.person, hr["national_code"])
    note(act, SAME, [entry])


def _merge(act: Act) -> None:
    """Make the person of the link and the one who has the new code one; the person has the new code from now on."""
    pair = person_merge.pair_of(act.session, act.evidence)
    if pair is None:
        raise RefusedError(person_merge.NOT_TWO)
    act.effects["merged"] = person_merge.merge(act.session, *pair)
    note(act, SAME, act.entries)


def _recreate(act: Act) -> None:
    """Have the account made anew; the link follows when the entry is there."""
    act.effects["operation"] = recreation.request(act.session, act.case, act.link_id, act.case.decided_by, act.settings)


def _forget(act: Act) -> None:
    """End the link to an account that is gone for good."""
    recreation.refuse_under_way(act.session, act.link_id)
    end(act, [act.link_id])


def _keep(act: Act) -> None:
    """Leave the account to this person; end the links of all others to it."""
    uuids = [str((act.evidence.get("link") or act.entries[0])["entry_uuid"])]
    end(act, [link for link in links_to(act.session, uuids) if link != act.link_id])


_ACTS: dict[str, Callable[[Act], None]] = {
    c.SAME: _same, c.DIFFERENT: _different, c.MAIN: _main, c.LEAVE: _leave, c.BELONGS: _belongs,
    c.APPROVE: _approve, c.MERGE: _merge, c.RECREATE: _recreate, c.FORGET: _forget, c.KEEP: _keep,
}  # fmt: skip
