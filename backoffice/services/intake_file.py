"""Reading a file of another registration site: JSON, or CSV with our field names in its first line."""

import csv
import io
import json
from pathlib import Path

from backoffice.i18n import N_
from backoffice.rules.errors import RefusedError

BIGGEST = 50 * 1024**2
NOT_READ = N_("%(file)s cannot be read.")
TOO_BIG = N_("%(file)s is larger than 50 MB.")
NOT_UTF8 = N_("%(file)s is not in UTF-8.")
NO_ROWS = N_('%(file)s is neither CSV with our field names nor JSON like {"registrations": [ … ]}.')
SHORT_LINE = N_("Line %(line)d does not have as many fields as the first one.")


def read(path: Path) -> list[object]:
    """Give the rows of a file as they are; each is judged later. Raises RefusedError for a file that is none."""
    try:
        if path.stat().st_size > BIGGEST:
            raise RefusedError(TOO_BIG, {"file": path.name})
        text = path.read_text("utf-8-sig")
    except OSError:
        raise RefusedError(NOT_READ, {"file": path.name}) from None
    except UnicodeDecodeError:
        raise RefusedError(NOT_UTF8, {"file": path.name}) from None
    return rows_of(text, path.name) if path.suffix.lower() == ".json" else _table(text, path)


def rows_of(text: str | bytes, name: str) -> list[object]:
    """Give the rows of a JSON document. Raises RefusedError where it has no list ``registrations``."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise RefusedError(NO_ROWS, {"file": name}) from None
    rows = document.get("registrations") if isinstance(document, dict) else None
    if not isinstance(rows, list):
        raise RefusedError(NO_ROWS, {"file": name})
    return rows


def _table(text: str, path: Path) -> list[object]:
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        raise RefusedError(NO_ROWS, {"file": path.name}) from None
    head = [name.strip() for name in lines[0]] if lines else []
    if "reference" not in head or len(set(head)) != len(head):
        raise RefusedError(NO_ROWS, {"file": path.name})
    for number, line in enumerate(lines[1:], start=2):
        if len(line) != len(head):
            raise RefusedError(SHORT_LINE, {"line": number})
    return [dict(zip(head, line, strict=True)) for line in lines[1:]]
