"""Delete the demo university of an instance folder: ``python -m tools.reset FOLDER``."""

import sys
from pathlib import Path

from backoffice.demo.instance import MARK, README, RunningError, clear, locked


def main(folder: Path) -> int:
    """Exit status 0 when the folder is clean, 1 with a sentence where that must not be."""
    if not folder.exists() or all(path.name == README for path in folder.iterdir()):
        say(f"There is nothing to delete in {folder}.")
        return 0
    if not (folder / MARK).exists():
        say(f"{folder} was not made by `make run`, so nothing in it is deleted.")
        return 1
    try:
        with locked(folder):
            clear(folder)
    except RunningError as error:
        say(str(error))
        return 1
    say(f"{folder} is empty again; `make run` builds a new demo university.")
    return 0


def say(sentence: str) -> None:
    """One line to the person at the terminal."""
    sys.stderr.write(sentence + "\n")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
