"""Commands before `flask db upgrade`: a sentence, never a traceback."""

from pathlib import Path

import pytest

from backoffice import create_app
from backoffice.cli.output import NO_SCHEMA
from backoffice.extensions import db
from tests.conftest import make_settings


@pytest.mark.parametrize(
    "command",
    ["audit verify", "jobs list", "jobs run housekeeping", "staff list", "reconcile plan", "reconcile show 1"],
)
def test_a_database_without_tables_is_named_with_its_cure(command: str, tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path))
    done = app.test_cli_runner().invoke(args=command.split())
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.strip() == NO_SCHEMA
    with app.app_context():
        db.engine.dispose()
