"""The watched folder: each export that lies there quietly is imported and moved out of the way, with a report.

Source: mission S47; reconciliation.md "Gates on the file" (a file is looked at when its size is stable over two looks).
"""

import datetime as dt
import logging
import traceback
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.exc import OperationalError

from backoffice import clock
from backoffice.extensions import db
from backoffice.i18n import N_
from backoffice.models.hr import ACCEPTED
from backoffice.reconcile.read_hr import COMMAND_LIMIT
from backoffice.rules.errors import RefusedError
from backoffice.services import inbox_files
from backoffice.services.inbox_files import DONE, REFUSED, ChangedError, ClosedError, Found
from backoffice.services.inbox_report import Refusal, report
from backoffice.services.snapshot_import import import_file
from backoffice.services.snapshot_result import UNCHANGED, Imported
from backoffice.settings import Settings

Memory = dict[str, list[int]]

KEPT = dt.timedelta(days=90)
NO_FOLDER = N_("The watched folder %(folder)s cannot be used: %(why)s.")
NO_SOURCE = N_("There are several sources; put the file into the folder of its source: %(sources)s.")
CLOSED = N_("The file may not be opened by this program; change its permissions and put it here again.")
UNEXPECTED = N_("An unexpected error (%(error)s) ended the reading; the log of the worker says more.")
WAITING, FAILED, STUCK = "waiting", "failed", "stuck"
_STUCK_MARK = 1
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class InboxResult:
    """What one look gave.

    ``counts``: files accepted, unchanged, held, refused (not readable at all), waiting (new or still changing), failed
    (our disk refused; tried again) and stuck (read, but cannot be moved away; left alone until they change).
    ``memory``: JSON, for the next look.
    """

    counts: dict[str, int]
    memory: Memory


def scan(settings: Settings, *, actor: str, memory: Mapping[str, Sequence[int]]) -> InboxResult:
    """Look once; import each file that is as it was at the last look, and move it to ``done`` or ``refused``.

    The folders of the sources are made where they are missing. Raises RefusedError where the folder cannot be used.
    """
    counts: Counter[str] = Counter()
    after: Memory = {}
    for file in _seen(settings):
        known, mark = list(memory.get(file.key, ())), list(file.mark)
        outcome = STUCK if known == [*mark, _STUCK_MARK] else WAITING
        if known == mark:
            outcome = _take(file, actor, settings)
        counts[outcome] += 1
        if outcome in (WAITING, FAILED, STUCK):
            after[file.key] = [*mark, _STUCK_MARK] if outcome == STUCK else mark
    return InboxResult(dict(counts), after)


def _seen(settings: Settings) -> list[Found]:
    try:
        inbox_files.make_folders(settings)
        return inbox_files.files(settings)
    except OSError as error:
        places = {"folder": str(settings.inbox), "why": error.strerror or type(error).__name__}
        raise RefusedError(NO_FOLDER, places) from None


def _take(file: Found, actor: str, settings: Settings) -> str:
    try:
        outcome = _read(file, actor, settings)
    except ChangedError:
        return WAITING
    except (RefusedError, OSError) as error:
        _log.warning("a file of the watched folder waits for another try: %s", error)
        return FAILED
    status = REFUSED if isinstance(outcome, Refusal) else outcome.status
    return status if _moved(file, outcome, status, settings) else STUCK


def _read(file: Found, actor: str, settings: Settings) -> Imported | Refusal:
    if file.source is None:
        return Refusal(NO_SOURCE, {"sources": ", ".join(source.name for source in settings.hr.sources)})
    try:
        with inbox_files.private_copy(file, settings, COMMAND_LIMIT) as copy:
            return import_file(copy, source=file.source, actor=actor, settings=settings, file_name=file.name)
    except ClosedError:
        return Refusal(CLOSED, {})
    except (ChangedError, RefusedError, OSError, OperationalError):
        raise
    except Exception as error:  # noqa: BLE001 - one bad file never stops the others
        db.session.rollback()
        _log.error("a file of the watched folder could not be read: %s at %s", type(error).__name__, _place(error))
        return Refusal(UNEXPECTED, {"error": type(error).__name__})


def _place(error: Exception) -> str:
    """Name where it happened, without the error's words: they may hold personal data."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{last.filename.rpartition('/')[2]}:{last.lineno}"


def _moved(file: Found, outcome: Imported | Refusal, status: str, settings: Settings) -> bool:
    folder = DONE if status in (ACCEPTED, UNCHANGED) else REFUSED
    try:
        inbox_files.move(file, folder, report(file.name, outcome, settings))
    except ChangedError:
        # Another file has its name now; that one is looked at in its turn.
        return True
    except OSError as error:
        _log.warning("a file of the watched folder cannot be moved away: %s", error.strerror)
        return False
    return True


def purge_expired(settings: Settings) -> int:
    """Delete what was moved to ``done`` and ``refused`` more than 90 days ago; give the number. For housekeeping.

    Source: reliability.md §4.
    """
    old = list(inbox_files.taken_before(settings, clock.now() - KEPT))
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
