"""A clock that tests can set."""

from pathlib import Path

import pytest

from backoffice import clock


class SetClock:
    """Moves ``clock.now()``; ``+3600`` is an hour ahead of the real time."""

    def __init__(self, file: Path) -> None:
        self.file = file
        clock.use_offset_file(file)

    def move(self, seconds: float) -> None:
        self.file.write_text(str(seconds), encoding="ascii")


@pytest.fixture
def set_clock(app: object, tmp_path: Path) -> SetClock:
    return SetClock(tmp_path / "clock")
