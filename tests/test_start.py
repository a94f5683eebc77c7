"""Commands and pages start quickly because nothing heavy is loaded before it is needed."""

import os
import subprocess
import sys
from pathlib import Path

HEAVY = ("pandas", "pyarrow", "plotly", "openpyxl", "fastexcel", "ldap3", "apscheduler")
LOADED = f"import sys, wsgi; print(*[name for name in {HEAVY} if name in sys.modules])"


def test_the_start_loads_nothing_heavy(tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"], "BACKOFFICE_INSTANCE": str(tmp_path),
        "BACKOFFICE_SECRET_KEY": "test-secret-key-of-thirty-two-bytes!",
    }  # fmt: skip
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", LOADED], cwd=root, env=environment, capture_output=True, check=False)
    assert (done.stdout.decode().split(), done.stderr.decode()) == ([], "")
