"""A throw-away PostgreSQL for the tests, in a temporary folder, on a Unix socket only."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg

UNPRIVILEGED = "nobody"
_CUT_OFF = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()"""
# Replicas run no triggers, so neither the fences of the audit trail nor foreign keys are in the way.
_NO_TRIGGERS = "SET session_replication_role = replica"
# A table without a page was never written to; a number that was not given out is the first one still.
_EMPTY = """
DO $$ DECLARE written regclass; BEGIN
FOR written IN SELECT oid::regclass FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0 LOOP
    EXECUTE format('DELETE FROM %s', written);
END LOOP;
PERFORM setval(format('%I', sequencename)::regclass, 1, false) FROM pg_sequences
WHERE schemaname = 'public' AND last_value IS NOT NULL;
END $$"""


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[4]))
    if not found:
        raise RuntimeError("PostgreSQL is not installed: run `make setup`")
    return found[-1].parent


class LocalPostgres:
    """One cluster: ``start()``, ``url(name)``, ``stop()``."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self._bin = _binaries()
        self._as: list[str] = []
        self._emptying: dict[str, psycopg.Connection] = {}
        if os.geteuid() == 0:
            shutil.chown(self.folder, UNPRIVILEGED, "nogroup")
            self._as = ["setpriv", f"--reuid={UNPRIVILEGED}", "--regid=nogroup", "--clear-groups"]

    def _run(self, program: str, *args: str) -> None:
        command = [*self._as, str(self._bin / program), *args]
        subprocess.run(command, check=True, cwd=self.folder, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)

    def start(self) -> None:
        data = str(self.folder / "data")
        self._run("initdb", "-D", data, "-U", "test", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        self.resume()

    def resume(self) -> None:
        """Serve again what was halted."""
        # Without autovacuum the planner knows as much of a table in every run, so that its plans can be looked at.
        options = f"-k {self.folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c autovacuum=off"
        # A server in Tehran is set up for the time of Tehran.
        options += " -c timezone=Asia/Tehran"
        data = str(self.folder / "data")
        self._run("pg_ctl", "-D", data, "-w", "-o", options, "-l", str(self.folder / "log"), "start")

    def halt(self) -> None:
        """End every connection and serve nobody; the data stay."""
        while self._emptying:
            self._emptying.popitem()[1].close()
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", "immediate", "stop")

    def create(self, name: str) -> None:
        """Make a database."""
        with self._connect("postgres") as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())

    def empty(self, name: str) -> None:
        """Delete every row and begin all numbers anew, which is much faster than making the database anew."""
        if name not in self._emptying:
            self._emptying[name] = self._connect(name)
            self._emptying[name].execute(_NO_TRIGGERS)
        for statement in (_CUT_OFF, _EMPTY):
            self._emptying[name].execute(statement)

    def _connect(self, name: str) -> psycopg.Connection:
        return psycopg.connect(dbname=name, user="test", host=str(self.folder), autocommit=True)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://test@/{name}?host={self.folder}"

    def stop(self) -> None:
        self.halt()
        shutil.rmtree(self.folder)
