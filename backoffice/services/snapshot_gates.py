"""What an HR file is judged by: its form, its rows set aside, and the last accepted file of its source.

Source: reconciliation.md "Gates on the file".
"""

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from backoffice import clock
from backoffice.i18n import N_
from backoffice.models import Snapshot
from backoffice.rules.errors import RefusedError
from backoffice.rules.jalali import to_jalali
from backoffice.services import snapshot_files
from backoffice.settings import Settings

if TYPE_CHECKING:
    from backoffice.reconcile.hr_file import Gate, HrFile

# Held by one of these alone, a file may be accepted by a person.
COMPARISONS = frozenset({"rows", "column_gone", "cells", "as_of", "lost"})
FUTURE = N_("%(date)s has not come yet; a file cannot be of a day in the future.")
LOST = N_("the stored rows of the last accepted file are gone or damaged: nothing could be compared")
_ONE_DAY = dt.timedelta(days=1)


def judge(found: "HrFile", last: Snapshot | None, as_of: dt.datetime, settings: Settings) -> "list[Gate]":
    """Give every failed gate of a file; the first file of a source is compared with nothing."""
    from backoffice.reconcile import file_gates  # noqa: PLC0415 - brings pandas, which the first page does not need

    if found.faults:
        return list(found.faults)
    gates = file_gates.quarantine(found, settings.limits)
    return gates if last is None else [*gates, *_compare(found, last, as_of, settings)]


def _compare(found: "HrFile", last: Snapshot, as_of: dt.datetime, settings: Settings) -> "list[Gate]":
    from backoffice.reconcile import file_gates  # noqa: PLC0415 - as above
    from backoffice.reconcile.hr_file import Gate  # noqa: PLC0415 - as above

    frame = snapshot_files.load(last.stored_file, settings)
    if frame is None:
        return [] if found.sha256 == last.sha256 else [Gate("lost", LOST)]
    zone = ZoneInfo(settings.timezone)
    return file_gates.compare(
        found, frame, last.columns, settings.limits,
        as_of=as_of.astimezone(zone), previous_as_of=last.as_of.astimezone(zone), previous_rows=last.rows,
    )  # fmt: skip


def refuse_future(as_of: dt.date | None, settings: Settings) -> None:
    """Raise RefusedError for a date more than a day ahead."""
    if as_of is not None and _start(as_of, settings) > clock.now() + _ONE_DAY:
        raise RefusedError(FUTURE, {"date": f"{as_of:%Y-%m-%d}", "jalali": to_jalali(as_of)})


def moment_of(as_of: dt.date | None, written_at: dt.datetime, last: Snapshot | None, settings: Settings) -> dt.datetime:
    """Give the moment a file is of: never one to come, for a file that is here cannot know it.

    A day without a time stands for the whole day, so it is not older than a file of the same day.
    """
    now = clock.now()
    if as_of is None:
        return min(written_at, now)
    moment = min(_start(as_of, settings), now)
    is_day = not isinstance(as_of, dt.datetime)
    if is_day and last is not None and last.as_of.astimezone(ZoneInfo(settings.timezone)).date() == as_of:
        return max(moment, last.as_of)
    return moment


def _start(day: dt.date, settings: Settings) -> dt.datetime:
    zone = ZoneInfo(settings.timezone)
    if not isinstance(day, dt.datetime):
        return dt.datetime.combine(day, dt.time(), zone)
    return day if day.tzinfo else day.replace(tzinfo=zone)
