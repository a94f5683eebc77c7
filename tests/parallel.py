"""Doing one thing in many threads at once, each in an application context of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from flask import Flask

from backoffice.extensions import db

T = TypeVar("T")
THREADS = 10


def together(app: Flask, act: Callable[[int], T], times: int) -> list[T]:
    """Give what each of ``times`` calls gave; they begin together, as many at once as there are threads."""
    ready = threading.Barrier(min(times, THREADS))

    def one(number: int) -> T:
        if number < ready.parties:
            ready.wait(10)
        with app.app_context():
            try:
                return act(number)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(ready.parties) as pool:
        return list(pool.map(one, range(times)))
