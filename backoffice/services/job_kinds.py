"""What a job is: its name, its rhythm, what it does, and what a run of it gives back."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from backoffice.rules.due import Rhythm
from backoffice.settings import Settings

SCHEDULE = "schedule"


@dataclass(frozen=True)
class Work:
    """What a job is given: for whom it runs, and what it remembered last time."""

    settings: Settings
    actor: str
    dry_run: bool
    memory: dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What came of a run.

    ``counts``: outcome or reason -> how many; ``detail``: a message id that ``values`` fill; ``memory``: kept for the
    next run, None leaves it as it was; ``failed``: nothing, or not all, could be done; ``idle``: there was nothing to
    do, so that of equal runs in a row only the last one is kept on record.
    """

    counts: dict[str, int] = field(default_factory=dict)
    detail: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    memory: dict[str, Any] | None = None
    failed: bool = False
    idle: bool = False


@dataclass(frozen=True)
class Job:
    """One job. ``title``, ``help`` and the values of ``words`` (key of counts -> words) are message ids.

    ``wakes`` says that there is work before the next due time.
    """

    name: str
    title: str
    help: str
    words: Mapping[str, str]
    rhythm: Callable[[Settings], Rhythm]
    run: Callable[[Work], Outcome]
    wakes: Callable[[], bool] = lambda: False


@dataclass(frozen=True)
class Call:
    """One reason to run a job: its time has come (``due_at``), a person asked the worker, or a command runs it."""

    job: Job
    actor: str = SCHEDULE
    dry_run: bool = False
    due_at: dt.datetime | None = None
    requested_at: dt.datetime | None = None
