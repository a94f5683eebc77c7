"""Uploaded files wait an hour, for their uploader alone."""

import datetime as dt
import io
import os
import stat
from pathlib import Path

import pytest

from backoffice import clock
from backoffice.rules.errors import RefusedError
from backoffice.services import uploads
from backoffice.services.sessions import Actor
from backoffice.services.uploads import Upload
from backoffice.settings import Settings
from tests.conftest import make_settings

SARA, REZA = Actor(1, "sara", "it_operator"), Actor(2, "reza", "it_operator")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path)


def keep(settings: Settings, name: str = "روز ۱.csv", data: bytes = b"a,b\n", actor: Actor = SARA) -> Upload:
    return uploads.keep(
        io.BytesIO(data), file_name=name, source="hr", as_of=dt.date(2026, 3, 1), actor=actor, settings=settings
    )


def later(settings: Settings, seconds: float) -> None:
    offset = settings.instance / "offset"
    offset.write_text(str(seconds))
    clock.use_offset_file(offset)


@pytest.fixture(autouse=True)
def _real_time() -> object:
    yield
    clock.use_offset_file(None)


def test_an_upload_is_found_again_with_all_that_was_said_of_it(settings: Settings) -> None:
    kept = keep(settings)
    uploads.choose_columns(kept, {"کد": "national_code", "x": ""})
    found = uploads.find(kept.token, actor=SARA, settings=settings)
    assert found is not None
    assert found.path.read_bytes() == b"a,b\n"
    assert (found.source, found.file_name, found.as_of) == ("hr", "روز ۱.csv", dt.date(2026, 3, 1))
    assert found.mapping == {"کد": "national_code", "x": ""}


def test_it_is_nobody_elses_and_a_guess_finds_nothing(settings: Settings) -> None:
    kept = keep(settings)
    assert uploads.find(kept.token, actor=REZA, settings=settings) is None
    assert uploads.find("../uploads/x", actor=SARA, settings=settings) is None
    assert kept.token not in str(list((settings.instance / "uploads").iterdir()))


def test_only_we_can_read_the_bytes(settings: Settings) -> None:
    kept = keep(settings)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in kept.path.parent.iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE(kept.path.parent.stat().st_mode) == 0o700


def test_after_an_hour_it_is_gone_and_purged(settings: Settings) -> None:
    kept = keep(settings)
    later(settings, 3599)
    assert uploads.find(kept.token, actor=SARA, settings=settings)
    assert uploads.purge_expired(settings) == 0
    later(settings, 3601)
    assert uploads.find(kept.token, actor=SARA, settings=settings) is None
    assert uploads.purge_expired(settings) == 1
    assert list(kept.path.parent.iterdir()) == []


def test_a_person_keeps_five_at_most_the_oldest_gives_way(settings: Settings) -> None:
    first, other = keep(settings), keep(settings, actor=REZA)
    for _number in range(5):
        keep(settings)
    assert uploads.find(first.token, actor=SARA, settings=settings) is None
    assert uploads.find(other.token, actor=REZA, settings=settings) is not None
    assert len(list(first.path.parent.glob("*.file"))) == 6


def test_a_discarded_upload_leaves_nothing(settings: Settings) -> None:
    kept = keep(settings)
    uploads.discard(kept)
    assert uploads.find(kept.token, actor=SARA, settings=settings) is None
    assert list(kept.path.parent.iterdir()) == []


def test_an_empty_file_is_refused(settings: Settings) -> None:
    with pytest.raises(RefusedError, match="empty"):
        keep(settings, data=b"")
    assert list((settings.instance / "uploads").iterdir()) == []


def test_a_disk_that_refuses_is_a_sentence(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "open", full)
    with pytest.raises(RefusedError, match="disk"):
        keep(settings)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\پرسنل.xlsx", "پرسنل.xlsx"),
        ("a\r\nSet-Cookie: b.csv", "aSet-Cookie: b.csv"),
        ("گزارش\u202exslx.csv", "گزارشxslx.csv"),
        ("می‌رود.csv", "می‌رود.csv"),
        ("\x00", "file"),
        ("", "file"),
        ("..", "file"),
        ("n" * 300 + ".xlsx", "n" * 114 + "….xlsx"),
        ("<img src=x>.csv", "<img src=x>.csv"),
    ],
)
def test_hostile_file_names_become_plain(given: str, shown: str) -> None:
    assert uploads.shown_name(given) == shown
