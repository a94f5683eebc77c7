"""What every table of settings.toml has in common."""

from pydantic import BaseModel, ConfigDict


class Table(BaseModel):
    """A table whose names are all known, and that nobody changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)
