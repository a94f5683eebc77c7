"""A TCP proxy that cuts connections after so many bytes, and can make a mail server look poorer than it is."""

import contextlib
import socket
import threading
from collections.abc import Mapping, Sequence
from typing import Self

_BLOCK = 65_536
# What a server without these extensions does not say; the same lengths, so that nothing else moves.
POOR = {
    b"[APPENDUID": b"[XPPENDUID", b"MULTIAPPEND": b"XULTIAPPEND", b"LITERAL+": b"XITERAL+", b"UIDPLUS": b"XIDPLUS",
}  # fmt: skip


class CuttingProxy:
    """Passes on to a port of this machine; the first connections end after so many bytes to the server, one each."""

    def __init__(self, port: int, after: Sequence[int] = (), words: Mapping[bytes, bytes] | None = None) -> None:
        self._target, self._after, self._words = port, list(after), dict(words or {})
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self.cut = 0

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close()

    @property
    def url(self) -> str:
        return f"imap://127.0.0.1:{self.port}"

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = self._server.accept()
                there = socket.create_connection(("127.0.0.1", self._target))
                left = self._after.pop(0) if self._after else None
                threading.Thread(target=self._send, args=(client, there, left), daemon=True).start()
                threading.Thread(target=self._answer, args=(there, client), daemon=True).start()

    def _send(self, client: socket.socket, there: socket.socket, left: int | None) -> None:
        with contextlib.suppress(OSError), client:
            while block := client.recv(_BLOCK):
                if left is not None and len(block) > left:
                    there.sendall(block[:left])
                    self.cut += 1
                    break
                left = None if left is None else left - len(block)
                there.sendall(block)
            _end(client, there)

    def _answer(self, there: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError), there:
            while block := there.recv(_BLOCK):
                for word, other in self._words.items():
                    block = block.replace(word, other)
                client.sendall(block)
            _end(client, there)


def _end(*ends: socket.socket) -> None:
    for end in ends:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
