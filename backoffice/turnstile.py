"""A lock that lets its waiters in by the order in which they came.

SQLite lets in whoever happens to ask at the right moment, and who waits asks ever more rarely: with sixteen clients at
once some waited for seconds while others went past. See docs/adr/0018.
"""

import threading
from collections import deque


class Turnstile:
    """One holder at a time; the others stand in line."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._line: deque[threading.Lock] = deque()
        self._is_held = False

    def enter(self, seconds: float) -> bool:
        """Wait for one's turn, so many seconds at most; say whether it came."""
        with self._guard:
            if not self._is_held:
                self._is_held = True
                return True
            mine = threading.Lock()
            mine.acquire()
            self._line.append(mine)
        if mine.acquire(timeout=seconds):
            return True
        with self._guard:
            if mine in self._line:
                self._line.remove(mine)
                return False
        return True  # the turn came while the patience ended

    def leave(self) -> None:
        """Hand the turn to the one who has waited longest."""
        with self._guard:
            if self._line:
                self._line.popleft().release()
            else:
                self._is_held = False
