"""A stand-in for a gateway: messages become lines of a file in INSTANCE/outbox. Source: contract.md "Settings"."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from backoffice import clock
from backoffice.i18n import N_
from backoffice.ports.transport import TransportError

NOT_WRITTEN = N_("The outbox file cannot be written: %(why)s")


def append(path: Path, message: Mapping[str, Any]) -> None:
    """Add one JSON object and the moment as a line that only the owner may read. Raises TransportError."""
    line = json.dumps({**message, "sent_at": clock.now().isoformat()}, ensure_ascii=False) + "\n"
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line.encode())
        finally:
            os.close(descriptor)
    except OSError as fault:
        raise TransportError(NOT_WRITTEN, {"why": fault.strerror}) from None
