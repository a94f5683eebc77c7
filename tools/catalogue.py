"""Merge the Persian catalogue, one file a subject, into the compiled one: ``python -m tools.catalogue``."""

import os
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent.parent / "backoffice" / "translations" / "fa"


def merged(folder: Path = FOLDER) -> Catalog:
    """Give all messages of ``folder/*.po``. Raises ValueError where two files translate one message differently."""
    whole = Catalog(locale="fa", fuzzy=False)
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            part = read_po(file, locale="fa", abort_invalid=True)
        for message in part:
            known = whole.get(message.id, message.context) if message.id else None
            if known and known.string != message.string:
                raise ValueError(f"{path.name}: {message.id!r} is translated differently elsewhere")
            if message.id:
                whole.add(message.id, message.string, context=message.context, flags=message.flags)
    return whole


def compile_catalogue(folder: Path = FOLDER) -> Path:
    """Write ``LC_MESSAGES/messages.mo`` and give its path."""
    target = folder / "LC_MESSAGES" / "messages.mo"
    target.parent.mkdir(exist_ok=True)
    fresh = target.with_suffix(f".{os.getpid()}")
    with fresh.open("wb") as file:
        write_mo(file, merged(folder))
    return fresh.replace(target)


if __name__ == "__main__":
    try:
        compile_catalogue()
    except ValueError as error:
        sys.exit(str(error))
