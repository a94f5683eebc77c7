"""Small gateways on this machine, and certificates for them."""

import datetime as dt
import ipaddress
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

CUT = 0
START = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
END = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)


@dataclass
class Gateway:
    """An HTTP gateway: notes what it is asked, answers as told; status CUT closes the connection without an answer.

    ``before`` gets each body and may hold the answer up.
    """

    status: int = 200
    answer: Any = field(default_factory=lambda: {"accepted": True, "id": "7"})
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""
    before: Callable[[bytes], None] = lambda _body: None


@contextmanager
def serving(gateway: Gateway, context: ssl.SSLContext | None = None) -> Iterator[Gateway]:
    """Serve on a free port until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            gateway.asked.append((self.path, dict(self.headers), body))
            gateway.before(body)
            if gateway.status == CUT:
                self.close_connection = True
                return
            text = gateway.answer if isinstance(gateway.answer, str) else json.dumps(gateway.answer)
            self.send_response(gateway.status)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name the base class has
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    gateway.url = f"http{'s' if context else ''}://127.0.0.1:{server.server_port}/send"
    try:
        yield gateway
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def own_certificate(folder: Path, host: str = "") -> tuple[ssl.SSLContext, Path]:
    """Give a server's TLS with a certificate it signed itself, and the file to trust it by; for 127.0.0.1 or a name."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host or "127.0.0.1")])
    called = x509.DNSName(host) if host else x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    here = x509.SubjectAlternativeName([called])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), START, END)
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    chain, secret = folder / "server.pem", folder / "server.key"
    chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ))  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, secret)
    return context, chain
