"""Heavy work runs in threads, or on a cluster where one is configured; without the library that is said."""

import sys
from pathlib import Path
from threading import current_thread

import pytest
from flask import Flask

from backoffice import engine
from backoffice.rules.errors import RefusedError
from backoffice.services import engine_words, mail_move_work
from tests.conftest import make_settings


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"policy": {"mode": "act"}, "dask_scheduler": "tcp://127.0.0.1:1"}


def test_without_a_cluster_threads_of_that_name_do_it() -> None:
    made = engine.run(3, here=lambda: current_thread().name[:4], there=lambda: "", scheduler="", name="move")
    assert made == ["move"] * 3


def test_a_missing_library_is_said_by_the_job_and_the_check(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(RefusedError, match="is not installed here"):
        mail_move_work.work_off(app)
    settings = make_settings(tmp_path, dask_scheduler="tcp://127.0.0.1:1")
    found = [fault.message for fault in engine_words.engine_faults(settings)]
    assert found == [engine_words.NEEDS_SERVER, engine_words.NOT_INSTALLED]
    assert list(engine_words.engine_faults(make_settings(tmp_path))) == []
