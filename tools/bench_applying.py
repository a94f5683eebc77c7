"""The same changes by our queue and by ldapmodify, for ``tools.bench``."""

import base64
import itertools
import subprocess
from typing import Any

import pandas as pd
from flask_migrate import upgrade

from backoffice import clock, create_app
from backoffice.demo.slapd import LocalSlapd
from backoffice.extensions import db, writing
from backoffice.models import Operation
from backoffice.models.operation import PENDING
from backoffice.models.types import MAIN_DIRECTORY
from backoffice.reconcile.inputs import SEPARATOR, records
from backoffice.rules import situations as s
from backoffice.services import queue
from backoffice.settings import Settings


class Applying:
    """Changes the post of the same people again and again, each time to another one."""

    def __init__(self, settings: Settings, server: LocalSlapd, entries: pd.DataFrame) -> None:
        acting = {"policy": settings.policy.model_copy(update={"mode": "act"})}
        self._app = create_app(settings.model_copy(update=acting))
        self._server, self._rows = server, records(entries[["entry_uuid", "dn", "title"]])
        self._title, self._turn = {row["dn"]: row["title"].split(SEPARATOR)[0] for row in self._rows}, itertools.count()
        with self._app.app_context():
            upgrade()

    def __len__(self) -> int:
        return len(self._rows)

    def ours(self) -> None:
        """Queue the changes and work the queue off."""
        new, now = f"کارشناس {next(self._turn)}", clock.now()
        with self._app.app_context():
            with writing() as session:
                session.add_all(self._operation(row, new, now) for row in self._rows)
            done = queue.work_off(self._app)
            db.session.remove()
        if done["done"] != len(self):
            raise ValueError(f"only this was made: {dict(done)}")
        self._title = dict.fromkeys(self._title, new)

    def ldapmodify(self) -> None:
        """Make the same kind of change to the same entries with OpenLDAP's own client."""
        new = f"کارشناس {next(self._turn)}"
        value = base64.b64encode(new.encode()).decode()
        ldif = "".join(f"dn: {dn}\nchangetype: modify\nreplace: title\ntitle:: {value}\n\n" for dn in self._title)
        password = str(self._server.service_password_file)
        command = ["ldapmodify", "-x", "-H", self._server.uri, "-D", self._server.service_dn, "-y", password]
        subprocess.run(command, input=ldif.encode(), capture_output=True, check=True)
        self._title = dict.fromkeys(self._title, new)

    def _operation(self, row: dict[str, Any], new: str, now: Any) -> Operation:
        desired = {"entry_uuid": row["entry_uuid"], "csn": "", "old": {"title": self._title[row["dn"]]},
                   "new": {"title": new}}  # fmt: skip
        return Operation(
            kind=s.UPDATE, subject=f"entry:{row['entry_uuid']}", source="hr", directory=MAIN_DIRECTORY, desired=desired,
            state=PENDING, not_before=now, requested_by="bench", created_at=now,
        )  # fmt: skip
