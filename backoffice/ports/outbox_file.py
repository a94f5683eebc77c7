"""A stand-in for a gateway: messages become lines of a file in INSTANCE/outbox. Source: contract.md "Settings"."""

import datetime as dt
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from backoffice import clock
from backoffice.i18n import N_
from backoffice.ports.transport import TransportError

NOT_WRITTEN = N_("The outbox file cannot be written: %(why)s")


def append(path: Path, message: Mapping[str, Any], tried_since: dt.datetime | None = None) -> None:
    """Add one JSON object and the moment as a line that only the owner may read. Raises TransportError.

    ``tried_since``: nothing is added where the same message was from then on, as gateways do that know a message again.
    """
    line = json.dumps({**message, "sent_at": clock.now().isoformat()}, ensure_ascii=False) + "\n"
    try:
        if tried_since and _has(path, message, tried_since):
            return
        path.parent.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line.encode())
        finally:
            os.close(descriptor)
    except OSError as fault:
        raise TransportError(NOT_WRITTEN, {"why": fault.strerror}) from None


def _has(path: Path, message: Mapping[str, Any], since: dt.datetime) -> bool:
    if not path.exists():
        return False
    with path.open(encoding="utf-8", errors="replace") as lines:
        return any(_is_it(line, message, since) for line in lines)


def _is_it(line: str, message: Mapping[str, Any], since: dt.datetime) -> bool:
    try:
        kept = json.loads(line)
        return dt.datetime.fromisoformat(kept.pop("sent_at")) >= since and bool(kept == message)
    except (ValueError, KeyError, TypeError, AttributeError):
        return False  # cut off as it was written, or changed by hand
