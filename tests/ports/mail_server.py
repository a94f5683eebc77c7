"""A mail server on this machine that answers as told."""

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller


class Server:
    """Notes the mail it gets and answers as told; "cut" closes the connection instead of the last answer."""

    def __init__(self) -> None:
        self.answers: dict[str, str] = {}
        self.got: list[bytes] = []
        self.port = 0

    async def handle_RCPT(self, _s: Any, _session: Any, envelope: Any, address: str, _o: Any) -> str:  # noqa: N802
        envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.got.append(envelope.content)
        if self.answers.get("DATA") == "cut":
            server.transport.abort()
        return self.answers.get("DATA", "250 OK")


@contextmanager
def running(**options: Any) -> Iterator[Server]:
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    server = Server()
    with socket.create_server(("127.0.0.1", 0)) as free:
        server.port = free.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=server.port, server_hostname="localhost", **options)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
