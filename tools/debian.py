"""Install missing Debian packages without starting any service: ``python3 -m tools.debian PACKAGE…`` as root.

Standard library only: it runs before anything is installed.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes.util import find_library
from pathlib import Path

POLICY = Path("/usr/sbin/policy-rc.d")
KEPT = POLICY.with_name("policy-rc.d.kept")
MARK = "# backoffice: no service starts while packages are installed"
# It asks after us, so that it disarms itself should we be killed before we can remove it.
DENY = "#!/bin/sh\n{mark}\nkill -0 {pid} 2>/dev/null && exit 101\nexit 0\n"
APT = ("apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0")
# Without this Debian sets up an empty directory of its own beside the one of the demo.
ANSWERS = "slapd slapd/no_configuration boolean true\n"
# The first is Chromium without a window to draw, which is much quicker.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


class PackagesError(Exception):
    """Packages are missing and cannot be installed here; the message says what to do."""


def missing(purpose: str) -> list[str]:
    """Give the Debian packages that ``run``, ``test`` or ``soak`` still needs on this machine."""
    wanted = {
        "slapd": Path("/usr/sbin/slapd").exists(),
        "ldap-utils": shutil.which("ldapmodify") is not None,
        "dovecot-imapd": Path("/usr/lib/dovecot/imap").exists(),
        "dovecot-ldap": Path("/usr/lib/dovecot/modules/auth/libauthdb_ldap.so").exists(),
        "libfribidi0": find_library("fribidi") is not None,
        _venv_package(): _has_ensurepip(),
    }
    if purpose != "run":
        wanted |= {
            "postgresql": any(Path("/usr/lib/postgresql").glob("*/bin/initdb")),
            BROWSERS[0]: browser() is not None,
            "fonts-dejavu-core": Path("/usr/share/fonts/truetype/dejavu").exists(),
        }
    return [name for name, present in wanted.items() if not present]


def browser() -> str | None:
    """Give the path of the browser that tests and pictures are made with, None where there is none."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def provide(packages: list[str]) -> None:
    """Install the packages, as root or through sudo. Raises PackagesError with the command to type."""
    if not packages:
        return
    by_hand = "apt-get install --no-install-recommends " + " ".join(packages)
    if not shutil.which("apt-get"):
        raise PackagesError(f"Missing: {', '.join(packages)}. Please install them with this system's package manager.")
    if os.geteuid() != 0 and not _may_sudo():
        raise PackagesError(f"Some Debian packages are missing. Please run:\n\n    sudo {by_hand}\n\nand try again.")
    say(f"Installing Debian packages without starting services: {' '.join(packages)} ...")
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    command = [*root, sys.executable, "-m", "tools.debian", *packages]
    if subprocess.run(command, check=False).returncode:
        raise PackagesError(f"The Debian packages could not be installed. By hand it is:\n\n    sudo {by_hand}\n")


def install(packages: list[str]) -> None:
    """As root: install the packages. Raises CalledProcessError."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with _services_denied():
        subprocess.run(["debconf-set-selections"], input=ANSWERS.encode(), check=True)
        subprocess.run(["dpkg", "--configure", "-a"], check=True, env=environment, stdout=sys.stderr)
        subprocess.run([*APT, "update"], check=True, env=environment, stdout=sys.stderr)
        wanted = [*APT, "install", "--no-install-recommends", *packages]
        subprocess.run(wanted, check=True, env=environment, stdout=sys.stderr)


@contextmanager
def _services_denied() -> Iterator[None]:
    if POLICY.exists() and MARK not in POLICY.read_text(encoding="utf-8", errors="replace"):
        POLICY.replace(KEPT)
    try:
        POLICY.write_text(DENY.format(mark=MARK, pid=os.getpid()), encoding="utf-8")
        POLICY.chmod(0o755)
        yield
    finally:
        POLICY.unlink(missing_ok=True)
        if KEPT.exists():
            KEPT.replace(POLICY)


def _may_sudo() -> bool:
    if not shutil.which("sudo"):
        return False
    return subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True).returncode == 0


def _has_ensurepip() -> bool:
    asked = subprocess.run([sys.executable, "-c", "import ensurepip, venv"], check=False, capture_output=True)
    return asked.returncode == 0


def _venv_package() -> str:
    return f"python3.{sys.version_info.minor}-venv"


def say(sentence: str) -> None:
    """One line to the person at the terminal."""
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


def _stop(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    try:
        install(sys.argv[1:])
    except (subprocess.CalledProcessError, OSError) as error:
        say(str(error))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
