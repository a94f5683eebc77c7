"""Three rules for every test: nothing is skipped, nothing outside this machine is contacted, and the product writes to
the database inside of ``writing()`` or by ``write()`` only.
"""

import ipaddress
import re
import socket
import sys
from collections.abc import Generator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
import sqlalchemy as sa

ROOT = Path(__file__).parents[1]
OURS, TESTS = f"{ROOT / 'backoffice'}/", f"{ROOT / 'tests'}/"
WRITES = re.compile(
    r"\s*(?:INSERT|UPDATE|DELETE|SELECT audit_append|WITH\b.*\b(?:INSERT INTO|UPDATE \w+ SET|DELETE FROM))\b", re.DOTALL
)
LOOPBACK_NAMES = frozenset({"localhost", "", None})


class OutsideWritingError(RuntimeError):
    """The product wrote by none of both: lost on SQLite, and on PostgreSQL stored at once, alone."""


class OutsideContactError(RuntimeError):
    """A test tried to reach another machine."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skipped test into a failed one; an expected failure stays what it is."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        _fail(report, item.nodeid)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn a skipped module into a failed one."""
    report = yield
    if report.skipped:
        _fail(report, collector.nodeid)
    return report


def _fail(report: pytest.TestReport | pytest.CollectReport, name: str) -> None:
    report.outcome = "failed"
    report.longrepr = f"{name} was skipped, and here a skipped test is a failed one: {report.longreprtext}"


def _check(host: object) -> None:
    """Refuse the name or number of another machine."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in LOOPBACK_NAMES:
        return
    try:
        inside = ipaddress.ip_address(str(name)).is_loopback
    except ValueError:
        inside = False
    if not inside:
        raise OutsideContactError(f"only this machine may be contacted, not {name}")


def _guard_socket(name: str, place: int) -> None:
    """Look at the address a method of sockets is given; ``place`` counts its arguments, from the end where negative."""
    unguarded = getattr(socket.socket, name)

    def guarded(self: socket.socket, *arguments: Any) -> Any:
        address = arguments[place]
        if isinstance(address, tuple):
            _check(address[0])
        return unguarded(self, *arguments)

    setattr(socket.socket, name, guarded)


def _guard_look_up(name: str) -> None:
    unguarded = getattr(socket, name)

    def guarded(host: object, *arguments: Any, **named: Any) -> Any:
        _check(host)
        return unguarded(host, *arguments, **named)

    setattr(socket, name, guarded)


def _asker() -> str:
    """Give the file of the product or of the tests that is nearest to what asks the database."""
    frame: FrameType | None = sys._getframe(1)
    while frame and (not (name := frame.f_code.co_filename).startswith((OURS, TESTS)) or name == __file__):
        frame = frame.f_back
    return frame.f_code.co_filename if frame else ""


def _guard_writing(
    _connection: sa.Connection, _cursor: object, statement: str, _values: object, context: Any, _many: bool
) -> None:
    is_writing = context.execution_options.get("writing")
    if not is_writing and WRITES.match(statement) and _asker().startswith(OURS):
        raise OutsideWritingError(statement)


def pytest_configure() -> None:
    """Watch the statements and the sockets of this process from the first test on.

    Not by an audit hook of the interpreter: it runs inside sys.settrace, and coverage then loses threads to the error
    "another trace function is being installed".
    """
    sa.event.listen(sa.Engine, "before_cursor_execute", _guard_writing)
    for name, place in (("connect", 0), ("connect_ex", 0), ("sendto", -1)):
        _guard_socket(name, place)
    for name in ("getaddrinfo", "gethostbyname"):
        _guard_look_up(name)
