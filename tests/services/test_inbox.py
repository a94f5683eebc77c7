"""The watched folder: what is looked at, what becomes of it, and that nobody can trick it."""

import datetime as dt
import json
import os
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.extensions import db
from backoffice.models import Snapshot
from backoffice.rules.errors import RefusedError
from backoffice.services import inbox, snapshot_files
from backoffice.services.inbox import InboxResult
from tests.reconcile.exports import HEADER, Grid, as_csv, as_xlsx, people
from tests.services.hr_imports import ago, changed, settings

ACTOR = "job:import"
TWO_SOURCES = {"hr": {"source": [{"name": "staff"}, {"name": "faculty"}]}}


def _scan(memory: Mapping[str, Sequence[int]] | None = None) -> InboxResult:
    return inbox.scan(settings(), actor=ACTOR, memory=memory or {})


def _twice() -> dict[str, int]:
    """Look twice, with the memory as the database gives it back."""
    return _scan(json.loads(json.dumps(_scan().memory))).counts


def _put(content: Grid | bytes, name: str = "export.csv", folder: str = "hr") -> Path:
    path = settings().inbox / folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_csv(content).encode() if isinstance(content, list) else content)
    return path


def _names(folder: str = "hr") -> list[str]:
    base = settings().inbox / folder
    return sorted(str(path.relative_to(base)) for path in base.rglob("*") if not path.is_dir())


def _count() -> int:
    return db.session.scalar(sa.select(sa.func.count(Snapshot.id))) or 0


@pytest.mark.parametrize("overrides", [TWO_SOURCES])
def test_the_folders_of_the_sources_are_made(app: Flask) -> None:
    assert _scan() == InboxResult({}, {})
    assert sorted(path.name for path in settings().inbox.iterdir()) == ["faculty", "staff"]


def test_a_file_is_taken_at_the_second_look_that_finds_it_unchanged(app: Flask) -> None:
    path = _put(people(8))
    first = _scan()
    assert (first.counts, len(first.memory), _count()) == ({"waiting": 1}, 1, 0)
    second = _scan(first.memory)
    assert (second.counts, second.memory, _count()) == ({"accepted": 1}, {}, 1)
    assert (path.exists(), _names()) == (False, ["done/export.csv", "done/export.csv.report.txt"])


def test_a_file_that_still_grows_waits(app: Flask) -> None:
    path = _put(people(8))
    first = _scan()
    with path.open("a") as stream:
        stream.write("\n")
    second = _scan(first.memory)
    assert second.counts == {"waiting": 1}
    assert _scan(second.memory).counts == {"accepted": 1}


def test_a_file_replaced_by_one_of_the_same_size_waits(app: Flask) -> None:
    path = _put(people(8))
    first = _scan()
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))
    assert _scan(first.memory).counts == {"waiting": 1}


@pytest.mark.parametrize("name", ["a.csv.part", "a.TMP", ".a.csv", "~$a.xlsx", "a.csv~", "a.crdownload", "a.filepart"])
def test_hidden_and_unfinished_files_are_left_alone(app: Flask, name: str) -> None:
    _put(people(8), name)
    assert (_twice(), _names()) == ({}, [name])


def test_the_same_file_again_is_moved_to_done(app: Flask) -> None:
    _put(people(8))
    _twice()
    _put(people(8), "again.csv")
    assert _twice() == {"unchanged": 1}
    assert "done/again.csv" in _names()


def test_a_held_file_is_moved_to_refused_with_its_gates(app: Flask) -> None:
    _put(people(60))
    _twice()
    _put(people(40), "cut.csv")
    assert _twice() == {"held": 1}
    text = (settings().inbox / "hr/refused/cut.csv.report.txt").read_text(encoding="utf-8")
    assert "متوقف شد: فایل شماره 2 از منبع «hr»" in text
    assert "فایل ۴۰ سطر دارد، ۲۰ سطر کمتر از ۶۰ سطر نسخه پذیرفته‌شده" in text
    assert "- 40 rows, 20 fewer than the 60 of the accepted file (allowed: 5)" in text


def test_what_cannot_be_read_is_refused_and_does_not_stop_the_others(app: Flask) -> None:
    _put(b"%PDF-1.7", "a.csv")
    _put(as_xlsx(people(8))[:900], "b.xlsx")
    _put(b"", "c.csv")
    _put(people(8), "d.csv")
    assert _twice() == {"held": 3, "accepted": 1}
    assert "done/d.csv" in _names()


def test_a_report_names_rows_set_aside_in_both_languages(app: Flask) -> None:
    grid = [[*row, "x" if i else "توضیح"] for i, row in enumerate(changed(400, "birth_date", "1403/13/01", 2))]
    _put(grid)
    _twice()
    text = (settings().inbox / "hr/done/export.csv.report.txt").read_text(encoding="utf-8")
    assert "۴۰۰ سطر؛ ۳۹۸ سطر درست، ۲ سطر کنارگذاشته‌شده" in text
    assert "- سطر ۲: «تاریخ تولد»: «1403/13/01» در تقویم شمسی تاریخ درستی نیست" in text
    assert "- line 2: Birth date «1403/13/01» is no real date of the Jalali calendar" in text
    assert "- ستون‌های ناشناخته که خوانده نشد: توضیح" in text


def test_a_gate_on_rows_set_aside_is_persian_to_its_end(app: Flask) -> None:
    _put(changed(60, "status", "", 10))
    _twice()
    text = (settings().inbox / "hr/refused/export.csv.report.txt").read_text(encoding="utf-8")
    assert "۱۰ سطر از ۶۰ سطر کنار گذاشته شد (سقف مجاز: ۳)؛ بیشتر از همه: «وضعیت» خالی است (سطر ۲)" in text


def test_moved_files_and_reports_are_ours_alone(app: Flask) -> None:
    _put(people(8)).chmod(0o644)
    _twice()
    modes = {stat.S_IMODE((settings().inbox / "hr" / name).stat().st_mode) for name in _names()}
    assert modes == {0o600}


def test_a_name_that_is_taken_gets_the_time_before_it(app: Flask) -> None:
    for rows in (8, 9, 10):
        _put(people(rows))
        assert _twice() == {"accepted": 1}
    moved = [name for name in _names() if not name.endswith(".report.txt")]
    assert len(moved) == 3
    assert "done/export.csv" in moved
    assert all(name.endswith("export.csv") for name in moved)


def test_the_older_of_two_exports_is_taken_first(app: Flask) -> None:
    _put(people(61), "a-new.csv")
    old = _put(people(60), "b-old.csv")
    os.utime(old, (ago(days=1).timestamp(),) * 2)
    assert _twice() == {"accepted": 2}
    assert [snapshot.file_name for snapshot in db.session.scalars(sa.select(Snapshot).order_by(Snapshot.id))] == [
        "b-old.csv", "a-new.csv",
    ]  # fmt: skip


def test_the_time_of_the_file_is_what_it_is_of(app: Flask) -> None:
    path = _put(people(60))
    moment = ago(days=3).replace(microsecond=0)
    os.utime(path, (moment.timestamp(),) * 2)
    _twice()
    assert db.session.scalars(sa.select(Snapshot.as_of)).one() == moment


def test_links_and_folders_are_not_followed(app: Flask, tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text(as_csv(people(8)))
    folder = settings().inbox / "hr"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "a.csv").write_text(as_csv(people(8)))
    (folder / "link.csv").symlink_to(outside)
    (folder / "nowhere.csv").symlink_to("/nowhere")
    os.mkfifo(folder / "pipe.csv")
    assert (_twice(), _count(), outside.exists()) == ({}, 0, True)


def test_a_folder_of_a_source_that_is_a_link_is_not_followed(app: Flask, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "a.csv").write_text(as_csv(people(8)))
    settings().inbox.mkdir(parents=True)
    (settings().inbox / "hr").symlink_to(elsewhere)
    assert (_twice(), (elsewhere / "a.csv").exists()) == ({}, True)


def test_nothing_is_moved_through_a_link(app: Flask, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    path = _put(people(8))
    (path.parent / "done").symlink_to(elsewhere)
    memory = _scan().memory
    stuck = _scan(memory)
    assert (stuck.counts, path.exists(), list(elsewhere.iterdir())) == ({"stuck": 1}, True, [])
    assert (_scan(stuck.memory).counts, _count()) == ({"stuck": 1}, 1)


def test_a_stuck_file_that_changes_is_looked_at_again(app: Flask, tmp_path: Path) -> None:
    path = _put(people(8))
    (path.parent / "done").symlink_to(tmp_path)
    stuck = _scan(_scan().memory)
    (path.parent / "done").unlink()
    _put(people(9))
    again = _scan(stuck.memory)
    assert (again.counts, _scan(again.memory).counts) == ({"waiting": 1}, {"accepted": 1})


@pytest.mark.parametrize(
    "name",
    [
        "خروجی کارگزینی.csv",
        "a\nb\x1b[31m.csv",
        "-rf.csv",
        "\u202egnp.csv",
        "$(reboot);`id`.csv",
        "x" * 250 + ".csv",
        "ک" * 120 + ".csv",
        b"\xff\xfe.csv".decode("utf-8", "surrogateescape"),
    ],
)
def test_a_hostile_name_does_no_harm(app: Flask, name: str) -> None:
    _put(people(8), name)
    assert _twice() == {"accepted": 1}
    moved, report = sorted(_names(), key=len)
    assert report == f"{moved}.report.txt"
    assert all(sign.isprintable() for sign in moved)
    assert moved.endswith(".csv")


def test_a_file_in_the_root_belongs_to_the_only_source(app: Flask) -> None:
    _put(people(8), folder=".")
    assert _twice() == {"accepted": 1}
    assert "done/export.csv" in _names(".")


@pytest.mark.parametrize("overrides", [TWO_SOURCES])
def test_a_file_in_the_root_is_refused_where_there_are_several_sources(app: Flask) -> None:
    _put(people(8), folder=".")
    assert (_twice(), _count()) == ({"refused": 1}, 0)
    text = (settings().inbox / "refused/export.csv.report.txt").read_text(encoding="utf-8")
    assert "فایل را در پوشه منبع خودش بگذارید: staff, faculty" in text
    assert "put the file into the folder of its source: staff, faculty" in text


@pytest.mark.parametrize("overrides", [TWO_SOURCES])
def test_the_folder_says_the_source(app: Flask) -> None:
    _put(people(8), folder="faculty")
    _put(people(9), folder="staff")
    assert _twice() == {"accepted": 2}
    assert set(db.session.scalars(sa.select(Snapshot.source))) == {"faculty", "staff"}


def test_a_file_that_vanishes_is_skipped(app: Flask) -> None:
    path = _put(people(8))
    memory = _scan().memory
    path.unlink()
    assert _scan(memory) == InboxResult({}, {})


def test_no_private_copy_stays_behind(app: Flask) -> None:
    _put(people(8))
    _put(b"%PDF", "b.csv")
    _twice()
    assert [path.suffix for path in snapshot_files.folder(settings()).iterdir()] == [".parquet"]


def test_a_file_of_many_gigabytes_is_refused_without_being_copied(app: Flask) -> None:
    with _put(b"").open("r+b") as stream:
        stream.truncate(400 * 1024**3)
    assert _twice() == {"held": 1}
    text = (settings().inbox / "hr/refused/export.csv.report.txt").read_text(encoding="utf-8")
    assert "the file has 409,600 MB; at most 300 MB are read" in text


def test_a_full_disk_is_tried_again(app: Flask) -> None:
    path = _put(people(8))
    memory = _scan().memory
    snapshot_files.folder(settings()).write_text("in the way")
    failed = _scan(memory)
    assert (failed.counts, path.exists()) == ({"failed": 1}, True)
    snapshot_files.folder(settings()).unlink()
    assert _scan(failed.memory).counts == {"accepted": 1}


def test_a_folder_that_is_no_folder_is_told(app: Flask) -> None:
    settings().inbox.write_text("in the way")
    with pytest.raises(RefusedError, match="The watched folder"):
        _scan()


def test_a_column_that_is_gone_is_named_as_people_call_it(app: Flask) -> None:
    _put(people(30))
    _twice()
    _put([row[:5] for row in people(30)], "less.csv")
    _twice()
    text = (settings().inbox / "hr/refused/less.csv.report.txt").read_text(encoding="utf-8")
    assert "نسخه پذیرفته‌شده این ستون‌ها را داشت و این فایل ندارد: واحد سازمانی، تاریخ تولد" in text
    assert HEADER[5] not in text


def test_what_was_moved_is_deleted_after_ninety_days(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    _put(people(8))
    _twice()
    waiting = _put(people(9), "new.csv")
    assert inbox.purge_expired(settings()) == 0
    later = ago(days=-91)
    monkeypatch.setattr("backoffice.clock.now", lambda: later)
    assert (inbox.purge_expired(settings()), _names(), waiting.exists()) == (2, ["new.csv"], True)
    assert isinstance(later, dt.datetime)
