"""Folding and comparing whole columns: each different text is folded once."""

from collections.abc import Callable

import pandas as pd

from backoffice.rules.text import n2


def fold(column: pd.Series, rule: Callable[[str], str] = n2) -> pd.Series:
    """Give the column with ``rule`` applied to each of its different texts."""
    codes, texts = pd.factorize(column)
    folded = pd.Series([rule(str(t)) for t in texts], dtype="str")
    return pd.Series(folded.take(codes).to_numpy(), index=column.index, dtype="str")


def equal_folded(left: pd.Series, right: pd.Series) -> pd.Series:
    """Say row by row whether two columns agree at N2; only what differs raw is folded."""
    result = left == right
    differ = ~result
    if differ.any():
        result = result.copy()
        result[differ] = (fold(left[differ]) == fold(right[differ])).to_numpy()
    return result


def text_column(frame: pd.DataFrame, name: str) -> pd.Series:
    """Give a text column, empty texts where the frame has none."""
    if name in frame:
        return frame[name]
    return pd.Series("", index=frame.index, dtype="str")
