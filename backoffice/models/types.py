"""Column types and shorthands shared by the models."""

import datetime as dt
from typing import Annotated, Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import mapped_column

MAIN_DIRECTORY = "main"


class UtcDateTime(sa.types.TypeDecorator[dt.datetime]):
    """An aware moment, stored in UTC; naive values are refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Convert to UTC on the way in."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive time")
        utc = value.astimezone(dt.UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: dt.datetime | None, _dialect: Dialect) -> dt.datetime | None:
        """Give UTC on the way out; PostgreSQL tells the time of the place it was set up for."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


Id = Annotated[int, mapped_column(sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)]
Moment = Annotated[dt.datetime, mapped_column(UtcDateTime)]
Short = Annotated[str, mapped_column(sa.String(64))]
Name = Annotated[str, mapped_column(sa.String(255))]
# Compared byte by byte on every database, so that "starts with" is a range of the index.
SearchKey = Annotated[str, mapped_column(sa.String(255).with_variant(sa.String(255, "C"), "postgresql"))]
Text = Annotated[str, mapped_column(sa.Text)]
JsonObject = Annotated[dict[str, Any], mapped_column(sa.JSON)]
JsonList = Annotated[list[Any], mapped_column(sa.JSON)]
