"""The one base of all faults a person can cause or meet."""

from collections.abc import Mapping
from typing import Any

from backoffice.i18n import N_

WRONG = N_("Please mend what is marked below.")


class RefusedError(Exception):
    """Something was refused, for a reason a person can act on.

    ``message`` is an English message id of the catalogue with ``%(name)s`` places; ``values`` fill them.
    """

    def __init__(self, message: str, values: Mapping[str, Any] | None = None) -> None:
        self.message = message
        self.values = dict(values or {})
        super().__init__(message % self.values if self.values else message)

    @property
    def because(self) -> dict[str, Any]:
        """Give it as the place ``why`` of another stored sentence, which keeps it translatable."""
        return {"why": str(self), "why_of": {"message": self.message, "params": self.values}}


class FormError(RefusedError):
    """Fields of a form are wrong; ``faults``: field -> (message id, values)."""

    def __init__(self, faults: Mapping[str, tuple[str, Mapping[str, object]]]) -> None:
        super().__init__(WRONG)
        self.faults = dict(faults)
