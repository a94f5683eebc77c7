"""``flask demo``."""

import click
from flask import current_app
from flask.cli import AppGroup

from backoffice.demo.instance import DemoError
from backoffice.extensions import settings_of
from backoffice.settings import SettingsError

group = AppGroup("demo", help="The demo university.")
_people = click.option(
    "--people", type=click.IntRange(min=200), default=5000, envvar="BACKOFFICE_DEMO_PEOPLE", show_default=True,
    help="How many people a new university has.",
)  # fmt: skip


@group.command("start")
@_people
def start(people: int) -> None:
    """Serve the demo university; the first time it is made."""
    from backoffice.demo import start as demo  # noqa: PLC0415 - the commands start without it

    try:
        demo.start(settings_of(current_app), people)
    except (DemoError, SettingsError) as error:
        click.echo(str(error), err=True)
        raise click.exceptions.Exit(1) from None


@group.command("build", hidden=True)
@_people
def build(people: int) -> None:
    """Make the demo university anew (a step of `start`)."""
    from backoffice.demo import first_run  # noqa: PLC0415 - the commands start without it

    try:
        first_run.build(settings_of(current_app).instance, people)
    except (DemoError, SettingsError) as error:
        click.echo(str(error), err=True)
        raise click.exceptions.Exit(1) from None
