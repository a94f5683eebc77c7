"""Is this file plausible beside the last accepted one? Failed gates say how much, and the likely cause.

Source: reconciliation.md "Gates on the file" and principle 7.
"""

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from math import ceil

import pandas as pd

from backoffice.i18n import N_
from backoffice.reconcile.file_align import Alignment, align
from backoffice.reconcile.file_cells import cell_gates
from backoffice.reconcile.file_rows import rows_gates
from backoffice.reconcile.hr_file import Gate, HrFile
from backoffice.rules.jalali import to_jalali
from backoffice.settings import Limits

QUARANTINE = N_(
    "%(found)d of %(rows)d rows are set aside (allowed: %(limit)d); most often: %(example)s (line %(line)d)"
)
COLUMN_GONE = N_("the earlier file had the columns %(columns)s, this one does not")
OLDER = N_("the file is of %(as_of)s, the accepted one of %(previous)s: it is an older file")


def quarantine(new: HrFile, limits: Limits) -> list[Gate]:
    """Give the gate on rows set aside; it is for every file, the first one too."""
    allowed = at_most(limits.quarantine_min, limits.quarantine_share, new.rows)
    if len(new.quarantined) <= allowed:
        return []
    messages = pd.Series([row.message for row in new.quarantined])
    first = new.quarantined[int(messages.eq(messages.mode()[0]).to_numpy().argmax())]
    example = {"example": first.detail, "example_of": {"message": first.message, "params": dict(first.params)}}
    places = {"found": len(new.quarantined), "rows": new.rows, "limit": allowed, "line": first.line}
    return [Gate("quarantine", QUARANTINE, {**places, **example})]


def compare(
    new: HrFile,
    previous: pd.DataFrame,
    previous_columns: Sequence[str],
    limits: Limits,
    *,
    as_of: dt.datetime,
    previous_as_of: dt.datetime,
    previous_rows: int | None = None,
) -> list[Gate]:
    """Give the failed gates of a file beside the last accepted snapshot of its source.

    ``previous_rows`` counts its data records, quarantined ones too (default: the rows of the frame).
    """
    aligned = align(previous, new.frame)
    count = len(previous) if previous_rows is None else previous_rows
    common = [name for name in new.columns if name in previous_columns and name in previous]
    return [
        *_older(as_of, previous_as_of),
        *_columns_gone(new.columns, previous_columns),
        *rows_gates(new, previous, aligned, count, _rows_allowed(limits, count)),
        *cell_gates(new.frame, previous, aligned, common, _cells_allowed(limits, aligned)),
    ]


def at_most(minimum: int, share: float, count: int) -> int:
    """Give the limit max(minimum, share of the count), shares rounded up to whole numbers."""
    return max(minimum, ceil(Fraction(str(share)) * count))


def _rows_allowed(limits: Limits, count: int) -> tuple[int, int]:
    fewer = at_most(limits.rows_fewer_min, limits.rows_fewer_share, count)
    return fewer, at_most(limits.rows_more_min, limits.rows_more_share, count)


def _cells_allowed(limits: Limits, aligned: Alignment) -> int:
    replaced = min(len(aligned.gone), len(aligned.added))
    return at_most(limits.cells_min, limits.cells_share, len(aligned.old) + replaced)


def _older(as_of: dt.datetime, previous: dt.datetime) -> list[Gate]:
    if as_of >= previous:
        return []
    return [Gate("as_of", OLDER, {**_written("as_of", as_of), **_written("previous", previous)})]


def _written(name: str, moment: dt.datetime) -> dict[str, object]:
    """Give a moment in both calendars; each language takes its own."""
    jalali = f"{to_jalali(moment.date())} {moment:%H:%M}"
    return {name: f"{moment:%Y-%m-%d %H:%M}", f"{name}_jalali": jalali}


def _columns_gone(columns: Sequence[str], previous: Sequence[str]) -> list[Gate]:
    gone = [name for name in previous if name not in columns]
    return [Gate("column_gone", COLUMN_GONE, {"columns": ", ".join(gone)})] if gone else []
