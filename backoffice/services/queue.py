"""Working on the queue of operations: a few threads, each with a connection of its own.

A slow answer of the directory stalls one thread and the batch it holds, not the rest. Source: reliability.md §3.
"""

import logging
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from backoffice.extensions import db, settings_of
from backoffice.models.operation import OPEN
from backoffice.ports.directory import DirectoryError
from backoffice.ports.directory_write import open_writer
from backoffice.rules import situations as s
from backoffice.services import canary, directory_work, operations
from backoffice.settings import Settings

THREADS = 4
WAITS = "waits"
_log = logging.getLogger(__name__)


def work_off(app: Flask) -> Counter[str]:
    """Carry out what is due until nothing is; give how many ended how, ``waits`` for those to be tried again.

    Only one process may do this at a time: claims it finds are those of dead processes. Nothing in observe mode.
    """
    if settings_of(app).policy.mode == "observe":
        return Counter()
    operations.give_back_claims()
    kinds = _kinds(settings_of(app))
    with ThreadPoolExecutor(THREADS, thread_name_prefix="operation") as pool:
        counts = [pool.submit(_work, app, kinds) for _ in range(THREADS)]
        return sum((future.result() for future in counts), Counter())


def _kinds(settings: Settings) -> frozenset[str]:
    """Give the kinds that may be carried out now: nobody is disabled before the canary proved that it works."""
    if not operations.any_due({s.DISABLE}) or canary.is_proved(settings):
        return directory_work.KINDS
    try:
        with open_writer(settings) as writer:
            proved = canary.prove(writer, settings)
    except DirectoryError as fault:
        _log.warning("disabling waits: %s", fault)
        proved = False
    if not proved:
        operations.postpone({s.DISABLE}, canary.WAITS)
    return directory_work.KINDS if proved else directory_work.KINDS - {s.DISABLE}


def _work(app: Flask, kinds: frozenset[str]) -> Counter[str]:
    settings = settings_of(app)
    ended: Counter[str] = Counter()
    with app.app_context():
        try:
            with open_writer(settings) as writer:
                while results := directory_work.work(writer, settings, kinds):
                    ended.update(WAITS if result.state in OPEN else result.outcome for result in results)
        except DirectoryError as fault:
            _log.warning("operations wait: %s", fault)
        db.session.remove()
    return ended


def is_anything_due() -> bool:
    """Say whether there is work for ``work_off`` now."""
    return operations.any_due(directory_work.KINDS)
