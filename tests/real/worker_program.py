"""Worker processes: a real worker with one job that tests can watch and hold up, and the command itself.

The job notes its process in INSTANCE/ran, and waits while INSTANCE/hold exists.
"""

import os
import runpy
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

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


def one_job(environment: Mapping[str, str], errors: Path, seconds: int) -> None:
    """Be a worker whose only job is due every so many seconds."""
    _begin(environment, errors)
    job = Job("import", "Import", "Help", {}, lambda _settings: Every(seconds), run)
    with create_app(pages=False).app_context():
        serve([job])


def command(environment: Mapping[str, str], errors: Path) -> None:
    """Be `flask jobs start`."""
    _begin(environment, errors)
    sys.argv = ["flask", "jobs", "start"]
    runpy.run_module("flask", run_name="__main__", alter_sys=True)


def _begin(environment: Mapping[str, str], errors: Path) -> None:
    """Take the environment for one's own, and lead standard error to a file."""
    for name in [name for name in os.environ if name.startswith("BACKOFFICE_")]:
        del os.environ[name]
    os.environ.update(environment)
    os.chdir(Path(__file__).parents[2])
    with errors.open("ab") as file:
        os.dup2(file.fileno(), sys.stderr.fileno())
