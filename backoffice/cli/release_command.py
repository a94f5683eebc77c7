"""``flask reconcile release``. Source: contract.md "Commands"."""

import click

from backoffice.cli.output import emit, json_option, refusals_are_sentences
from backoffice.rules import situations as s
from backoffice.rules.permissions import Permission
from backoffice.services import acting, release

WAITING = "waiting for a second person"


@click.command("release")
@click.argument("run_id", metavar="RUN", type=click.IntRange(1, 2**31))
@click.argument("rows", metavar="[ROW]...", type=click.IntRange(1, 2**31), nargs=-1)
@click.option("--kind", type=click.Choice(s.ACTION_KINDS), help="All held rows of one kind.")
@click.option("--all", "everything", is_flag=True, help="All held rows.")
@click.option("--by", required=True, metavar="NAME", help="The desk user who answers for it.")
@click.option("--reason", required=True, metavar="TEXT", help="Why these rows may be made all the same.")
@json_option
@refusals_are_sentences
def release_rows(
    *, run_id: int, rows: tuple[int, ...], kind: str | None, everything: bool, by: str, reason: str, as_json: bool
) -> None:
    """Let held rows of the newest plan be applied; disabling waits for a second person. Valid for 24 hours."""
    if [bool(rows), kind is not None, everything].count(True) != 1:
        raise click.UsageError("Give rows, or --kind, or --all.")
    actor = acting.desk_user(by, Permission.RELEASE_ROWS)
    found = release.release(
        run_id, actor=actor, reason=reason, rows=rows or None, kind=kind, everything=everything
    )  # fmt: skip
    document = found.to_json()
    emit(document, [f"{name}: {count}" for name, count in document.items()], as_json=as_json)
    if found.waiting:
        click.echo(f"{len(found.waiting)} rows: {WAITING}", err=as_json)
