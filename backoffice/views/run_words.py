"""What stopped a run or a part of it, in sentences: holds and faults. Gates and warnings: ``sentences``."""

from collections.abc import Mapping
from typing import Any

from backoffice.i18n import N_, _
from backoffice.models import Run
from backoffice.views.labels import kind_title
from backoffice.views.sentences import number, sentence

Stored = Mapping[str, Any]
_HELD = N_("%(planned)s times «%(kind)s» stopped (limit: %(limit)s).")
_NOTHING_RUNS = N_("None of them is carried out.")
_PARTS = ("message", "cause")
_FIRST_RUN_ID = "first run"
_FIRST_RUN = N_(
    "This is the first run of this source. A first run only links and reports; what it plans waits until somebody "
    "has looked and releases it."
)


def hold_headline(hold: Stored) -> str:
    """Say how many of which kind were stopped."""
    values = {"planned": number(hold["planned"]), "limit": number(hold["limit"]), "kind": kind_title(hold["kind"])}
    return str(_(_HELD, **values))


def hold_reason(hold: Stored) -> str:
    """Say why they were stopped and the likely cause, and that nothing of them runs."""
    if hold.get("message") == _FIRST_RUN_ID:
        return str(_(_FIRST_RUN))
    parts = [sentence({"message": hold[part], "params": hold.get("values")}) for part in _PARTS if hold.get(part)]
    return " ".join([*(_ended(part) for part in parts or [str(hold.get("why", ""))]), _(_NOTHING_RUNS)])


def run_fault(run: Run) -> str:
    """Give the reason of a failed run in the language of the page, in English where only that was kept."""
    return sentence(run.fault) if run.fault else _(run.error) if run.error else ""


def _ended(words: str) -> str:
    return words if words.endswith((".", "!", "؟", "?")) else f"{words}."
