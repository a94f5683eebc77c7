"""Two rules for every test: nothing is skipped, and nothing outside this machine is contacted."""

import ipaddress
import sys
from collections.abc import Generator

import pytest

LOOPBACK_NAMES = frozenset({"localhost", "", None})


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


def only_this_machine(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse connections, datagrams and name look-ups that leave this machine (an audit hook of the interpreter)."""
    if event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        _check(arguments[1][0])
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        _check(arguments[0])


def _check(host: object) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name in LOOPBACK_NAMES:
        return
    try:
        inside = ipaddress.ip_address(str(name)).is_loopback
    except ValueError:
        inside = False
    if not inside:
        raise OutsideContactError(f"only this machine may be contacted, not {name}")


def pytest_configure() -> None:
    """Watch this process from the first test on."""
    sys.addaudithook(only_this_machine)
