"""Ports of this machine: whether one is free, and whether the desk answers on it."""

import http.client
import socket
from collections.abc import Callable
from contextlib import suppress

HOST = "127.0.0.1"
OK = 200
MORE_TRIES = 2


def fault_of(port: int) -> str:
    """Say why no server could listen on this port now; "" if one could."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            return error.strerror or str(error)
        return ""


def is_free(port: int) -> bool:
    """Say whether a server could listen on this port now."""
    return not fault_of(port)


def answers_well(port: int, path: str, host: str, seconds: float = 5.0) -> bool:
    """Say whether GET `path` answers 200; `host` is the name the page expects to be asked by."""
    connection = http.client.HTTPConnection(HOST, port, timeout=seconds)
    try:
        connection.request("GET", path, headers={"Host": host})
        return connection.getresponse().status == OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def on_a_port(launch: Callable[[], None], wanted: int | None, fault: type[Exception]) -> None:
    """Launch a server; one that takes any port tries again on another, for somebody may have been there first."""
    for _ in range(0 if wanted else MORE_TRIES):
        with suppress(fault):
            launch()
            return
    launch()


def free_port() -> int:
    """Give a port that no server listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
