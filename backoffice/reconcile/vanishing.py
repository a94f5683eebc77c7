"""Who would be gone if a file counted from now on. Source: reconciliation.md "Gates on the file"."""

from collections.abc import Collection

import pandas as pd

from backoffice.reconcile.inputs import Record, records
from backoffice.rules.fields import NATIONAL_CODE, PERSONNEL_NUMBER


def vanishing(before: pd.DataFrame, after: pd.DataFrame, aside: Collection[tuple[str, str]]) -> list[Record]:
    """Give a row for each person of the accepted frame whose code and number the new file holds nowhere.

    ``aside``: code and personnel number of rows set aside; whoever they mean has not vanished.
    """
    codes = {*after[NATIONAL_CODE], *(code for code, _number in aside)}
    numbers = {*after[PERSONNEL_NUMBER], *(number for _code, number in aside)}
    gone = before[~before[NATIONAL_CODE].isin(codes) & ~before[PERSONNEL_NUMBER].isin(numbers)]
    return records(gone.drop_duplicates(NATIONAL_CODE))
