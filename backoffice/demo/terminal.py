"""What the demo says to the person at the terminal."""

import os
import sys


def say(sentence: str) -> None:
    """Print lines at once; nobody may be listening any more (``make run | head``), which is no reason to stop."""
    try:
        print(sentence, flush=True)  # noqa: T201
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
