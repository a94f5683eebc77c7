"""The line in which the processes of a desk wait for one another."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from backoffice.line import Line, _Time
from tests.waiting import wait_until

_GETNCNT = 14
_KILLED = """
import os, signal, time
from backoffice.line import Line
line = Line(1, 5)
reads, writes = os.pipe()
if not (child := os.fork()):
    os.write(writes, b"in" if line.enter() else b"out")
    signal.pause()
line.patience = 0.01
print(os.read(reads, 3).decode(), line.enter())
os.kill(child, signal.SIGKILL)
os.waitpid(child, 0)
print(line.enter())
line.close()
"""
_LEFT = """
import os
from backoffice.line import Line
line = Line(1, 0)
if not os.fork():
    line.close()
    os._exit(0)
os.wait()
print(line.enter(), line.enter())
line.close()
print(line.enter())
"""
_SERVED = "import wsgi; print(wsgi.app.extensions['line']._number)"


@pytest.fixture
def line() -> Iterator[Line]:
    made = Line(1, 30)
    yield made
    made.close()


def _said(program: str, **environment: str) -> list[str]:
    """Run a program of its own, as one that tests have started threads in is not to be forked."""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=Path(__file__).parents[1], env=os.environ | environment,
        capture_output=True, check=True, text=True,
    )  # fmt: skip
    return done.stdout.split()


def test_they_come_in_by_the_order_in_which_they_came(line: Line) -> None:
    came, threads = list[int](), list[threading.Thread]()
    assert line.enter()

    def come(number: int) -> None:
        assert line.enter()
        came.append(number)
        line.leave()

    for number in range(8):
        threads.append(threading.Thread(target=come, args=(number,)))
        threads[-1].start()
        wait_until(lambda: line._library.semctl(line._number, 0, _GETNCNT) == len(threads), "the thread stands in line")
    line.leave()
    for thread in threads:
        thread.join()
    assert came == list(range(8))


def test_only_so_many_are_inside_at_a_time() -> None:
    line = Line(2, 0.01)
    assert [line.enter(), line.enter(), line.enter()] == [True, True, False]
    line.leave()
    assert [line.enter(), line.enter()] == [True, False]
    line.close()


def test_who_waited_in_vain_waits_less_until_there_was_a_place(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    waited = list[float]()
    change = line._change

    def noted(by: int, flags: int, until: _Time | None = None) -> bool:
        if until:
            waited.append(until.seconds + until.nanoseconds / 1e9)
        return change(by, flags, until and _Time(0, 0))

    monkeypatch.setattr(line, "_change", noted)
    assert [line.enter() for _ in range(3)] == [True, False, False]
    line.leave()
    assert [line.enter() for _ in range(2)] == [True, False]
    assert waited == [30, 30, 0.01, 0.01, 30]


def test_who_is_killed_gives_its_place_back() -> None:
    assert _said(_KILLED) == ["in", "False", "True"]


def test_only_who_made_it_ends_it_and_then_nobody_waits() -> None:
    assert _said(_LEFT) == ["True", "False", "False"]


def test_a_desk_that_ends_leaves_no_line_behind(tmp_path: Path) -> None:
    secret = "test-secret-key-of-thirty-two-bytes!"
    (number,) = _said(_SERVED, BACKOFFICE_INSTANCE=str(tmp_path), BACKOFFICE_SECRET_KEY=secret)
    assert number not in {row.split()[1] for row in Path("/proc/sysvipc/sem").read_text().splitlines()}
