"""The demo university's portal: one page, under another host name, that embeds the request page."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from backoffice.demo.loopback import HOST, is_free

PORTS = 20  # how many from the desk's on are tried
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


def address(port: int) -> str:
    """Give the origin of the portal on a port."""
    return f"http://{NAME}:{port}"


def free_port(desk: int) -> int | None:
    """Give a port for the portal, one of the next few after the desk's; None where all are taken."""
    return next((port for port in range(desk + 1, desk + PORTS) if is_free(port)), None)


@contextmanager
def serving(port: int, desk: str) -> Iterator[None]:
    """Serve the page inside this block; `desk` is where the request page is."""
    page = _PAGE.format(desk=desk).encode()

    class Portal(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer((HOST, port), Portal) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()
