"""The Persian of our own sentences keeps to the words of the glossary."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SENTENCES = [
    *(ROOT / "backoffice" / "translations" / "fa").glob("*.po"),
    *(ROOT / "templates" / "message").glob("*.fa.txt"),
]
# Word that is not used -> the one that is.
NOT_OURS = {
    "پرونده": "مورد بررسی", "گذرواژه": "رمز عبور", "رایانامه": "ایمیل", "یتیم": "", "بی‌صاحب": "", "ۀ": "ه", "هٔ": "ه",
}  # fmt: skip


@pytest.mark.parametrize("word", NOT_OURS)
def test_a_word_that_is_not_ours_stands_nowhere(word: str) -> None:
    assert SENTENCES
    found = [file.name for file in SENTENCES if re.search(word, file.read_text("utf-8"))]
    assert found == [], f"say {NOT_OURS[word]}"
