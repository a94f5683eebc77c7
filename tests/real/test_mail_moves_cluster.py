"""Moves on a Dask cluster of two processes, which read their own settings: the same result."""

from importlib import import_module
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.demo.dovecot import LocalDovecot
from backoffice.demo.loopback import free_port
from backoffice.extensions import db, settings_of, writing
from backoffice.models import Operation
from backoffice.rules.errors import RefusedError
from backoffice.services import engine_words, mail_move_work
from tests.conftest import SEAL, SECRET
from tests.real.moving import PASSWORD, content, fill, mail, make_move, overrides_of, the_move

BOXES = 6


@pytest.fixture
def overrides(old_mail: LocalDovecot, new_mail: LocalDovecot) -> dict[str, object]:
    return {**overrides_of(old_mail, new_mail, parallel=3), "dask_scheduler": f"tcp://127.0.0.1:{free_port()}"}


def settings_file(app: Flask, folder: Path) -> None:
    settings = settings_of(app)
    secrets = ("secret_key", SECRET), ("seal_key", SEAL), ("database_url", settings.database)
    lines = [f'{name} = "{value}"' for name, value in secrets]
    lines += [
        f'{name} = "{getattr(settings, name)}"' for name in ("old_imap_url", "new_imap_url", "new_imap_master_user")
    ]
    lines += [f'new_imap_master_password = "{settings.new_imap_master_password.get_secret_value()}"']
    lines += ["[policy]", 'mode = "act"', "[mail_move]", "settle_seconds = 0.2"]
    (folder / "settings.toml").write_text("\n".join(lines))


def test_a_cluster_moves_all_of_it(
    app: Flask, old_mail: LocalDovecot, new_mail: LocalDovecot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = import_module("distributed").LocalCluster  # only `make soak` installs it
    names = [f"cluster{number}.{db.engine.name}" for number in range(BOXES)]
    old_mail.add_users(dict.fromkeys(names, PASSWORD))
    new_mail.add_users(dict.fromkeys(names, "another one 34"))
    for name in names:
        fill(old_mail, name, {"INBOX": [mail(number) for number in range(20)], "A.B": [mail(1), mail(1)]})
    moves = [make_move(app, name) for name in names]
    with pytest.raises(RefusedError, match="does not answer"):
        mail_move_work.work_off(app)
    with writing() as session:
        session.execute(sa.update(Operation).values(not_before=clock.now()))
    (tmp_path / "there").mkdir()
    settings_file(app, tmp_path / "there")
    monkeypatch.setenv("BACKOFFICE_INSTANCE", str(tmp_path / "there"))
    port = int(settings_of(app).dask_scheduler.rpartition(":")[2])
    with cluster(n_workers=2, threads_per_worker=2, scheduler_port=port, dashboard_address=None):
        found = {fault.message for fault in engine_words.engine_faults(settings_of(app))}
        assert not found & {engine_words.NOT_INSTALLED, engine_words.DOWN}
        mail_move_work.work_off(app)
    assert {the_move(move_id).state for move_id in moves} == {"done"}
    for name in names:
        assert content(new_mail, name, "/") == content(old_mail, name, ".")
