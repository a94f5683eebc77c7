"""``flask hr``."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import AppGroup

from backoffice.cli.output import DATE, emit, json_option, operator, refusals_are_sentences, refuse
from backoffice.extensions import settings_of
from backoffice.models.hr import ACCEPTED, HELD
from backoffice.rules.permissions import Permission
from backoffice.services import mismatch_repairs
from backoffice.services.acting import desk_user

if TYPE_CHECKING:
    from backoffice.services.snapshots import Acceptance, Imported, Vanishing

group = AppGroup("hr", help="Files from HR: bring them in, accept those that are held.")
SHOWN = 20


@group.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", metavar="NAME", help="Which source the file is from; needed where there are several.")
@click.option("--as-of", type=DATE, help="The day the file is of, Jalali or Gregorian; else the time of the file.")
@click.option("--dry-run", is_flag=True, help="Only say what would become of it; nothing is stored.")
@json_option
@refusals_are_sentences
def import_file(*, file: Path, source: str | None, as_of: dt.date | None, dry_run: bool, as_json: bool) -> None:
    """Gate FILE and accept it, or hold it for a person. Exit status 1 for a file that is held."""
    from backoffice.services import snapshots  # noqa: PLC0415 - pandas only where it is needed

    done = snapshots.import_file(
        file, source=source, actor=operator(), settings=settings_of(current_app), as_of=as_of, dry_run=dry_run
    )
    if done.status == ACCEPTED and not dry_run:
        mismatch_repairs.recheck_all(settings_of(current_app))
    emit(done.to_json(), list(_lines(done)), as_json=as_json)
    if done.status == HELD:
        refuse("\n".join(f"{gate.gate}: {gate.detail}" for gate in done.gates))


def _lines(done: "Imported") -> Iterator[str]:
    number = "not stored" if done.snapshot is None else f"number {done.snapshot}"
    counts = f"{done.rows} rows, {done.accepted} good, {len(done.quarantined)} set aside"
    yield f"{done.source}: {done.status} ({number}); {counts}; {done.encoding}"
    for row in done.quarantined[:SHOWN]:
        yield f"  line {row.line}: {row.detail}"
    if len(done.quarantined) > SHOWN:
        yield f"  … and {len(done.quarantined) - SHOWN} more"
    for warning in done.warnings:
        yield f"  {warning.detail}"


@group.command("accept")
@click.argument("number", type=int, metavar="SNAPSHOT")
@click.option("--by", required=True, metavar="NAME", help="The desk user who answers for it.")
@click.option("--reason", required=True, metavar="TEXT", help="Why the file is right although it is held.")
@json_option
@refusals_are_sentences
def accept(*, number: int, by: str, reason: str, as_json: bool) -> None:
    """Accept the held file SNAPSHOT after telling who would vanish."""
    from backoffice.services import snapshots  # noqa: PLC0415 - pandas only where it is needed

    settings = settings_of(current_app)
    actor = desk_user(by, Permission.ACCEPT_SNAPSHOT, snapshots.find(number).source)
    gone = snapshots.would_vanish(number, settings)
    _tell_vanishing(gone)
    done = snapshots.accept(number, actor=actor, reason=reason, settings=settings)
    if done.status == ACCEPTED:
        mismatch_repairs.recheck_all(settings)
    document = {"snapshot": done.snapshot, "status": done.status, "first": done.first, "second": done.second}
    emit({**document, "vanishing": len(gone)}, [_outcome(done)], as_json=as_json)


def _tell_vanishing(gone: list["Vanishing"]) -> None:
    click.echo(f"{len(gone)} people of the accepted file have no row in this one", err=True)
    for person in gone:
        click.echo(f"  {person.national_code}  {person.personnel_number}  {person.name}  {person.unit}", err=True)


def _outcome(done: "Acceptance") -> str:
    if done.status == ACCEPTED:
        return f"{done.snapshot}: accepted"
    return f"{done.snapshot}: accepted by {done.first}, waiting for a second person"
