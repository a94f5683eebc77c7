"""Pairs that wait to be reviewed in groups, and verdicts that were given before."""

from typing import Any

from backoffice import clock
from backoffice.extensions import writing
from backoffice.models import Case
from tests.factories import entry_evidence, hr_evidence, make_run
from tests.reconcile.worlds import code, name_of


def make_pairs(count: int, tier: str = "T2", first: int = 500, **values: Any) -> list[int]:
    """Open cases about people ``first`` and on, whose account has another last letter; give their ids."""
    numbers = range(first, first + count)
    run = make_run([finding(number, tier) for number in numbers])
    usual = {"kind": "REVIEW", "tier": tier, "state": "new", "source": "hr", "opened_run": run, "last_run": run}
    with writing() as session:
        cases = [
            Case(
                **{
                    **usual, "key": f"{tier}:{number}", "national_code": code(number), "last_row": row,
                    "personnel_number": str(5000 + number), "person_name": f"مریم {name_of(number)}",
                    "entry_uuids": [f"uuid-{number}"], "fingerprint": f"{number:064d}", "opened_at": clock.now(),
                    **values,
                }
            )
            for row, number in enumerate(numbers, start=1)
        ]  # fmt: skip
        session.add_all(cases)
        session.flush()
        return [case.id for case in cases]


def finding(number: int, tier: str) -> dict[str, Any]:
    """What the run kept of such a pair."""
    other = entry_evidence(number, last_name=f"{name_of(number)}ی")
    if tier == "T1b":
        other |= {"first_name": "", "last_name": "", "full_name": "", "latin_full_name": "Nobody Atall"}
    values: dict[str, Any] = {"situation": "REVIEW", "number": number, "tier": tier}
    row = hr_evidence(number)
    return {**values, "evidence": {"hr": row, "entries": [other]}}


def judged(count: int, verdict: str = "same", tier: str = "T2") -> None:
    """Verdicts that were given in groups before."""
    with writing() as session:
        session.add_all(
            Case(
                kind="REVIEW", key=f"judged-{tier}-{verdict}-{number}", tier=tier, state="resolved", verdict=verdict,
                fingerprint="f", opened_at=clock.now(), decided_at=clock.now(), decided_by="amiri", at_random=True,
            )
            for number in range(count)
        )  # fmt: skip
