"""Charts as PNG for mails, drawn here without a browser or network: bars that lie, in the font of the pages.

Shaping Persian needs Pillow's layout engine raqm, which needs the library fribidi of the system; without it there are
no pictures, and the mail has its tables alone.
"""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backoffice.i18n import text_direction

if TYPE_CHECKING:
    from PIL import ImageDraw, ImageFont

_FONT = Path(__file__).parents[1] / "static" / "vendor" / "vazirmatn.woff2"
# Twice as many as a mail shows, for sharp screens.
_WIDE, _ROW, _EDGE, _SIZE, _GAP = 1200, 64, 24, 28, 16
_BAR, _INK, _PAPER = "#0f5f6e", "#18282d", "#ffffff"
_WEIGHT = 400


def of(parts: list[dict[str, Any]], language: str) -> dict[str, bytes]:
    """Give the name of each part that has bars -> PNG; {} where Persian cannot be shaped."""
    # Only the worker draws.
    from PIL import features  # noqa: PLC0415

    if not features.check("raqm") or not _FONT.exists():
        return {}
    return {part["name"]: bars(part["bars"], language) for part in parts if part["bars"]}


def bars(shown: Mapping[str, Any], language: str) -> bytes:
    """Draw bars, the first on top; ``shown``: ``labels``, ``numbers`` (None for what is hidden) and ``texts``."""
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415

    font = ImageFont.truetype(io.BytesIO(_FONT.read_bytes()), _SIZE, layout_engine=ImageFont.Layout.RAQM)
    font.set_variation_by_axes([_WEIGHT])
    picture = Image.new("RGB", (_WIDE, _ROW * len(shown["labels"]) + 2 * _EDGE), _PAPER)
    _Bars(ImageDraw.Draw(picture), font, language).draw(shown)
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()


class _Bars:
    """The pen, and where things go in a language."""

    def __init__(self, pen: "ImageDraw.ImageDraw", font: "ImageFont.FreeTypeFont", language: str) -> None:
        self.pen, self.font, self.language = pen, font, language
        self.direction = text_direction(language)

    def draw(self, shown: Mapping[str, Any]) -> None:
        widest = max(map(self._width, shown["labels"]))
        start = _EDGE + widest + _GAP
        room = _WIDE - _EDGE - start - _GAP - max(map(self._width, shown["texts"]))
        most = max((number or 0 for number in shown["numbers"]), default=0) or 1
        for place, (label, number, text) in enumerate(
            zip(shown["labels"], shown["numbers"], shown["texts"], strict=True)
        ):
            middle = _EDGE + _ROW * place + _ROW // 2
            end = start + round(room * (number or 0) / most)
            self._write(start - _GAP, middle, label, "e")
            self._fill(start, end, middle)
            self._write(end + _GAP, middle, text, "s")

    def _width(self, text: str) -> int:
        return round(self.font.getlength(text, direction=self.direction, language=self.language))

    def _across(self, across: int) -> int:
        """Give the place in the picture of a place counted from where lines begin."""
        return _WIDE - across if self.direction == "rtl" else across

    def _fill(self, start: int, end: int, middle: int) -> None:
        sides = sorted((self._across(start), self._across(end)))
        self.pen.rectangle((sides[0], middle - _ROW // 3, sides[1], middle + _ROW // 3), fill=_BAR)

    def _write(self, across: int, middle: int, text: str, edge: str) -> None:
        """Write a text whose ``edge``, its start (s) or end (e), is at a place."""
        left = (edge == "s") is (self.direction == "ltr")
        self.pen.text(
            (self._across(across), middle), text, fill=_INK, font=self.font, anchor="lm" if left else "rm",
            direction=self.direction, language=self.language,
        )  # fmt: skip
