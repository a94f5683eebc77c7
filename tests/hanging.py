"""A server that hangs: it is there and takes connections, but does nothing."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backoffice.demo.slapd import LocalSlapd
from tests.waiting import wait_until

_STOPPED = "T"


@contextmanager
def stopped(process: int) -> Iterator[None]:
    """Let a process do nothing meanwhile."""
    os.kill(process, signal.SIGSTOP)
    try:
        # One of its threads takes the signal and stops the others; until then they go on.
        wait_until(lambda: _states(process) == {_STOPPED}, "all threads stand still")
        yield
    finally:
        os.kill(process, signal.SIGCONT)


@contextmanager
def hung(server: LocalSlapd) -> Iterator[None]:
    """Let a directory hang meanwhile."""
    assert server.pid
    with stopped(server.pid):
        yield


def _states(process: int) -> set[str]:
    """Give the states in which the threads of a process are. Source: proc_pid_stat(5)."""
    stats = [(task / "stat").read_text() for task in Path(f"/proc/{process}/task").iterdir()]
    return {stat.rpartition(")")[2].split()[0] for stat in stats}
