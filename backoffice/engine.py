"""Who does the heavy work: threads of this process, or a Dask cluster where one is configured.

The result is the same; a cluster only brings more machines. Its processes are installations like this one: they read
their own settings and reach the same database. Source: architecture.md "Beyond one machine".
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any, TypeVar

Made = TypeVar("Made")
CONNECT_SECONDS = 5


class EngineError(RuntimeError):
    """The work could not be handed out."""


class NotInstalledError(EngineError):
    """A cluster is configured, but the library that reaches it is missing."""


class ClusterDownError(EngineError):
    """The cluster does not answer, has nobody to work, or broke off."""


def run(times: int, *, here: Callable[[], Made], there: Callable[[], Made], scheduler: str, name: str) -> list[Made]:
    """Do the same work so many times at once; give what each made.

    ``here``: done by threads called ``name``. ``there``: done by the cluster of ``scheduler`` ("" for none), so it has
    to be a function of a module. Raises EngineError.
    """
    if scheduler:
        return _run_there(times, there, scheduler)
    with ThreadPoolExecutor(times, thread_name_prefix=name) as pool:
        return [future.result() for future in [pool.submit(here) for _ in range(times)]]


def probe(scheduler: str) -> None:
    """See whether the cluster answers and has somebody to work. Raises EngineError."""
    with _client(scheduler):
        pass


def _run_there(times: int, work: Callable[[], Made], scheduler: str) -> list[Made]:
    with _client(scheduler) as client:
        futures = [client.submit(work, pure=False) for _ in range(times)]
        try:
            return list(client.gather(futures))
        except Exception as fault:
            raise ClusterDownError from fault


def _client(scheduler: str) -> Any:
    """Connect to a cluster that has somebody to work."""
    try:
        library = import_module("distributed")
    except ImportError:
        raise NotInstalledError from None
    try:
        client = library.Client(scheduler, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as fault:
        raise ClusterDownError from fault
    if not client.ncores():
        client.close()
        raise ClusterDownError
    return client
