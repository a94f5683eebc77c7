"""Writing one statement: stored by itself, or with the transaction it stands in."""

from contextlib import suppress

import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.extensions import db, write, writing
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


def test_within_a_transaction_it_is_undone_with_it(app: Flask) -> None:
    with suppress(ZeroDivisionError), writing():
        add("within")
        raise ZeroDivisionError
    assert kept() == []


def test_within_a_transaction_it_is_stored_with_it(app: Flask) -> None:
    with writing():
        add("within")
    assert kept() == ["within"]
