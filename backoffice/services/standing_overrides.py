"""The exceptions that count at this moment. Source: reconciliation.md, OVERRIDDEN."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.models import Override
from backoffice.models.types import UtcDateTime


def live() -> sa.ColumnElement[bool]:
    """Give the condition of an exception that has not ended and not run out."""
    return sa.and_(Override.ended_at.is_(None), Override.until > clock.now())


_RIGHT_VALUES = (
    sa.select(Override.field, Override.value)
    .where(
        Override.id_type == sa.bindparam("id_type"), Override.national_code == sa.bindparam("code"),
        Override.field != "", Override.ended_at.is_(None), Override.until > sa.bindparam("now", type_=UtcDateTime()),
    )
    .order_by(Override.id)
)  # fmt: skip


def right_values(session: Session, id_type: str, national_code: str) -> dict[str, str]:
    """Give field -> the value that stands against HR's, of one person."""
    asked = {"id_type": id_type, "code": national_code, "now": clock.now()}
    return {name: value for name, value in session.connection().execute(_RIGHT_VALUES, asked) if value}
