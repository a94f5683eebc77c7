"""``flask reconcile apply`` and ``undo``. Source: contract.md "Commands"."""

from collections.abc import Callable
from typing import Any

import click
from flask import current_app

from backoffice.cli.output import emit, json_option, operator, refusals_are_sentences, refuse
from backoffice.extensions import settings_of
from backoffice.rules.permissions import Permission
from backoffice.services import acting, apply, waiting
from backoffice.services.apply import Progress

_run = click.argument("run_id", metavar="RUN", type=click.IntRange(1, 2**31))
_by = click.option("--by", required=True, metavar="NAME", help="The desk user who answers for it.")
_no_wait = click.option("--no-wait", is_flag=True, help="Only put the rows into the queue.")


class _Rows(click.ParamType[frozenset[int]]):
    name = "rows"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> frozenset[int]:
        if isinstance(value, frozenset):
            return value
        try:
            return frozenset(number for part in str(value).split(",") for number in _range(part))
        except ValueError:
            self.fail(f"«{value}» are no rows; write them like 3,7,20-30", param, ctx)


def _range(part: str) -> range:
    first, _, last = part.partition("-")
    return range(int(first), int(last or first) + 1)


_rows = click.option("--rows", type=_Rows(), help="Only these findings of the run: 3,7,20-30.")


@click.command("apply")
@_run
@_by
@_rows
@_no_wait
@json_option
@refusals_are_sentences
def apply_run(*, run_id: int, by: str, rows: frozenset[int] | None, no_wait: bool, as_json: bool) -> None:
    """Make exactly the changes of the frozen plan of RUN that are neither held nor only to be reported."""
    actor = acting.desk_user(by, Permission.APPLY_RUN)
    before = apply.progress(run_id, settings=settings_of(current_app))
    apply.apply(run_id, actor=actor, settings=settings_of(current_app), rows=rows)
    _report(before, undoing=False, no_wait=no_wait, as_json=as_json)


@click.command("undo")
@_run
@_by
@_rows
@_no_wait
@json_option
@refusals_are_sentences
def undo_run(*, run_id: int, by: str, rows: frozenset[int] | None, no_wait: bool, as_json: bool) -> None:
    """Take back what RUN changed, where nobody has changed it since."""
    actor = acting.desk_user(by, Permission.APPLY_RUN)
    before = apply.progress(run_id, settings=settings_of(current_app), undoing=True)
    apply.undo(run_id, actor=actor, settings=settings_of(current_app), rows=rows)
    _report(before, undoing=True, no_wait=no_wait, as_json=as_json)


def _report(before: Progress, *, undoing: bool, no_wait: bool, as_json: bool) -> None:
    settings = settings_of(current_app)
    if no_wait:
        found = apply.progress(before.run, settings=settings, undoing=undoing)
    else:
        found = waiting.until_done(before.run, undoing=undoing, actor=operator(), settings=settings, tell=_teller())
    document = found.since(before).to_json()
    emit(document, [f"{name}: {count}" for name, count in document.items()], as_json=as_json)
    for message, values in found.why:
        click.echo(message % values, err=True)
    if found.is_faulty:
        refuse("some rows failed or were given up; the desk names them")


def _teller() -> Callable[[Progress], None]:
    return lambda found: click.echo(
        f"{found.counts.total()} done, {found.open} to go" + (f" - {found.waits}" if found.waits else ""), err=True
    )
