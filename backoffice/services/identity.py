"""Checking who somebody says they are. Source: mission.md S2-S4, §6; the rules are in rules.identity.

What is stored with an attempt and shown on the desk is ``Checked.evidence``, plain JSON:

- ``checked_at``: ISO moment in UTC. ``verdict``: passes, refused or later. ``causes``: see ``Judgement.causes``.
  ``rule``: the cause that counts, the first of them, "" where nothing is to be said. ``flags``: soft doubts.
- Column typed: ``typed``, the claim's fields by name; ``birth_typed`` is the date as it was typed.
- Column HR: ``hr``, a list of rows, the one that fits best first: our field -> text as HR wrote it (dates ISO), and
  ``source, status, status_class, person_kind, padded, announced``. Empty fields are left out.
- Column registry: ``registry``: ``{"provider": "hr" | "table" | "http", "answer": matched | not_matched | invalid |
  unavailable | null}``; null where HR stands in for it. Never more than the class of the answer.
- Column directory: ``directory``: ``{"answered": bool, "entries": [{"cause": EXISTS_…, "dn", "entry_uuid", "username",
  "temporary", "affiliations", "expires_at", "shown": our field -> text, with last_login as the server writes it}]}``.
- ``register``: ``{"person_id", "accounts": [{"username", "state", "expires_at"}], "links": [{"dn", "username",
  "source", "ended"}]}``.
- ``compared``: first_name, last_name, father_name, birth_date, personnel_number -> ``equal`` | ``spelling`` (equal
  after folding: grey) | ``differs`` | ``absent`` (HR does not say). ``down``: hr, directory, registry, as far as they
  did not answer. ``hints``: see rules.identity_hints.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

from backoffice.rules import primary_row
from backoffice.rules.identity import LATER, PASSES, REFUSED, Claim, Evidence, Judgement, judge
from backoffice.rules.identity_evidence import HrFact
from backoffice.rules.identity_existing import cause_of
from backoffice.rules.identity_rows import in_order
from backoffice.services import identity_facts
from backoffice.settings import Settings

__all__ = ["LATER", "PASSES", "REFUSED", "Checked", "Claim", "check"]


@dataclass(frozen=True)
class Checked:
    """What came out of a check. ``source``: whose row of HR it is; ``hr``: that row, see ``Judgement.hr``.

    ``evidence``: see above. ``person_id``: the person of our register with the code, if there is one.
    """

    verdict: str
    causes: tuple[str, ...]
    source: str
    evidence: dict[str, Any] = field(repr=False)
    person_id: int | None
    hr: dict[str, Any] | None = field(default=None, repr=False)
    flags: tuple[str, ...] = ()


def check(claim: Claim, settings: Settings, chosen: str = "", *, is_hidden: bool = False) -> Checked:
    """Judge a claim by all that is known now, within three seconds; an outage comes back as ``later``.

    ``chosen``: the mark of a row of HR (rules.primary_row), to judge as if it had been said to be the right one.
    ``is_hidden``: a refusal may look like passing, so both take the same work. Reads only. Not to be called inside a
    writing transaction: others would wait for the directory.
    """
    evidence, person_id = identity_facts.gather(claim, settings, chosen)
    judgement = judge(claim, evidence)
    if is_hidden or judgement.verdict == REFUSED:
        evidence = identity_facts.with_near(claim, evidence, settings)
        judgement = judge(claim, evidence)
    kept = _kept(claim, evidence, judgement, settings) | {"register": _register(evidence, person_id)}
    return Checked(
        judgement.verdict, judgement.causes, judgement.source, kept, person_id, judgement.hr, judgement.flags
    )


def _kept(claim: Claim, evidence: Evidence, judgement: Judgement, settings: Settings) -> dict[str, Any]:
    rows = _in_order(claim, evidence)
    entries = [
        {
            "cause": cause_of(entry, evidence, evidence.hr), "dn": entry.dn, "entry_uuid": entry.entry_uuid,
            "username": entry.username, "temporary": entry.temporary, "affiliations": list(entry.affiliations),
            "expires_at": entry.expires_at.isoformat() if entry.expires_at else None, "shown": dict(entry.shown),
        }
        for entry in evidence.entries
    ]  # fmt: skip
    return {
        "checked_at": evidence.now.isoformat(), "verdict": judgement.verdict, "causes": list(judgement.causes),
        "rule": judgement.causes[0] if judgement.causes else "", "flags": list(judgement.flags),
        "typed": asdict(claim),
        "hr": [row_kept(row) for row in rows],
        "registry": {
            "provider": settings.civil_registry_provider,
            "answer": evidence.registry.value if evidence.registry else None,
        },
        "directory": {"answered": identity_facts.DIRECTORY not in evidence.down, "entries": entries},
        "compared": judgement.compared, "down": list(evidence.down), "hints": judgement.hints,
    }  # fmt: skip


def _in_order(claim: Claim, evidence: Evidence) -> list[HrFact]:
    """Give all rows, those first that count where somebody said which is right."""
    counting = [*map(id, primary_row.counting(evidence.hr, evidence.chosen))]
    return sorted(in_order(evidence.hr, claim, evidence.today), key=lambda row: id(row) not in counting)


def row_kept(row: HrFact) -> dict[str, Any]:
    """Give a row of HR as the evidence keeps it."""
    return {
        **row.values, "source": row.source, "status_class": row.status_class, "padded": row.padded,
        "announced": row.announced,
    }  # fmt: skip


def _register(evidence: Evidence, person_id: int | None) -> dict[str, Any]:
    accounts = [
        {
            "username": one.username, "state": one.state,
            "expires_at": one.expires_at.isoformat() if one.expires_at else None,
        }
        for one in evidence.accounts
    ]  # fmt: skip
    links = [
        {"dn": one.dn, "username": one.username, "source": one.source, "ended": one.ended} for one in evidence.links
    ]
    return {"person_id": person_id, "accounts": accounts, "links": links}
