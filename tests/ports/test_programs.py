"""Programs of the operator's: what is done while they run, and that they end with it."""

import sys
import time

import pytest

from backoffice.ports import programs
from backoffice.ports.transport import TransportError

COUNTING = "import sys, time; time.sleep(0.3); sys.exit(len(sys.stdin.read()) % 251)"
LONG = 1_000_000


class StopError(Exception):
    pass


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "MEANWHILE_SECONDS", 0.02)


def test_something_is_done_while_it_runs_and_all_that_is_given_reaches_it() -> None:
    times: list[float] = []
    ended = programs.run([sys.executable, "-c", COUNTING], 60, "x" * LONG, meanwhile=lambda: times.append(time.time()))
    assert ended.status == LONG % 251
    assert len(times) > 1


def test_what_is_raised_meanwhile_ends_it() -> None:
    def stop() -> None:
        raise StopError

    began = time.monotonic()
    with pytest.raises(StopError):
        programs.run(["sleep", "600"], 600, meanwhile=stop)
    assert time.monotonic() - began < 60


def test_one_that_takes_too_long_is_ended_also_with_something_to_do_meanwhile() -> None:
    with pytest.raises(TransportError, match="did not end within"):
        programs.run(["sleep", "600"], 0.1, meanwhile=lambda: None)
