"""Working on the queue of operations: a few threads, each with a connection of its own.

A slow answer of the directory stalls one thread and the batch it holds, not the rest; new accounts, mailboxes, SMS and
mail have threads of their own, so that neither bulk work in the directory nor a slow gateway delays the other. What
somebody waits for, such as a code, has more than one: one message whose answer stays away does not hold up the next.
Source: reliability.md §3, architecture.md "How a change happens".
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from functools import cache, partial
from typing import NamedTuple

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
# How often is looked for more to do while threads are at work; sooner where it was just found out that there is some.
LOOK_SECONDS, FIRST_LOOK_SECONDS = 0.2, 0.02
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
    return _Crew(app).work_off()


class _Part(NamedTuple):
    """Work on some kinds of operations by so many threads at most; ``run`` ends when it finds none of them due."""

    kinds: frozenset[str]
    threads: int
    run: Callable[[], Counter[str]]


class _Crew:
    """Threads that are started when there is something for them to do, and end when there is nothing more."""

    def __init__(self, app: Flask) -> None:
        self._app, self._settings, self._proving = app, settings_of(app), threading.Lock()
        tellers = [
            _Part(frozenset({kind}), THREADS_FOR.get(kind, 1), partial(self._tell, kind)) for kind in message_work.KINDS
        ]
        self._parts = [
            _Part(directory_work.KINDS, THREADS, self._change), _Part(account_work.KINDS, 1, self._accounts),
            _Part(mailbox_work.KINDS, 1, self._mailboxes), *tellers,
        ]  # fmt: skip

    def work_off(self) -> Counter[str]:
        """Look what is due, and give each part that has something one more thread, until all have ended."""
        ended, at_work, in_vain = Counter[str](), dict[Future[Counter[str]], _Part](), set[frozenset[str]]()
        with ThreadPoolExecutor(sum(part.threads for part in self._parts), thread_name_prefix="operation") as pool:
            while True:
                wanted = self._wanted(at_work.values(), in_vain)
                at_work |= {pool.submit(part.run): part for part in wanted}
                if not at_work:
                    return ended
                pause = FIRST_LOOK_SECONDS if wanted else LOOK_SECONDS
                finished = wait(at_work, pause, FIRST_COMPLETED).done
                results = [(at_work.pop(future).kinds, future.result()) for future in finished]
                ended = sum((result for _kinds, result in results), ended)
                fruitful = {kinds for kinds, result in results if result}
                fruitless = {kinds for kinds, _result in results} - fruitful
                # What was done may have put something new into the queue, and after a while others may have.
                in_vain = in_vain | fruitless if results and not fruitful else fruitless

    def _wanted(self, at_work: Iterable[_Part], in_vain: Collection[frozenset[str]]) -> list[_Part]:
        due, busy = operations.due_kinds(_DUE), Counter(part.kinds for part in at_work)
        return [
            part for part in self._parts
            if not part.kinds.isdisjoint(due) and busy[part.kinds] < part.threads and part.kinds not in in_vain
        ]  # fmt: skip

    def _change(self) -> Counter[str]:
        """Make due changes in the directory."""
        return self._with_writer(directory_work.KINDS, directory_work.work)

    def _accounts(self) -> Counter[str]:
        """Make accounts that people wait for, and what the desk wants done to temporary ones."""
        return self._with_writer(account_work.KINDS, account_work.work)

    def _with_writer(self, kinds: frozenset[str], work: Callable[..., list[Result]]) -> Counter[str]:
        with self._app.app_context(), ExitStack() as stack:
            # Only who has something to do connects.
            writer = cache(lambda: stack.enter_context(open_writer(self._settings)))
            try:
                return _kept_on(lambda: self._do_some(writer, kinds, work))
            except DirectoryError as fault:
                _log.warning("operations wait: %s", fault)
                return Counter()
            finally:
                db.session.remove()

    def _do_some(
        self, writer: Callable[[], DirectoryWriter], kinds: frozenset[str], work: Callable[..., list[Result]]
    ) -> list[Result]:
        due = operations.due_kinds(kinds)
        if not due.isdisjoint(DISABLING) and not self._is_proved():
            due -= DISABLING
        return work(writer(), self._settings, due) if due else []

    def _mailboxes(self) -> Counter[str]:
        """See to mailboxes at the new mail server, however slow it is."""
        return self._without_writer(lambda: mailbox_work.work(self._settings))

    def _tell(self, kind: str) -> Counter[str]:
        """Hand over due messages of a kind."""
        ended = self._without_writer(lambda: message_work.work(kind, self._settings))
        ended[SENT] = ended.pop(MADE, 0)
        return +ended

    def _without_writer(self, work: Callable[[], list[Result]]) -> Counter[str]:
        with self._app.app_context():
            try:
                return _kept_on(work)
            finally:
                db.session.remove()

    def _is_proved(self) -> bool:
        """Say whether somebody may be disabled: not before the canary proved that it works."""
        with self._proving:
            return canary.is_proved(self._settings) or _prove(self._settings)


def _kept_on(step: Callable[[], list[Result]]) -> Counter[str]:
    """Do a step after the other until one finds nothing; give how many ended how."""
    ended: Counter[str] = Counter()
    while results := step():
        ended.update(_outcomes(results))
    return ended


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
