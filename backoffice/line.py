"""A line in which the processes of a desk wait for one another, kept by the kernel. See docs/adr/0032.

It is a System V semaphore, the only kind of which Linux takes back what a killed process held (SEM_UNDO in semop(2)).
Python knows no such semaphores, so the C library is asked.
"""

import atexit
import ctypes
import os

_IPC_PRIVATE, _IPC_RMID, _SEM_UNDO = 0, 0, 0x1000
_OWN_ONLY = 0o600
_SHORT_PATIENCE = 0.01


class _Operation(ctypes.Structure):
    _fields_ = (("number", ctypes.c_ushort), ("change", ctypes.c_short), ("flags", ctypes.c_short))


class _Time(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))


class Line:
    """Lets so many in at a time, first come, first in: all threads of all processes forked since it was made."""

    def __init__(self, places: int, patience: float) -> None:
        """Form a line with so many places, for each of which one waits so many seconds at most.

        Raises OSError where the kernel gives no semaphore.
        """
        self.patience, self._in_vain = patience, False
        self._library = ctypes.CDLL(None, use_errno=True)
        self._maker = os.getpid()
        self._number = self._library.semget(_IPC_PRIVATE, 1, _OWN_ONLY)
        if self._number < 0:
            raise OSError(ctypes.get_errno(), "no semaphore")
        self._change(places, 0)

    def enter(self) -> bool:
        """Wait for a place; say whether it came.

        A process that waited in vain waits for a moment only, until it finds a place: whoever is inside is held up.
        """
        seconds = min(self.patience, _SHORT_PATIENCE) if self._in_vain else self.patience
        whole = int(seconds)
        came = self._change(-1, _SEM_UNDO, _Time(whole, int((seconds - whole) * 1e9)))
        self._in_vain = not came
        return came

    def leave(self) -> None:
        """Give the place to the one who has waited longest."""
        self._change(1, _SEM_UNDO)

    def close(self) -> None:
        """End the line, by the process that made it; whoever waits goes in without a place."""
        if os.getpid() == self._maker:
            self._library.semctl(self._number, 0, _IPC_RMID)

    def _change(self, by: int, flags: int, until: _Time | None = None) -> bool:
        operation = _Operation(0, by, flags)
        done = self._library.semtimedop(self._number, ctypes.byref(operation), 1, until and ctypes.byref(until))
        return bool(done == 0)


def formed(places: int, patience: float) -> Line | None:
    """Form a line for the processes that will be forked from this one, which ends with it.

    None where the kernel gives no semaphore: then all go on at once.
    """
    try:
        line = Line(places, patience)
    except OSError:
        return None
    atexit.register(line.close)
    return line
