"""``flask cases``."""

from collections.abc import Sequence
from typing import Any

import click
from flask.cli import AppGroup

from backoffice.cli.output import emit, json_option, refusals_are_sentences
from backoffice.models import Case, Registration
from backoffice.rules.case_states import MISMATCH
from backoffice.services import cases

group = AppGroup("cases", help="What waits for a person's decision, and what was decided.")


@group.command("list")
@click.option("--state", type=click.Choice(["all", *cases.GROUPS]), default="all", help="Only cases in this state.")
@json_option
@refusals_are_sentences
def list_cases(*, state: str, as_json: bool) -> None:
    """List the cases, the oldest first; codes are not masked."""
    found = cases.every(cases.Wanted(state=state))
    attempts = cases.attempts([case.id for case in found])
    documents = [_document(case, attempts[case.id]) for case in found]
    emit({"cases": documents}, [_line(case) for case in found], as_json=as_json)


def _document(case: Case, attempts: Sequence[Registration]) -> dict[str, Any]:
    causes = attempts[0].causes if attempts and case.kind == MISMATCH else [case.cause or case.kind]
    return {
        "tracking_codes": [attempt.tracking_code for attempt in reversed(attempts)],
        "national_code": case.national_code, "cause": case.cause or case.kind, "causes": list(causes),
        "state": case.state,
    }  # fmt: skip


def _line(case: Case) -> str:
    taken, why = f", taken by {case.taken_by}" if case.taken_by else "", case.cause or case.kind
    return f"{case.id:6} {case.state:14} {why:17} {case.national_code or '-':12} {case.person_name}{taken}"
