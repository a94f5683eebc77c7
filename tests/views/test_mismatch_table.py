"""What stands over the columns of the four sides."""

from typing import Any

import pytest
from flask import Flask

from backoffice.views.mismatch_table import table_of

SOURCES = {"staff": "HR of the staff", "faculty": "HR of the faculty"}


def titles(app: Flask, *rows: dict[str, Any]) -> list[str]:
    with app.test_request_context("/?lang=en"):
        return table_of({"hr": list(rows)}, shown=False, sources=SOURCES).hr


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], ["HR"]),
        ([{"source": "staff"}], ["HR"]),
        ([{"source": "staff"}, {"source": "faculty"}], ["HR of the staff", "HR of the faculty"]),
        (
            [{"source": "staff", "personnel_number": "1"}, {"source": "staff", "personnel_number": "2"}],
            ["HR of the staff · 1", "HR of the staff · 2"],
        ),
        (
            [{"source": "staff", "unit": "A"}, {"source": "staff", "unit": "B"}],
            ["HR of the staff · A", "HR of the staff · B"],
        ),
        ([{"source": "staff"}, {"source": "staff"}], ["HR of the staff · 1", "HR of the staff · 2"]),
    ],
)
def test_two_rows_of_hr_are_told_apart(app: Flask, rows: list[dict[str, Any]], expected: list[str]) -> None:
    assert titles(app, *rows) == expected
