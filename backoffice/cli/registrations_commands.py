"""``flask registrations``."""

from collections import Counter
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from backoffice.cli.output import emit, json_option, operator, refusals_are_sentences, refuse
from backoffice.extensions import settings_of
from backoffice.services import intake, intake_file

group = AppGroup("registrations", help="Attempts of people to get an account.")
_INCOMPLETE = (intake.PASSES, intake.LATER, intake.INVALID)


@group.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@refusals_are_sentences
def import_file(*, file: Path, as_json: bool) -> None:
    """Take in the temporary accounts and refusals of another registration site from FILE (.json or .csv).

    The same file again changes nothing. Exit status 1 where rows were not taken in.
    """
    taken = intake.take_all(intake_file.read(file), actor=operator(), settings=settings_of(current_app))
    counts = Counter(one.result for one in taken)
    left = [one for one in taken if one.result in _INCOMPLETE]
    document = {
        "counts": {result: counts[result] for result in intake.RESULTS}, "results": [one.to_json() for one in taken],
    }  # fmt: skip
    emit(document, [", ".join(f"{counts[result]} {result}" for result in intake.RESULTS)], as_json=as_json)
    if left:
        refuse("\n".join(f"{one.reference or '?'}: {one.to_json()['detail']}" for one in left))
