"""The demo university's portal: one page, under another host name, that embeds the request page."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from backoffice.demo.loopback import HOST

PORTS = 20  # how many from the desk's on are tried
LAST_PORT = 65535
NAME = "localhost"  # another site than 127.0.0.1, as a portal usually is
_PAGE = """<!DOCTYPE html>
<html lang="fa" dir="rtl">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>پورتال دانشگاه نمونه</title>
<style>
body {{ margin: 0; background: #eef1ec; color: #24331f; font: 1rem/1.8 Tahoma, sans-serif }}
header, main {{ max-width: 46rem; margin: auto; padding: 1rem }}
header {{ border-bottom: 3px solid #5b7a3a }}
a {{ color: #3c5a1e }}
</style></head>
<body>
<header><strong>پورتال دانشگاه نمونه</strong></header>
<main>
<h1>دریافت شناسه کاربری</h1>
<p>این صفحه از آن پورتال است و فرم زیر از سامانه حساب‌ها می‌آید.</p>
<script src="{desk}/request/embed.js" data-lang="fa" defer></script>
</main>
</body></html>
"""


@contextmanager
def serving(desk: int, url: str) -> Iterator[str]:
    """Serve the page inside this block, on one of the next few ports after the desk's; `url` is the desk's.

    Gives the portal's origin, "" where all those ports are taken. The port is held from the first moment on, for
    between asking whether it is free and using it somebody else may come.
    """
    server = _listening(desk, _PAGE.format(desk=url).encode())
    if server is None:
        yield ""
        return
    with server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://{NAME}:{server.server_port}"
        finally:
            server.shutdown()


def _listening(desk: int, page: bytes) -> ThreadingHTTPServer | None:
    class Portal(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            pass

    for port in range(desk + 1, min(desk + PORTS, LAST_PORT + 1)):
        with suppress(OSError):
            return ThreadingHTTPServer((HOST, port), Portal)
    return None
