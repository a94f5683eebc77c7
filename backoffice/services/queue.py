"""Working on the queue of operations: a few threads, each with a connection of its own.

A slow answer of the directory stalls one thread and the batch it holds, not the rest. Source: issue "Plans become
changes"; reliability.md §3.
"""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from backoffice.extensions import db, settings_of
from backoffice.ports.directory import DirectoryError
from backoffice.ports.directory_write import open_writer
from backoffice.services import directory_work, operations

THREADS = 4
_log = logging.getLogger(__name__)


def work_off(app: Flask, is_stopped: Callable[[], bool]) -> None:
    """Carry out what is due, until nothing is or ``is_stopped`` says so. Only one process may do this at a time."""
    settings = settings_of(app)
    if settings.policy.mode == "observe":
        return
    with ThreadPoolExecutor(THREADS, thread_name_prefix="operation") as pool:
        for future in [pool.submit(_work, app, is_stopped) for _ in range(THREADS)]:
            future.result()


def _work(app: Flask, is_stopped: Callable[[], bool]) -> None:
    settings = settings_of(app)
    with app.app_context():
        try:
            writer = open_writer(settings)
        except DirectoryError as fault:
            _log.warning("operations wait: %s", fault)
            return
        with writer:
            while not is_stopped() and directory_work.work(writer, settings):
                pass
        db.session.remove()


def is_anything_due() -> bool:
    """Say whether there is work for ``work_off`` now."""
    return operations.any_due(directory_work.KINDS)
