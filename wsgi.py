"""The web application for gunicorn and the flask command; never starts the scheduler."""

import gc
import os
import sys

# All that importing makes stays: to look for garbage in it takes a fifth of the time a command needs to start.
gc.disable()

from flask import Flask  # noqa: E402

from backoffice import create_app  # noqa: E402
from backoffice.extensions import db, settings_of  # noqa: E402
from backoffice.i18n import LANGUAGES  # noqa: E402
from backoffice.line import formed  # noqa: E402
from backoffice.services.rehearsal import rehearse  # noqa: E402
from backoffice.settings import SettingsError  # noqa: E402

# gunicorn stops at 4 ("application failed to load") instead of starting the worker over and over.
_IS_COMMAND = os.environ.get("FLASK_RUN_FROM_CLI") == "true"
_SERVES = not _IS_COMMAND or bool({"run", "routes"} & set(sys.argv[1:2]))
_NO_SECRET_KEY = "SECRET_KEY is not set: set BACKOFFICE_SECRET_KEY or BACKOFFICE_SECRET_KEY_FILE."  # noqa: S105

# Seconds. Whoever waits for the directory or a service keeps a place in the line, too: nobody waits longer for one.
_LINE_PATIENCE = 0.25


def _load() -> Flask:
    application = create_app(pages=_SERVES)
    if not application.config["SECRET_KEY"] and not _IS_COMMAND:
        raise SettingsError([_NO_SECRET_KEY])
    if not _IS_COMMAND:
        rehearse_request_pages(application)
        with application.app_context():
            db.engine.dispose()  # no connection is shared with the processes that are forked from this one
        # In the processes that are forked from this one as many requests are at work as there are processors.
        application.extensions["line"] = formed(len(os.sched_getaffinity(0)), _LINE_PATIENCE)
    return application


def rehearse_request_pages(application: Flask, *, until_planned: bool = False) -> None:
    """Show and rehearse what everybody begins with: otherwise the first people of a new process wait, all at once.

    Once before processes are forked, so that they share what was loaded, and once in each (gunicorn.conf.py).
    """
    environment = application.jinja_env
    for name in environment.list_templates(filter_func=lambda name: name.startswith(("request/", "partials/"))):
        environment.get_template(name)
    for language in LANGUAGES:
        with application.test_request_context("/request/", query_string={"lang": language}):
            application.dispatch_request()
    with application.app_context():
        rehearse(settings_of(application), until_planned=until_planned)


try:
    app = _load()
except SettingsError as error:
    sys.stderr.write("\n".join(error.faults) + "\n")
    sys.exit(1 if _IS_COMMAND else 4)
gc.freeze()
gc.enable()
