"""Waiting for something to become true, with a deadline; tests never sleep for a fixed time."""

import threading
import time
from collections.abc import Callable

_PAUSE = 0.05


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 20) -> None:
    """Look again and again until the condition holds. Fails with ``what`` after the deadline."""
    pause, deadline = threading.Event(), time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        pause.wait(_PAUSE)
