"""The front-end files."""

from pathlib import Path

import pytest

from tools import front_end


def test_files_of_another_lock_or_a_missing_one_are_fetched_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(front_end, "VENDOR", tmp_path)
    monkeypatch.setattr(front_end, "STAMP", tmp_path / "lock.sha256")
    assert not front_end.is_current()
    for name in front_end.FILES.values():
        (tmp_path / name).write_text("")
    (tmp_path / "lock.sha256").write_text(front_end.fingerprint())
    assert front_end.is_current()
    (tmp_path / "vazirmatn.woff2").unlink()
    assert not front_end.is_current()
