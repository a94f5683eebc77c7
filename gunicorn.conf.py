"""How gunicorn runs the desk. It reads this where it starts in this folder; what its command says goes first.

One request at a time in each process: see docs/adr/0030.
"""

import socket

from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

preload_app = True  # loaded once and forked: the processes share its memory and one line (docs/adr/0032)
timeout = 120
control_socket_disable = True
_SILENT_SECONDS = 120


def when_ready(server: Arbiter) -> None:
    """See to it that no process is held up: by somebody who says nothing, nor all of them by one service.

    A connection on which nothing was said yet is given to none; browsers open some in advance.
    """
    from backoffice.ports import bulkhead  # noqa: PLC0415 - gunicorn has put its folder on the path by now

    bulkhead.form(server.num_workers)
    for listener in server.LISTENERS:
        if listener.sock.family in (socket.AF_INET, socket.AF_INET6):
            listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, _SILENT_SECONDS)


def post_worker_init(worker: Worker) -> None:
    """Rehearse in each process, before it takes its first request."""
    from wsgi import rehearse_request_pages  # noqa: PLC0415 - as above

    rehearse_request_pages(worker.wsgi, until_planned=True)
