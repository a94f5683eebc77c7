"""A real worker with one job that tests can watch and hold up: ``python -m tests.real.worker_program SECONDS``.

The job notes its process in INSTANCE/ran, and waits while INSTANCE/hold exists.
"""

import os
import sys
import threading

from backoffice import create_app
from backoffice.jobs.schedule import serve
from backoffice.rules.due import Every
from backoffice.services.job_kinds import Job, Outcome, Work

PAUSE = 0.05


def run(work: Work) -> Outcome:
    with (work.settings.instance / "ran").open("a", encoding="ascii") as ran:
        ran.write(f"{os.getpid()}\n")
    pause = threading.Event()
    while (work.settings.instance / "hold").exists():
        pause.wait(PAUSE)
    return Outcome({"seen": 1})


def main(seconds: int) -> None:
    job = Job("import", "Import", "Help", {}, lambda _settings: Every(seconds), run)
    with create_app().app_context():
        serve([job])


if __name__ == "__main__":
    main(int(sys.argv[1]))
