"""Working on the queue of operations: a few threads, each with a connection of its own.

A slow answer of the directory stalls one thread and the batch it holds, not the rest; new accounts, mailboxes, SMS and
mail have threads of their own, so that neither bulk work in the directory nor a slow gateway delays the other. What
somebody waits for, such as a code, has more than one: one message whose answer stays away does not hold up the next.
Source: reliability.md §3, architecture.md "How a change happens".
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import cache

from flask import Flask

from backoffice.extensions import db, settings_of
from backoffice.models.operation import MADE, OPEN
from backoffice.ports.directory import DirectoryError
from backoffice.ports.directory_write import DirectoryWriter, open_writer
from backoffice.rules import situations as s
from backoffice.services import (
    account_operations,
    account_work,
    canary,
    directory_work,
    mailbox_work,
    message_work,
    messages,
    operations,
)  # fmt: skip
from backoffice.services.directory_work import NOT_REACHED
from backoffice.services.operations import Result
from backoffice.settings import Settings

THREADS = 4
THREADS_FOR = {messages.SEND_URGENT: 3}
WAITS, SENT = "waits", "sent"
LOOK_SECONDS = 0.2
DISABLING = frozenset({s.DISABLE, account_operations.LOCK})
_DUE = directory_work.KINDS.union(account_work.KINDS, message_work.KINDS, mailbox_work.KINDS)
_log = logging.getLogger(__name__)


def work_off(app: Flask) -> Counter[str]:
    """Carry out what is due until nothing is; give how many ended how, ``waits`` for those to be tried again.

    Only one process may do this at a time: claims it finds are those of dead processes. Nothing in observe mode.
    """
    if settings_of(app).policy.mode == "observe":
        return Counter()
    operations.give_back_claims(_DUE)
    crew = _Crew(app)
    tellers = [kind for kind in message_work.KINDS for _ in range(THREADS_FOR.get(kind, 1))]
    changers = [*[crew.change] * THREADS, crew.accounts, crew.mailboxes]
    parts = [*changers, *(lambda kind=kind: crew.tell(kind) for kind in tellers)]
    crew.size = len(parts)
    with ThreadPoolExecutor(len(parts), thread_name_prefix="operation") as pool:
        return sum((future.result() for future in [pool.submit(crew.join_in, part) for part in parts]), Counter())


class _Crew:
    """Threads that end together: who finds nothing to do looks again while another one is still at work."""

    def __init__(self, app: Flask) -> None:
        self._app, self._settings, self.size = app, settings_of(app), 0
        self._proving, self._changed = threading.Lock(), threading.Condition()
        # How often something was done, and of each thread that found nothing to do how often when it began to look.
        self._done, self._idle = 0, dict[int, int]()
        self._looking, self._looked_at, self._due = threading.Lock(), (-1, 0.0), frozenset[str]()

    def join_in(self, part: Callable[[], Counter[str]]) -> Counter[str]:
        """Do a part of the work; whoever ends, in whatever way, is not waited for by the others."""
        try:
            return part()
        finally:
            with self._changed:
                self._idle.pop(threading.get_ident(), None)
                self.size -= 1
                self._changed.notify_all()

    def change(self) -> Counter[str]:
        """Make due changes in the directory."""
        return self._with_writer(directory_work.KINDS, directory_work.work)

    def accounts(self) -> Counter[str]:
        """Make accounts that people wait for, and what the desk wants done to temporary ones."""
        return self._with_writer(account_work.KINDS, account_work.work)

    def _with_writer(self, kinds: frozenset[str], work: Callable[..., list[Result]]) -> Counter[str]:
        with self._app.app_context():
            try:
                with ExitStack() as stack:
                    # Only who has something to do connects.
                    writer = cache(lambda: stack.enter_context(open_writer(self._settings)))
                    return self._keep_on(lambda: self._do_some(writer, kinds, work))
            except DirectoryError as fault:
                _log.warning("operations wait: %s", fault)
                return Counter()
            finally:
                db.session.remove()

    def _do_some(
        self, writer: Callable[[], DirectoryWriter], kinds: frozenset[str], work: Callable[..., list[Result]]
    ) -> list[Result]:
        if not self._is_due(kinds):
            return []
        allowed = self._allowed(kinds)
        # Looking takes no lock; a claim does.
        return work(writer(), self._settings, allowed) if operations.any_due(allowed) else []

    def mailboxes(self) -> Counter[str]:
        """See to mailboxes at the new mail server, however slow it is."""
        return self._without_writer(lambda: mailbox_work.work(self._settings))

    def tell(self, kind: str) -> Counter[str]:
        """Hand over due messages of a kind."""
        ended = self._without_writer(
            lambda: message_work.work(kind, self._settings) if self._is_due(frozenset({kind})) else []
        )
        ended[SENT] = ended.pop(MADE, 0)
        return +ended

    def _without_writer(self, step: Callable[[], list[Result]]) -> Counter[str]:
        with self._app.app_context():
            try:
                return self._keep_on(step)
            finally:
                db.session.remove()

    def _keep_on(self, step: Callable[[], list[Result]]) -> Counter[str]:
        ended: Counter[str] = Counter()
        while True:
            before = self._done
            results = step()
            ended.update(_outcomes(results))
            if results:
                self._note_done()
            elif self._all_found_nothing(before):
                return ended

    def _note_done(self) -> None:
        """Let all look again: what was done may have put something new into the queue."""
        with self._changed:
            self._done += 1

    def _all_found_nothing(self, before: int) -> bool:
        """Wait a moment for the others; say whether all have looked since something was last done, and in vain."""
        with self._changed:
            self._idle[threading.get_ident()] = before
            self._changed.notify_all()
            self._changed.wait_for(self._is_nobody_at_work, LOOK_SECONDS)
            if self._is_nobody_at_work() and set(self._idle.values()) == {self._done}:
                return True
            del self._idle[threading.get_ident()]
            return False

    def _is_nobody_at_work(self) -> bool:
        return len(self._idle) == self.size

    def _is_due(self, kinds: frozenset[str]) -> bool:
        """Say whether there is something of these kinds to do; one look serves all threads for a moment."""
        with self._looking:
            done, moment = self._looked_at
            if done != self._done or time.monotonic() - moment >= LOOK_SECONDS:
                self._looked_at = self._done, time.monotonic()
                self._due = operations.due_kinds(_DUE)
            return not kinds.isdisjoint(self._due)

    def _allowed(self, kinds: frozenset[str]) -> frozenset[str]:
        """Give the kinds that may be carried out now: nobody is disabled before the canary proved that it works."""
        with self._proving:
            proved = canary.is_proved(self._settings)
            if not proved and operations.any_due(kinds & DISABLING):
                proved = _prove(self._settings)
        return kinds if proved else kinds - DISABLING


def _prove(settings: Settings) -> bool:
    try:
        with open_writer(settings) as writer:
            proved = canary.prove(writer, settings)
    except DirectoryError as fault:
        # The directory is in trouble, which proves nothing: tried again as soon as the other changes are.
        _log.warning("disabling waits: %s", fault)
        operations.postpone(DISABLING, NOT_REACHED, fault.because, operations.OUTAGE_PAUSE)
        return False
    if not proved:
        operations.postpone(DISABLING, canary.WAITS)
    return proved


def _outcomes(results: Iterable[Result]) -> Iterable[str]:
    return (WAITS if result.state in OPEN else result.outcome for result in results)


def is_anything_due() -> bool:
    """Say whether there is work for ``work_off`` now."""
    return operations.any_due(_DUE)
