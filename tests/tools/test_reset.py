"""``make reset``."""

from pathlib import Path

import pytest

from backoffice.demo.instance import LOCK, MARK, locked
from tools import reset


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    for name in (MARK, LOCK, "README.md", "backoffice.sqlite"):
        (tmp_path / name).write_text("")
    (tmp_path / "slapd").mkdir()
    return tmp_path


def test_everything_but_the_readme_goes(demo: Path) -> None:
    assert reset.main(demo) == 0
    assert [path.name for path in demo.iterdir()] == ["README.md"]


def test_a_running_demo_is_left_alone(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with locked(demo):
        assert reset.main(demo) == 1
    assert "is running" in capsys.readouterr().err
    assert (demo / "backoffice.sqlite").exists()


def test_a_folder_that_is_no_demo_is_left_alone(demo: Path) -> None:
    (demo / MARK).unlink()
    assert reset.main(demo) == 1
    assert (demo / "backoffice.sqlite").exists()


def test_an_empty_folder_is_fine(tmp_path: Path) -> None:
    assert reset.main(tmp_path) == 0
    assert reset.main(tmp_path / "none") == 0
