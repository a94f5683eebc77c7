"""``flask reconcile export`` and ``answers``. Source: contract.md "Commands"."""

from pathlib import Path

import click
from flask import current_app

from backoffice.cli.output import emit, json_option, operator, refusals_are_sentences, refuse
from backoffice.extensions import settings_of
from backoffice.rules.permissions import Permission
from backoffice.services import acting

_file = click.Path(path_type=Path, dir_okay=False)


@click.command("export")
@click.argument("run_id", metavar="RUN", type=click.IntRange(1, 2**31))
@click.option("--for", "audience", required=True, type=click.Choice(["hr", "it"]), help="Who will read the file.")
@click.option("--out", required=True, type=_file, help="The Excel file to write.")
@json_option
@refusals_are_sentences
def export_run(*, run_id: int, audience: str, out: Path, as_json: bool) -> None:
    """Write the findings of RUN as an Excel file; the one for HR has answers to choose."""
    from backoffice.services import run_export  # noqa: PLC0415 - brings openpyxl

    content = run_export.export(run_id, audience, actor=operator(), settings=settings_of(current_app))
    try:
        out.touch(mode=0o600)
        out.write_bytes(content)
    except OSError as fault:
        refuse(f"{out}: {fault.strerror}")
    emit({"run": run_id, "file": str(out), "bytes": len(content)}, [f"written: {out}"], as_json=as_json)


@click.command("answers")
@click.argument("file", type=_file)
@click.option("--by", required=True, metavar="NAME", help="The desk user who answers for it.")
@json_option
@refusals_are_sentences
def take_answers(*, file: Path, by: str, as_json: bool) -> None:
    """Take in HR's answers from a FILE that ``export --for hr`` has written."""
    from backoffice.services import hr_answers  # noqa: PLC0415 - brings pandas

    person = acting.active_user(by, Permission.ANSWER_QUESTIONS)
    taken = hr_answers.take_in(file, person=person, settings=settings_of(current_app))
    counts = {
        "questions": taken.questions, "cases": taken.cases, "exceptions": taken.exceptions, "agreed": taken.agreed,
    }  # fmt: skip
    refused = [{"line": line, "reason": str(fault)} for line, fault in taken.refused]
    emit({**counts, "refused": refused}, [f"{name}: {count}" for name, count in counts.items()], as_json=as_json)
    for line in refused:
        click.echo(f"line {line['line']}: {line['reason']}", err=True)
    if refused:
        refuse(f"{len(refused)} answers were not taken in")
