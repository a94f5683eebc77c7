"""Writing one statement: stored by itself, or with the transaction it stands in. And writing what is not to stay."""

from contextlib import suppress

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.extensions import db, taken_back, write, writing
from backoffice.models import RateCount

ADD = sa.insert(RateCount).returning(RateCount.subject)


def add(subject: str) -> None:
    (row,) = write(ADD, {"subject": subject, "window_ends": clock.now(), "count": 1})
    assert row.subject == subject


def kept() -> list[str]:
    """Give what is stored, as another connection sees it."""
    db.session.remove()
    return list(db.session.scalars(sa.select(RateCount.subject)))


def test_one_statement_is_stored_at_once(app: Flask) -> None:
    add("alone")
    db.session.rollback()
    assert kept() == ["alone"]


def test_nobody_keeps_a_connection_after_it(app: Flask) -> None:
    pool = db.engine.pool
    assert isinstance(pool, sa.QueuePool)
    add("alone")
    assert pool.checkedout() == 0


def test_within_a_transaction_it_is_undone_with_it(app: Flask) -> None:
    with suppress(ZeroDivisionError), writing():
        add("within")
        raise ZeroDivisionError
    assert kept() == []


def test_within_a_transaction_it_is_stored_with_it(app: Flask) -> None:
    with writing():
        add("within")
    assert kept() == ["within"]


def test_nothing_stays_of_what_is_taken_back_and_the_next_is_stored(app: Flask) -> None:
    with taken_back():
        add("within")
        db.session.add(RateCount(subject="too", window_ends=clock.now()))
    add("after")
    assert kept() == ["after"]


def test_nothing_stays_either_where_it_fails(app: Flask) -> None:
    with suppress(ZeroDivisionError), taken_back():
        add("within")
        raise ZeroDivisionError
    add("after")
    assert kept() == ["after"]


def test_what_is_taken_back_is_no_part_of_a_transaction(app: Flask) -> None:
    with writing(), pytest.raises(AssertionError), taken_back():
        pass
    with pytest.raises(AssertionError), taken_back() as session:
        session.rollback()
    add("after")
    assert kept() == ["after"]
