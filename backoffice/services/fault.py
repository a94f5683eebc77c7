"""What ``flask check`` says: a sentence and its cure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Fault:
    """One fault of an installation.

    ``message`` is a message id of the catalogue with ``%(name)s`` places that ``values`` fill; ``cure`` is what to
    type: a command, a setting or LDIF, the same in every language.
    """

    message: str
    cure: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The sentence in English."""
        return self.message % self.values if self.values else self.message
