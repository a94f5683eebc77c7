"""The rows of HR that pages look at follow the accepted files."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.extensions import db
from backoffice.models import HrRow, Snapshot
from backoffice.reconcile.inputs import records
from backoffice.services import hr_index, snapshots
from backoffice.services.snapshot_store import load_frame
from tests.reconcile.exports import HEADER, code, people
from tests.services.hr_imports import MARYAM, bring, settings


def rows() -> dict[str, HrRow]:
    return {row.national_code: row for row in db.session.scalars(sa.select(HrRow))}


def test_an_accepted_file_is_what_hr_says(app: Flask) -> None:
    assert not hr_index.is_known(settings())
    bring(people(8))
    assert hr_index.is_known(settings())
    (found,) = hr_index.rows_with_code(code(3), settings())
    assert (found.source, found.value("last_name"), found.status_class) == ("hr", "موسوی", "active")
    assert found.value("birth_date") == "1974-07-04"
    assert found in hr_index.rows_of_name("مریمموسوی", settings(), 9)
    assert found in hr_index.rows_born_on("1974-07-04", settings(), 9)
    frame = load_frame(db.session.get_one(Snapshot, 1), settings())
    row = next(row for row in records(frame) if row["national_code"] == code(3))
    left_out = {"line", "padded", "status_class"}
    assert found.values == {name: value for name, value in row.items() if value != "" and name not in left_out}


def test_the_next_file_changes_only_the_rows_that_differ(app: Flask) -> None:
    bring(people(40))
    before = {row.national_code: row.id for row in rows().values()}
    grid = people(40)
    grid[5][HEADER.index("last_name")] = "دیگری"
    # The first person is gone, so every other row stands on another line.
    del grid[1]
    assert bring(grid).status == "accepted"
    after = {row.national_code: row.id for row in rows().values()}
    assert set(before) - set(after) == {code(0)}
    assert [key for key in after if after[key] != before[key]] == [code(4)]
    assert hr_index.rows_with_code(code(4), settings())[0].value("last_name") == "دیگری"


def test_a_held_file_says_nothing_until_it_is_accepted(app: Flask) -> None:
    bring(people(40))
    held = bring(people(34))
    assert (held.status, len(rows())) == ("held", 40)
    assert held.snapshot is not None
    snapshots.accept(held.snapshot, actor=MARYAM, reason="درست است", settings=settings())
    assert len(rows()) == 34


def test_equal_rows_are_one(app: Flask) -> None:
    grid = people(8)
    bring([*grid, grid[1]])
    assert len(rows()) == 8


def test_what_an_older_version_accepted_is_read_in_later(app: Flask) -> None:
    bring(people(8))
    db.session.execute(sa.delete(HrRow))
    db.session.execute(sa.update(Snapshot).values(indexed=False))
    db.session.commit()
    assert (hr_index.is_known(settings()), hr_index.lacking(settings())) == (False, ["hr"])
    assert hr_index.ensure(settings()) == ["hr"]
    assert hr_index.is_known(settings())
    assert (len(rows()), hr_index.ensure(settings())) == (8, [])


def test_a_file_whose_rows_are_gone_leaves_hr_unknown(app: Flask) -> None:
    bring(people(8))
    db.session.execute(sa.update(Snapshot).values(indexed=False, stored_file=""))
    db.session.commit()
    assert hr_index.ensure(settings()) == []
    assert not hr_index.is_known(settings())


@pytest.mark.parametrize("overrides", [{"hr": {"source": [{"name": "staff"}, {"name": "students"}]}}])
def test_each_source_has_its_own_rows_and_a_removed_source_none(app: Flask) -> None:
    bring(people(8), source="staff", as_of=dt.date(2026, 1, 1))
    bring(people(3), source="students", as_of=dt.date(2026, 1, 1))
    assert [fact.source for fact in hr_index.rows_with_code(code(1), settings())] == ["staff", "students"]
    hr = settings().hr
    only = settings().model_copy(update={"hr": hr.model_copy(update={"source": hr.source[:1]})})
    assert [fact.source for fact in hr_index.rows_with_code(code(1), only)] == ["staff"]
