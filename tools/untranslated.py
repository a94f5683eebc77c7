"""Name every sentence that has no Persian: ``python -m tools.untranslated``; exit status 1 if there is one."""

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir

from tools.catalogue import merged

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = {"backoffice": [("**.py", "python")], "templates": [("**.html", "jinja2"), ("**.txt", "jinja2")]}
OPTIONS = {"**.html": {"encoding": "utf-8"}, "**.txt": {"encoding": "utf-8"}}
PLURALS = {"ngettext": (1, 2), "lazy_ngettext": (1, 2)}
KEYWORDS = dict.fromkeys(("_", "N_", "lazy", "gettext", "lazy_gettext", "RefusedError")) | PLURALS


def sentences() -> Iterator[tuple[str, int, str]]:
    """Give file, line and English message id of every marked sentence."""
    for folder, methods in FOLDERS.items():
        for file, line, message, *_ in extract_from_dir(ROOT / folder, methods, OPTIONS, KEYWORDS):
            yield f"{folder}/{file}", line, _first(message)


def untranslated() -> list[str]:
    """Give one line for each sentence without a translation."""
    catalogue = merged()
    known = {_first(message.id) for message in catalogue if message.id and message.string}
    return [f"{file}:{line}: {message!r}" for file, line, message in sentences() if message not in known]


def _first(message: str | list[str] | tuple[str, ...]) -> str:
    return message if isinstance(message, str) else message[0]


if __name__ == "__main__":
    missing = untranslated()
    for line in missing:
        sys.stdout.write(line + "\n")
    sys.exit(f"{len(missing)} sentences have no Persian" if missing else 0)
