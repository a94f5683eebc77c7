"""Running a program of the operator's: no shell, nothing secret among its arguments, an end in time.

It inherits our environment without our own settings, which hold secrets. What it says on standard error is kept, the
first line of it, for the people of the desk.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

from backoffice.i18n import N_
from backoffice.ports.transport import TransportError
from backoffice.settings import PREFIX

NO_PROGRAM = N_("The program %(name)s cannot be started.")
TOO_LONG = N_("The program %(name)s did not end within %(seconds)d seconds.")
LONGEST_SENTENCE = 200
MEANWHILE_SECONDS = 5.0


@dataclass(frozen=True)
class Ended:
    """How a program ended: its exit status, and the first line of what it said."""

    status: int
    said: str


def require(words: Sequence[str]) -> None:
    """Raise TransportError where there is no such program."""
    if not words or shutil.which(words[0]) is None:
        raise TransportError(NO_PROGRAM, {"name": words[0] if words else ""})


def run(
    words: Sequence[str], seconds: float, given: str = "", *, meanwhile: Callable[[], None] | None = None
) -> Ended:  # fmt: skip
    """Run a program with ``given`` on its standard input. Raises TransportError, ``unknown`` where it took too long.

    ``meanwhile`` is called every few seconds; what it raises ends the program.
    """
    require(words)
    # In memory: what is given may be secret, and a pipe holds only so much until somebody reads.
    with tempfile.TemporaryFile() as said, os.fdopen(os.memfd_create("given"), "w+b") as held:
        held.write(given.encode())
        held.seek(0)
        try:
            process = subprocess.Popen(
                words, stdin=held, stdout=subprocess.DEVNULL, stderr=said, env=_environment(), start_new_session=True
            )
        except OSError:
            raise TransportError(NO_PROGRAM, {"name": words[0]}) from None
        try:
            _wait(process, seconds, meanwhile)
        except subprocess.TimeoutExpired:
            raise TransportError(TOO_LONG, {"name": words[0], "seconds": seconds}, unknown=True) from None
        finally:
            _end(process)
        return Ended(process.returncode, _first_line(said))


def _wait(process: subprocess.Popen[bytes], seconds: float, meanwhile: Callable[[], None] | None) -> None:
    ends = time.monotonic() + seconds
    while meanwhile:
        try:
            process.wait(min(MEANWHILE_SECONDS, max(0.0, ends - time.monotonic())))
        except subprocess.TimeoutExpired:
            if time.monotonic() >= ends:
                raise
            meanwhile()
        else:
            return
    process.wait(seconds)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End what still runs, with all it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _first_line(said: IO[bytes]) -> str:
    said.seek(0)
    text = said.read(LONGEST_SENTENCE * 4).decode("utf-8", "replace")
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return "".join(sign for sign in first if sign.isprintable())[:LONGEST_SENTENCE]


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
