"""Looking at an HR file before it is imported."""

import sqlalchemy as sa
from flask import Flask

from backoffice.extensions import db
from backoffice.models import Snapshot
from backoffice.services import snapshots
from backoffice.services.snapshots import Preview
from tests.reconcile.exports import HEADER, Grid, people, person
from tests.services.hr_imports import bring, settings, write


def _look(content: Grid | str | bytes, mapping: dict[str, str] | None = None) -> Preview:
    return snapshots.preview(write(content), source=None, settings=settings(), mapping=mapping)


def test_a_look_tells_columns_rows_and_what_would_become_of_it(app: Flask) -> None:
    found = _look(people(20))
    assert (found.header_line, found.headers, found.mapping["unit"], found.rows[0]) == (
        1, HEADER, "unit", tuple(person(0)),
    )  # fmt: skip
    assert (found.outcome.status, found.outcome.accepted, found.faults) == ("accepted", 20, [])


def test_a_look_stores_nothing(app: Flask) -> None:
    _look(people(20))
    assert db.session.scalar(sa.select(sa.func.count(Snapshot.id))) == 0


def test_unknown_columns_can_be_mapped_after_a_look(app: Flask) -> None:
    grid = people(20, ["کد", *HEADER[1:]])
    found = _look(grid)
    assert ([gate.gate for gate in found.faults], found.mapping["کد"]) == (["required_columns"], "")
    assert _look(grid, {**found.mapping, "کد": "national_code"}).faults == []


def test_a_look_at_the_file_that_counts_says_unchanged(app: Flask) -> None:
    bring(people(20))
    found = _look(people(20))
    assert (found.outcome.status, found.headers) == ("unchanged", HEADER)


def test_a_look_at_what_is_no_table_has_no_columns_but_a_sentence(app: Flask) -> None:
    found = _look(b"%PDF-1.7")
    assert (found.headers, found.mapping, found.rows) == ((), {}, [])
    assert found.faults[0].detail.startswith("the file is PDF")
