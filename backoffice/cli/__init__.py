"""The ``flask …`` commands, one file a group; they call services and print."""

from flask import Flask

from backoffice.cli import (
    accounts_commands,
    apply_commands,
    audit_commands,
    cases_commands,
    check_commands,
    export_commands,
    hr_commands,
    jobs_commands,
    mail_commands,
    reconcile_commands,
    registrations_commands,
    release_command,
    requests_commands,
    staff_commands,
)


def register(app: Flask) -> None:
    """Add every command group to the application."""
    app.cli.add_command(accounts_commands.group)
    app.cli.add_command(audit_commands.group)
    app.cli.add_command(cases_commands.group)
    app.cli.add_command(check_commands.check)
    app.cli.add_command(hr_commands.group)
    app.cli.add_command(jobs_commands.group)
    app.cli.add_command(mail_commands.group)
    app.cli.add_command(reconcile_commands.group)
    app.cli.add_command(registrations_commands.group)
    app.cli.add_command(requests_commands.group)
    for command in (
        apply_commands.apply_run, apply_commands.undo_run, release_command.release_rows, export_commands.export_run,
        export_commands.take_answers,
    ):  # fmt: skip
        reconcile_commands.group.add_command(command)
    app.cli.add_command(staff_commands.group)
