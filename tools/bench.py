"""Measure the work against other ways of doing the same: ``python -m tools.bench``.

The machine is noisy, so every figure is a ratio of runs that take turns, never seconds alone.
"""

import csv
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

ROWS = 100_000
TURNS = 7
HEADER = ("national_code", "personnel_number", "first_name", "last_name", "birth_date", "unit", "status")


def main() -> None:
    """Print one line for each comparison."""
    with tempfile.TemporaryDirectory() as folder:
        path = hr_file(Path(folder) / "hr.csv")
        say(f"reading an HR file of {ROWS:,} rows, {TURNS} turns each ...")
        ratio = compare(lambda: strict_csv(path), lambda: pd.read_csv(path, dtype=str, keep_default_na=False))
        say(f"csv module, every record's fields counted / pandas.read_csv: {ratio:.2f}")


def compare(ours: Callable[[], object], other: Callable[[], object]) -> float:
    """Give the median of ours / other over turns that alternate."""
    return statistics.median(seconds(ours) / seconds(other) for _ in range(TURNS))


def seconds(work: Callable[[], object]) -> float:
    """Give the duration of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def strict_csv(path: Path) -> list[list[str]]:
    """Read as the HR reader does: refuse a record that has not the header's number of fields."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, strict=True))
    width = len(rows[0])
    if any(len(row) != width for row in rows):
        raise ValueError("a record has another number of fields than the header")
    return rows


def hr_file(path: Path) -> Path:
    """Write the file that is read; gives its path."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for n in range(ROWS):
            writer.writerow(
                (f"{n:010}", f"{n:06}", "محمدرضا", f"کریمی {n % 997}", "1370/01/31", "دانشکده فنی", "active")
            )
    return path


def say(sentence: str) -> None:
    """One line to the person at the terminal."""
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
