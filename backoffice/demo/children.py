"""Processes that live and die with the demo: each in a session of its own, so that Ctrl-C reaches only us.

They end with the thread that started them, even if that is killed (prctl PDEATHSIG).
"""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from backoffice.demo.instance import DemoError

ROOT = Path(__file__).resolve().parents[2]
STOP_SECONDS = 15.0
LAST_LINES = 15
TIED = ("setpriv", "--pdeathsig=TERM", "--")


def end(process: subprocess.Popen[bytes], number: signal.Signals, seconds: float) -> None:
    """Ask a process to end by this signal, insist after so many seconds, and wait until it is gone."""
    if process.poll() is None:
        process.send_signal(number)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@dataclass
class Child:
    """One process; its output goes to `log`, or to the terminal where that is None. Also a context manager."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(repr=False)
    log: Path | None = None
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _is_asked: bool = field(default=False, repr=False)

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> Self:
        """Start it; it inherits nothing but the environment it was given and, without a log, the terminal."""
        output = self.log.open("wb") if self.log else None
        try:
            self._process = subprocess.Popen(
                [*TIED, *self.command], cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL,
                stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip
        finally:
            if output:
                output.close()
        return self

    def wait(self) -> None:
        """Wait for its end. Raises DemoError if that was not a good one."""
        assert self._process
        if self._process.wait():
            raise DemoError(self.last_words)

    def ask_to_end(self) -> None:
        """Ask once, and do not wait."""
        if self._process and self.running and not self._is_asked:
            self._is_asked = True
            self._process.send_signal(signal.SIGTERM)

    def stop(self) -> None:
        """Ask it to end, insist after a while, and wait until it and all it started are gone."""
        if self._process is None:
            return
        self.ask_to_end()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    @property
    def last_words(self) -> str:
        """A sentence about its end, with the last lines it wrote."""
        status = self._process.poll() if self._process else None
        how = f"by signal {-status}" if status and status < 0 else f"with exit status {status}"
        lines = self.log.read_text("utf-8", errors="replace").splitlines() if self.log else []
        return "\n".join([f"{self.name} ended by itself {how}.", *(f"    {line}" for line in lines[-LAST_LINES:])])

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
