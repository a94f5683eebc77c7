"""A copy made in use comes back whole, on both databases."""

import io
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice import create_app
from backoffice.extensions import db, settings_of
from backoffice.services import audit
from backoffice.settings import Settings
from tests.conftest import make_settings
from tools.backup import backup
from tools.databases import DatabaseError
from tools.restore import restore


@pytest.fixture
def archive(app: Flask, tmp_path: Path) -> Path:
    instance = settings_of(app).instance
    for name in ("snapshots/1.parquet", "seal.key", "settings.toml", "log/desk.log"):
        (instance / name).parent.mkdir(exist_ok=True)
        (instance / name).write_text(f"content of {name}")
    audit.record("test:row:added", "row:1", actor="tester")
    return backup(settings_of(app), tmp_path / "copies")


@pytest.fixture
def elsewhere(app: Flask, tmp_path: Path) -> Iterator[Settings]:
    """The settings of a new machine: an empty folder, an empty database."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    url = sa.make_url(settings_of(app).database)
    if url.get_backend_name() == "sqlite":
        yield make_settings(folder)
        return
    name = f"t{uuid4().hex}"
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
    yield make_settings(folder, database_url=url.set(database=name).render_as_string(hide_password=False))
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def test_what_was_copied_is_back_and_the_trail_is_intact(archive: Path, elsewhere: Settings) -> None:
    restore(elsewhere, archive)
    restored = create_app(elsewhere)
    with restored.app_context():
        assert audit.verify()[0] == 1
        db.session.remove()
        db.engine.dispose()
    assert (elsewhere.instance / "snapshots" / "1.parquet").read_text() == "content of snapshots/1.parquet"


def test_a_copy_is_for_its_owner_and_holds_no_key_and_no_log(archive: Path) -> None:
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    with tarfile.open(archive) as content:
        names = set(content.getnames())
    assert {name for name in names if name.startswith("instance/")} == {
        "instance/settings.toml",
        "instance/snapshots/1.parquet",
    }


def test_a_database_in_use_is_never_overwritten(app: Flask, archive: Path) -> None:
    with pytest.raises(DatabaseError, match="not empty"):
        restore(settings_of(app), archive)


def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    strange = tmp_path / "strange.tar"
    with tarfile.open(strange, "w") as content:
        for name in ("database.sqlite", "instance/../../outside"):
            content.addfile(tarfile.TarInfo(name), io.BytesIO())
    (tmp_path / "new").mkdir()
    with pytest.raises(DatabaseError, match="strange name"):
        restore(make_settings(tmp_path / "new"), strange)
    assert not (tmp_path / "outside").exists()
