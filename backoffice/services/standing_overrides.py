"""The exceptions that count at this moment. Source: reconciliation.md, OVERRIDDEN."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.models import Override


def live() -> sa.ColumnElement[bool]:
    """Give the condition of an exception that has not ended and not run out."""
    return sa.and_(Override.ended_at.is_(None), Override.until > clock.now())


def right_values(session: Session, id_type: str, national_code: str) -> dict[str, str]:
    """Give field -> the value that stands against HR's, of one person."""
    own = Override.id_type == id_type, Override.national_code == national_code, Override.field != "", live()
    rows = session.execute(sa.select(Override.field, Override.value).where(*own).order_by(Override.id))
    return {name: value for name, value in rows if value}
