"""The account back-office of a university."""

from pathlib import Path
from typing import Any

from flask import Flask

import backoffice.models  # noqa: F401 - the tables must be known before the first query
from backoffice import cli, clock, extensions, i18n, jobs, logs
from backoffice.demo import command as demo_command
from backoffice.settings import Settings, SettingsError, load

ROOT = Path(__file__).parent.parent


def create_app(settings: Settings | None = None, *, pages: bool = True) -> Flask:
    """Make the web application: settings, extensions, views, commands. Raises SettingsError.

    ``pages``: whether anything is to be served; commands and the worker start sooner without. Without SECRET_KEY
    there are no pages either; ``wsgi`` then refuses to serve.
    """
    logs.configure()
    settings = settings or load()
    app = Flask(__name__, template_folder=str(ROOT / "templates"), instance_path=str(settings.instance))
    app.extensions["settings"] = settings
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value() or None,
        SQLALCHEMY_DATABASE_URI=settings.database,
        SQLALCHEMY_ENGINE_OPTIONS=extensions.engine_options(settings),
        BABEL_DEFAULT_LOCALE=settings.language,
        BABEL_DEFAULT_TIMEZONE=settings.timezone,
    )
    _make_instance(settings)
    clock.use_offset_file(settings.clock_file)
    extensions.register(app)
    i18n.register(app)
    if pages and app.config["SECRET_KEY"]:
        from backoffice import views  # noqa: PLC0415 - a fifth of the time a command takes to start

        views.register(app)
    app.extensions["digest"] = _figures_in_words
    jobs.register(app)
    cli.register(app)
    app.cli.add_command(demo_command.group)
    return app


def _figures_in_words(language: str) -> dict[str, Any]:
    """Give what the weekly mail shows. The words are those of the pages, which the worker has not loaded."""
    from backoffice import views  # noqa: PLC0415 - as above

    return views.weekly_figures(language)


def _make_instance(settings: Settings) -> None:
    try:
        settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError([f"INSTANCE: {settings.instance} cannot be made: {error.strerror}"]) from None
