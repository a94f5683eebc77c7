"""Seeing a national code or a mobile in full is an act of its own. Source: mission S51."""

from backoffice.extensions import writing
from backoffice.services import audit


def record(subject: str, *, actor: str) -> None:
    """Write down that ``actor`` was shown the codes of ``subject`` (``person:5``, ``finding:12/34``)."""
    with writing():
        audit.record("person:code:unmasked", subject, actor=actor)
