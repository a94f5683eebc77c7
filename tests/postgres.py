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
_EMPTY = """
DO $$ DECLARE found record; BEGIN
FOR found IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE format('DELETE FROM %I', found.tablename);
END LOOP;
PERFORM setval(quote_ident(sequencename)::regclass, 1, false) FROM pg_sequences WHERE schemaname = 'public';
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
        data = str(self.folder / "data")
        self._run("pg_ctl", "-D", data, "-w", "-o", options, "-l", str(self.folder / "log"), "start")

    def halt(self) -> None:
        """End every connection and serve nobody; the data stay."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", "immediate", "stop")

    def create(self, name: str) -> None:
        """Make a database."""
        self._ask("postgres", f"CREATE DATABASE {name}")

    def empty(self, name: str) -> None:
        """Delete every row and begin all numbers anew, which is much faster than making the database anew."""
        self._ask(name, _CUT_OFF, "SET session_replication_role = replica", _EMPTY)

    def _ask(self, name: str, *statements: str) -> None:
        with psycopg.connect(dbname=name, user="test", host=str(self.folder), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://test@/{name}?host={self.folder}"

    def stop(self) -> None:
        self.halt()
        shutil.rmtree(self.folder)
