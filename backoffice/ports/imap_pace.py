"""How fast mail moves: so many bytes a second for all connections to one server together.

Who has read or is about to send bytes waits until what was before them is through. Source: issue "Mail moves" 1.
"""

import threading
import time
from collections.abc import Callable


class Pace:
    """The bytes of one server; for the threads of one process. ``rate``: bytes a second."""

    def __init__(
        self, rate: int, now: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.rate, self._now, self._sleep = rate, now, sleep
        self._free_at, self._lock = 0.0, threading.Lock()

    def spend(self, size: int) -> float:
        """Wait until so many bytes have their turn; give the seconds waited."""
        with self._lock:
            now = self._now()
            begins = max(self._free_at, now)
            self._free_at = begins + size / self.rate
        if begins > now:
            self._sleep(begins - now)
        return begins - now


_paces: dict[str, Pace] = {}
_lock = threading.Lock()


def pace_of(url: str, rate: int) -> Pace | None:
    """Give the one pace of a server, None for any speed."""
    if not rate:
        return None
    with _lock:
        if url not in _paces or _paces[url].rate != rate:
            _paces[url] = Pace(rate)
        return _paces[url]
