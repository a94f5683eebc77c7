"""The gate on the number of rows, and who is missing or new. Source: reconciliation.md, principle 7."""

import numpy as np
import pandas as pd

from backoffice.i18n import N_
from backoffice.reconcile.file_align import Alignment, Positions
from backoffice.reconcile.hr_file import Gate, HrFile
from backoffice.rules import fields

# From this share on, one cause explains the rows.
MOST = 0.8
RARE = 0.4
GROUPS = (fields.UNIT, fields.UNIT_CODE, fields.PERSON_TYPE, fields.EMPLOYMENT_TYPE, fields.STATUS, fields.TITLE)

FEWER_CUT = N_(
    "%(rows)d rows, %(difference)d fewer than the %(previous)d of the accepted file (allowed: %(limit)d); "
    "%(share)d of the %(gone)d missing rows come after line %(line)d of the accepted file: the file is cut"
)
FEWER_GROUP = N_(
    "%(rows)d rows, %(difference)d fewer than the %(previous)d of the accepted file (allowed: %(limit)d); "
    "%(percent)d %% of the %(gone)d missing rows have %(column)s «%(value)s»: a part was left out of the export"
)
FEWER = N_(
    "%(rows)d rows, %(difference)d fewer than the %(previous)d of the accepted file (allowed: %(limit)d); "
    "the %(gone)d missing rows are spread over the accepted file, the first was its line %(line)d"
)
MORE_TWICE = N_(
    "%(rows)d rows, %(difference)d more than the %(previous)d of the accepted file (allowed: %(limit)d); "
    "%(gone)d rows repeat an earlier code and personnel number: the export was joined twice"
)
MORE_GROUP = N_(
    "%(rows)d rows, %(difference)d more than the %(previous)d of the accepted file (allowed: %(limit)d); "
    "%(percent)d %% of the %(gone)d new rows have %(column)s «%(value)s»: another part was added to the export"
)
MORE = N_(
    "%(rows)d rows, %(difference)d more than the %(previous)d of the accepted file (allowed: %(limit)d); "
    "the first new row is on line %(line)d"
)


def rows_gates(
    new: HrFile, previous: pd.DataFrame, aligned: Alignment, count: int, allowed: tuple[int, int]
) -> list[Gate]:
    """Give the gate on rows where the file has too many fewer or more; ``count`` is the accepted file's records."""
    difference = new.rows - count
    places: dict[str, object] = {"rows": new.rows, "difference": abs(difference), "previous": count}
    if -difference > allowed[0]:
        message, more = _why_fewer(previous, aligned)
        return [Gate("rows", message, {**places, "limit": allowed[0], **more})]
    if difference > allowed[1]:
        message, more = _why_more(new.frame, previous, aligned)
        return [Gate("rows", message, {**places, "limit": allowed[1], **more})]
    return []


def _why_fewer(previous: pd.DataFrame, aligned: Alignment) -> tuple[str, dict[str, object]]:
    lines = previous["line"].to_numpy()
    gone = np.sort(lines[aligned.gone])
    last_kept = int(lines[aligned.old].max(initial=1))
    after = int((gone > last_kept).sum())
    facts: dict[str, object] = {"gone": len(gone), "line": int(gone[0]) if len(gone) else last_kept}
    # Where nobody stayed this is another file, not a cut one.
    if len(gone) and len(aligned.old) and after >= MOST * len(gone):
        return FEWER_CUT, {**facts, "share": after, "line": last_kept}
    group = common_group(previous, aligned.gone)
    return (FEWER_GROUP, {**facts, **group}) if group else (FEWER, facts)


def _why_more(frame: pd.DataFrame, previous: pd.DataFrame, aligned: Alignment) -> tuple[str, dict[str, object]]:
    keys = [fields.NATIONAL_CODE, fields.PERSONNEL_NUMBER]
    added = frame.take(aligned.added)
    repeated = int(frame[keys].duplicated().sum()) - int(previous[keys].duplicated().sum())
    facts: dict[str, object] = {"gone": len(added), "line": int(added["line"].min()) if len(added) else 1}
    if repeated >= MOST * max(1, len(added)):
        return MORE_TWICE, {**facts, "gone": repeated}
    group = common_group(frame, aligned.added)
    return (MORE_GROUP, {**facts, **group}) if group else (MORE, facts)


def common_group(frame: pd.DataFrame, at: Positions) -> dict[str, object]:
    """Give the column and value most of the rows share although it is rare in the others; {} if there is none."""
    for column in GROUPS:
        if column not in frame or not len(at):
            continue
        values = frame[column].take(at)
        value = str(values.mode()[0])
        share = float((values == value).mean())
        others = int((frame[column] == value).sum()) - int((values == value).sum())
        if value and share >= MOST and others < RARE * (len(frame) - len(at)):
            return {"column": column, "value": value, "percent": round(100 * share)}
    return {}
