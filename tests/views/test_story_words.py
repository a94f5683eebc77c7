"""Messages of a story in words."""

from pathlib import Path

from backoffice.views.story_words import TEMPLATES

FILES = Path(__file__).parents[2] / "templates" / "message"


def test_every_message_that_we_send_has_a_title() -> None:
    assert {file.name.partition(".")[0] for file in FILES.glob("*.txt")} == set(TEMPLATES)
