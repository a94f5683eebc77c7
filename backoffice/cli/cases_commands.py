"""``flask cases``."""

from typing import Any

import click
from flask.cli import AppGroup

from backoffice.cli.output import emit, json_option, refusals_are_sentences
from backoffice.models import Case
from backoffice.services import cases

group = AppGroup("cases", help="What waits for a person's decision, and what was decided.")


@group.command("list")
@click.option("--state", type=click.Choice(["all", *cases.GROUPS]), default="all", help="Only cases in this state.")
@json_option
@refusals_are_sentences
def list_cases(*, state: str, as_json: bool) -> None:
    """List the cases, the oldest first; codes are not masked."""
    found = cases.every(cases.Wanted(state=state))
    emit({"cases": [_document(case) for case in found]}, [_line(case) for case in found], as_json=as_json)


def _document(case: Case) -> dict[str, Any]:
    return {
        "tracking_codes": [], "national_code": case.national_code, "cause": case.kind, "causes": [case.kind],
        "state": case.state,
    }  # fmt: skip


def _line(case: Case) -> str:
    taken = f", taken by {case.taken_by}" if case.taken_by else ""
    return f"{case.id:6} {case.state:12} {case.kind:15} {case.national_code or '-':12} {case.person_name}{taken}"
