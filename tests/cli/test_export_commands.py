"""``flask reconcile export`` and ``answers``."""

import json
from pathlib import Path

import openpyxl
import pytest
from flask import Flask

from backoffice.models import Run
from tests.services.test_hr_answers import ANSWER, run
from tests.services.test_reconciliation import overrides, plan
from tests.views.conftest import make_staff

__all__ = ["overrides", "plan", "run"]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_the_file_goes_out_and_its_answers_come_back(app: Flask, run: Run, tmp_path: Path) -> None:
    make_staff("boss", "it_operator")
    path, runner = tmp_path / "out.xlsx", app.test_cli_runner()
    written = runner.invoke(args=["reconcile", "export", str(run.id), "--for", "hr", "--out", str(path), "--json"])
    assert (written.exit_code, json.loads(written.stdout)["run"]) == (0, run.id)
    assert path.stat().st_mode & 0o777 == 0o600
    book = openpyxl.load_workbook(path)
    for line, answer in ((2, "HR's value is right"), (3, "nonsense")):
        book.worksheets[0].cell(line, ANSWER + 1).value = answer
    book.save(path)
    taken = runner.invoke(args=["reconcile", "answers", str(path), "--by", "boss", "--json"])
    document = json.loads(taken.stdout)
    assert (taken.exit_code, document["agreed"], [one["line"] for one in document["refused"]]) == (1, 1, [3])
    assert "line 3: «nonsense»" in taken.stderr


def test_a_run_that_is_not_there_is_refused(app: Flask, tmp_path: Path) -> None:
    args = ["reconcile", "export", "99", "--for", "it", "--out", str(tmp_path / "x.xlsx")]
    result = app.test_cli_runner().invoke(args=args)
    assert (result.exit_code, "Run 99 has no findings" in result.stderr) == (1, True)
