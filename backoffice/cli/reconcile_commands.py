"""``flask reconcile``: make a plan, show a plan. Source: contract.md "Commands"."""

import getpass
import json
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from backoffice.cli.output import emit, json_option, refusals_are_sentences, refuse
from backoffice.extensions import settings_of
from backoffice.models import Finding, Run
from backoffice.models.run import FAILED, HELD, PLANNED
from backoffice.rules.permissions import Permission

group = AppGroup("reconcile", help="Compare HR, register and directory.")
_FINDING = (
    "row", "source", "situation", "national_code", "personnel_number", "dns", "tier", "notes", "differences",
    "spelling", "actions", "held", "detail",
)  # fmt: skip
_HOLD = ("kind", "source", "planned", "limit", "why")
_A_LINE_EACH = (".jsonl", ".ndjson")
path_option = click.Path(path_type=Path, dir_okay=False)


@group.command("plan")
@click.option("--hr", "file", type=path_option, help="Gate, accept and use this HR file first.")
@click.option("--source", help="The HR source of the file.")
@click.option("--findings", type=path_option, help="Write the findings as a JSON list (one a line for .jsonl).")
@click.option("--accept-directory", is_flag=True, help="The directory is smaller than before, and that is right.")
@click.option("--by", help="Who answers for --accept-directory.")
@click.option("--reason", help="Why the smaller directory is right.")
@json_option
@refusals_are_sentences
def plan(*, as_json: bool, findings: Path | None, **options: Any) -> None:
    """Compare the accepted HR files with the directory and store the plan; nothing is changed."""
    if options["source"] and not options["file"]:
        raise click.UsageError("--source goes with --hr FILE.")
    _writable(findings)
    run = _planned(**options)
    if findings:
        _write_findings(findings, run)
    _print(run, as_json=as_json)


@group.command("show")
@click.argument("run_id", metavar="RUN", type=click.IntRange(1, 2**31))
@click.option("--findings", type=path_option, help="Write the findings as a JSON list (one a line for .jsonl).")
@json_option
@refusals_are_sentences
def show(*, run_id: int, findings: Path | None, as_json: bool) -> None:
    """Show a stored run as ``plan`` printed it."""
    from backoffice.services import reconciliation  # noqa: PLC0415 - brings pandas

    run = reconciliation.stored_run(run_id)
    if findings:
        _write_findings(findings, run)
    _print(run, as_json=as_json)


def _planned(
    *, file: Path | None, source: str | None, accept_directory: bool, by: str | None, reason: str | None
) -> Run:
    from backoffice.services import acting, reconciliation  # noqa: PLC0415 - brings pandas

    accepted = None
    actor = f"cli:{getpass.getuser()}"
    if accept_directory:
        if not by or not (reason or "").strip():
            raise click.UsageError("--accept-directory needs --by NAME and --reason TEXT.")
        actor, accepted = acting.desk_user(by, Permission.START_RUN), reason
    settings = settings_of(current_app)
    if file is None:
        return reconciliation.plan(actor=actor, settings=settings, accept_directory=accepted)
    return reconciliation.plan_file(file, source=source, actor=actor, settings=settings, accept_directory=accepted)


def _print(run: Run, *, as_json: bool) -> None:
    document = document_of(run)
    emit(document, _lines(document), as_json=as_json)
    if run.status == HELD:
        refuse("held: " + "; ".join(gate["detail"] for gate in run.gates))
    if run.status == FAILED:
        refuse(run.error)


def document_of(run: Run) -> dict[str, Any]:
    """Give a run in the shape of contract.md."""
    document: dict[str, Any] = {
        "run": run.id,
        "status": run.status,
        "plan_hash": run.plan_hash,
        "snapshots": run.snapshots,
        "directory_entries": run.directory_entries,
        "situations": run.situations,
        "notes": run.notes,
        "actions": run.actions,
        "held": [{name: hold[name] for name in _HOLD} for hold in run.held],
        "gates": [{"gate": gate["gate"], "detail": gate["detail"]} for gate in run.gates],
        "warnings": [warning["detail"] for warning in run.warnings],
        "seconds": run.seconds,
    }
    return document | ({"error": run.error} if run.status == FAILED else {})


def _lines(document: dict[str, Any]) -> list[str]:
    lines = [f"run {document['run']}: {document['status']}, {document['directory_entries']} entries in the directory"]
    for title in ("situations", "notes", "actions"):
        counts = sorted(document[title].items(), key=lambda item: (-item[1], item[0]))
        lines += [f"{title}:", *(f"  {count:>8}  {name}" for name, count in counts)] if counts else []
    held = [f"held: {h['kind']} of {h['source']} ({h['planned']}): {h['why']}" for h in document["held"]]
    return [*lines, *held, *(f"warning: {warning}" for warning in document["warnings"])]


def _writable(path: Path | None) -> None:
    """Say before the work, not after it, that the findings cannot be written."""
    if path and not path.absolute().parent.is_dir():
        refuse(f"{path}: there is no such folder")


def _write_findings(path: Path, run: Run) -> None:
    found = [{name: getattr(finding, name) for name in _FINDING} for finding in _findings(run)]
    lines = [json.dumps(finding, ensure_ascii=False) for finding in found]
    text = "".join(f"{line}\n" for line in lines)
    if path.suffix not in _A_LINE_EACH:
        text = "[" + ",\n ".join(lines) + "]\n"
    try:
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
    except OSError as fault:
        refuse(f"{path}: {fault.strerror}")


def _findings(run: Run) -> list[Finding]:
    return run.findings if run.status == PLANNED else []
