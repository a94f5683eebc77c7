"""``flask staff``: who may log in at the desk."""

import sys
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from backoffice.cli.output import emit, json_option, operator, refusals_are_sentences
from backoffice.extensions import settings_of
from backoffice.models import Staff
from backoffice.rules.permissions import Role
from backoffice.services import staff, staff_secrets

group = AppGroup("staff", help="Desk users: add, list, disable, enable, new password, new second factor.")
password_stdin = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
name_argument = click.argument("name", metavar="NAME")


@group.command("add")
@name_argument
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="What the person may do.")
@click.option("--source", "sources", multiple=True, metavar="NAME", help="An HR source of a liaison; may be repeated.")
@click.option("--title", default="", metavar="TEXT", help="The name shown on the desk.")
@click.option("--mail", default="", metavar="ADDRESS", help="Where reminders of late work go.")
@password_stdin
@json_option
@refusals_are_sentences
def add(
    *, name: str, role: str, sources: tuple[str, ...], title: str, mail: str, password_stdin: bool, as_json: bool
) -> None:  # fmt: skip
    """Add the desk user NAME; the password is asked for."""
    settings, password = settings_of(current_app), _password(from_stdin=password_stdin)
    staff_id = staff.add(
        settings,
        name,
        role=role,
        password=password,
        actor=operator(),
        sources=sources,
        display_name=title,
        mail=mail,
    )
    _tell(staff_id, "added", as_json=as_json)


@group.command("mail")
@name_argument
@click.argument("address", default="")
@json_option
@refusals_are_sentences
def mail(*, name: str, address: str, as_json: bool) -> None:
    """Send reminders of late work for NAME to ADDRESS; without one, nowhere."""
    staff_id = staff.named(name)
    staff.set_mail(staff_id, address, actor=operator())
    _tell(staff_id, "mail address set", as_json=as_json)


@group.command("list")
@json_option
@refusals_are_sentences
def list_staff(*, as_json: bool) -> None:
    """List the desk users."""
    documents = [_document(person) for person in staff.people()]
    emit({"staff": documents}, [_line(document) for document in documents], as_json=as_json)


@group.command("disable")
@name_argument
@click.option("--reason", default="", metavar="TEXT", help="Why; kept in the audit trail.")
@json_option
@refusals_are_sentences
def disable(*, name: str, reason: str, as_json: bool) -> None:
    """End the sessions of NAME and let no new one begin."""
    staff_id = staff.named(name)
    staff.disable(staff_id, actor=operator(), reason=reason)
    _tell(staff_id, "disabled", as_json=as_json)


@group.command("enable")
@name_argument
@json_option
@refusals_are_sentences
def enable(*, name: str, as_json: bool) -> None:
    """Let NAME log in again."""
    staff_id = staff.named(name)
    staff.enable(staff_id, actor=operator())
    _tell(staff_id, "enabled", as_json=as_json)


@group.command("password")
@name_argument
@password_stdin
@json_option
@refusals_are_sentences
def password(*, name: str, password_stdin: bool, as_json: bool) -> None:
    """Give NAME a new password; it also ends delays after wrong tries."""
    staff_id = staff.named(name)
    staff_secrets.set_password(staff_id, _password(from_stdin=password_stdin), actor=operator())
    _tell(staff_id, "new password set", as_json=as_json)


@group.command("reset-totp")
@name_argument
@json_option
@refusals_are_sentences
def reset_totp(*, name: str, as_json: bool) -> None:
    """Take away the second factor of NAME, whose phone is lost; the next login sets up a new one."""
    staff_id = staff.named(name)
    staff_secrets.reset_totp(staff_id, actor=operator())
    _tell(staff_id, "second factor taken away", as_json=as_json)


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))


def _tell(staff_id: int, outcome: str, *, as_json: bool) -> None:
    document = _document(staff.person(staff_id))
    emit(document, [f"{document['username']}: {outcome}"], as_json=as_json)


def _document(person: Staff) -> dict[str, Any]:
    last = person.last_login_at
    return {
        "username": person.username, "title": person.display_name, "role": person.role, "sources": person.sources,
        "origin": person.origin, "active": person.active, "second_factor": bool(person.totp_sealed),
        "mail": person.mail, "last_login_at": last.isoformat() if last else None,
    }  # fmt: skip


def _line(document: dict[str, Any]) -> str:
    state = "active" if document["active"] else "disabled"
    sources = ", ".join(document["sources"])
    return "  ".join(part for part in (document["username"], document["role"], state, sources) if part)
