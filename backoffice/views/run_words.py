"""What stopped a run or a part of it, in sentences: gates, warnings, holds, faults."""

from collections.abc import Mapping
from typing import Any

from backoffice.i18n import N_, _
from backoffice.views.formats import digits
from backoffice.views.labels import field_title, kind_title

Stored = Mapping[str, Any]
_HELD = N_("%(planned)s times «%(kind)s» stopped (limit: %(limit)s).")
_NOTHING_RUNS = N_("None of them is carried out.")
_FIRST_RUN_ID = "first run"
_FIRST_RUN = N_(
    "This is the first run of this source. A first run only links and reports; what it plans waits until somebody "
    "has looked and releases it."
)


def stored_sentence(stored: Stored | str) -> str:
    """Give a stored warning or gate in the language of the page, in English where only that was kept."""
    if isinstance(stored, str):
        return str(_(stored))
    if not stored.get("message"):
        return str(stored.get("detail", ""))
    return _filled(stored["message"], stored.get("params") or {})


def hold_headline(hold: Stored) -> str:
    """Say how many of which kind were stopped."""
    values = {"planned": digits(hold["planned"]), "limit": digits(hold["limit"]), "kind": kind_title(hold["kind"])}
    return str(_(_HELD, **values))


def hold_reason(hold: Stored) -> str:
    """Say why they were stopped and the likely cause, and that nothing of them runs."""
    values = hold.get("values") or {}
    if hold.get("message") == _FIRST_RUN_ID:
        return str(_(_FIRST_RUN))
    parts = [_filled(hold[part], values) for part in ("message", "cause") if hold.get(part)]
    return " ".join([*(_ended(part) for part in parts or [str(hold.get("why", ""))]), _(_NOTHING_RUNS)])


def run_error(error: str) -> str:
    """Give the reason of a failed run in the language of the page where the catalogue has it."""
    return _(error) if error else ""


def _filled(message: str, values: Mapping[str, Any]) -> str:
    shown = {name: field_title(str(value)) if name == "field" else value for name, value in values.items()}
    return digits(_(message, **shown))


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "؟", "?")) else f"{sentence}."
