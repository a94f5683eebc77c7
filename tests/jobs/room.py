"""A room with one small job, so that each test says what the job does."""

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Flask

from backoffice.jobs import runner
from backoffice.rules.due import Every, Rhythm
from backoffice.services.job_kinds import Job, Outcome, Work
from backoffice.services.jobs import Room


@dataclass
class SmallJob:
    """The job ``import`` of a test: counts its runs, and does what the test says."""

    rhythm: Rhythm = field(default_factory=lambda: Every(30))
    does: Callable[[Work], Outcome] = lambda _work: Outcome({"seen": 1})
    works: list[Work] = field(default_factory=list)

    def into(self, app: Flask) -> Job:
        """Put it into the application instead of the real jobs."""
        job = Job("import", "Import", "Help", {}, lambda _settings: self.rhythm, self.run)
        app.extensions["jobs"] = Room({"import": job}, run=runner.run, start=lambda: None)
        return job

    def run(self, work: Work) -> Outcome:
        self.works.append(work)
        return self.does(work)
