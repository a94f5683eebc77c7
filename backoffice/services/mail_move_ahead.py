"""Fetching the next thing while the last one is worked on."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")


def ahead(given: Iterable[Given], make: Callable[[Given], Made]) -> Iterator[tuple[Given, Made]]:
    """Give each with what is made of it, made one ahead in a thread of its own; faults come at their turn."""
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as pool:
        waiting = None
        for one in given:
            made = (one, pool.submit(make, one))
            if waiting is not None:
                yield waiting[0], waiting[1].result()
            waiting = made
        if waiting is not None:
            yield waiting[0], waiting[1].result()
