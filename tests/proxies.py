"""A TCP proxy that loses the server's answers on demand."""

import contextlib
import socket
import threading
from typing import Self

_BLOCK = 65_536


class LossyProxy:
    """Passes everything on to a port of this machine; while ``is_losing`` it cuts a connection instead of answering."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self.is_losing = threading.Event()
        self.lost = 0

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = self._server.accept()
                there = socket.create_connection(("127.0.0.1", self._target))
                threading.Thread(target=self._pass, args=(client, there, False), daemon=True).start()
                threading.Thread(target=self._pass, args=(there, client, True), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, is_answer: bool) -> None:
        with contextlib.suppress(OSError), source, target:
            while block := source.recv(_BLOCK):
                if is_answer and self.is_losing.is_set():
                    self.lost += 1
                    break
                target.sendall(block)
            # Closing alone would wait for the thread that listens to the other direction.
            for end in (source, target):
                end.shutdown(socket.SHUT_RDWR)
