"""Set up what ``make run``, ``make test`` or ``make soak`` needs: ``python3 -m tools.setup run|test|soak``.

Debian packages, the virtual environment, Python packages, the front-end files and the catalogue. What is there already
is not touched, so a second run takes no time. Standard library only: it runs before anything is installed.
"""

import hashlib
import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from tools.debian import PackagesError, missing, provide, say

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
_TEST = ("requirements.txt", "requirements-dev.txt")
REQUIREMENTS = {"run": _TEST[:1], "test": _TEST, "soak": (*_TEST, "requirements-soak.txt")}
CATALOGUE = ROOT / "backoffice" / "translations"
COLLECTING = "Collecting "
REPORT_EVERY = 10


class SetupError(Exception):
    """A step failed; the message is for the person at the terminal."""


def main(arguments: list[str]) -> int:
    """Exit status 0 when everything is there, 1 with a sentence where a step failed, 2 for wrong usage."""
    if len(arguments) != 1 or arguments[0] not in REQUIREMENTS:
        say(f"usage: python3 -m tools.setup {'|'.join(REQUIREMENTS)}")
        return 2
    try:
        prepare(arguments[0])
    except (SetupError, PackagesError) as fault:
        say(str(fault))
        return 1
    except KeyboardInterrupt:
        say("Stopped. Run the same command again to go on.")
        return 130
    return 0


def prepare(purpose: str) -> None:
    """Take every step that is still needed for a purpose. Raises SetupError, PackagesError."""
    provide(missing(purpose))
    make_environment()
    install_requirements(purpose)
    fetch_front_end()
    compile_catalogue()


def make_environment() -> None:
    """Make .venv, again if an earlier try left it half-made."""
    if PYTHON.exists() and _succeeds(str(PYTHON), "-c", "import pip"):
        return
    say("Making the virtual environment .venv ...")
    shutil.rmtree(VENV, ignore_errors=True)
    _run("The virtual environment could not be made.", sys.executable, "-m", "venv", str(VENV))


def install_requirements(purpose: str) -> None:
    """Install the pinned Python packages, each checked against its hash."""
    done = json.loads(STAMP.read_text(encoding="utf-8")) if STAMP.exists() else {}
    wanted = {name: _fingerprint(name) for name in REQUIREMENTS[purpose]}
    if wanted.items() <= done.items():
        return
    name = REQUIREMENTS[purpose][-1]
    total = sum("==" in line and not line.startswith((" ", "#")) for line in (ROOT / name).read_text().splitlines())
    say(f"Installing up to {total} Python packages, each checked against its hash ...")
    options = ("--require-hashes", "--disable-pip-version-check", "--progress-bar=off", "--no-compile")
    _pip(total, "install", *options, "-r", name)
    # On all processors, which pip does not; a package may hold files that no present Python understands.
    subprocess.run([str(PYTHON), "-m", "compileall", "-qq", "-j", "0", str(VENV / "lib")], check=False)
    STAMP.write_text(json.dumps(done | wanted), encoding="utf-8")


def fetch_front_end() -> None:
    """Fetch style sheets and fonts, unless those of the present lock are there."""
    _run("The front-end files could not be fetched.", str(PYTHON), "-m", "tools.front_end")


def compile_catalogue() -> None:
    """Compile the Persian catalogue if a sentence changed since."""
    sources = list(CATALOGUE.glob("*/*.po"))
    compiled = list(CATALOGUE.glob("*/LC_MESSAGES/messages.mo"))
    if compiled and max(map(_age, sources)) < min(map(_age, compiled)):
        return
    _run("The Persian catalogue could not be compiled.", str(PYTHON), "-m", "tools.catalogue")


def _age(path: Path) -> float:
    return path.stat().st_mtime


def _fingerprint(name: str) -> str:
    content = (ROOT / name).read_bytes() + sys.version.encode()
    return hashlib.sha256(content).hexdigest()


def _pip(total: int, *arguments: str) -> None:
    command = [str(PYTHON), "-m", "pip", *arguments]
    collected = 0
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            collected += line.startswith(COLLECTING)
            if line.startswith(COLLECTING) and collected % REPORT_EVERY == 0:
                say(f"  {collected} of {total} ...")
            if line.startswith("Installing collected"):
                say("  unpacking ...")
    if pip.returncode:
        raise SetupError("The Python packages could not be installed; the reason stands above.")


def _succeeds(*command: str) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def _run(fault: str, *command: str) -> None:
    if subprocess.run(command, check=False, cwd=ROOT, stdout=sys.stderr).returncode:
        raise SetupError(fault)


def _stop(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    sys.exit(main(sys.argv[1:]))
