"""What HR can answer to a line of the file, and the words for it in both languages."""

from collections.abc import Mapping

from backoffice.i18n import LANGUAGES, N_, _, force_locale
from backoffice.rules import case_states as c
from backoffice.rules import situations as s
from backoffice.rules.leavers import HERE, LATER, LEFT
from backoffice.rules.overrides import FIELDS
from backoffice.rules.text import fold_word

HR_RIGHT, DIRECTORY_RIGHT = "hr_right", "directory_right"
WORDS: Mapping[str, str] = {
    HR_RIGHT: N_("HR's value is right"), DIRECTORY_RIGHT: N_("The directory's value is right"),
    LEFT: N_("Has left"), HERE: N_("Is still here"), LATER: N_("Cannot be said yet"),
    c.SAME: N_("It is the same person"), c.DIFFERENT: N_("It is somebody else"),
    c.APPROVE: N_("The new national code is right"),
}  # fmt: skip
_OF_SITUATION: Mapping[str, tuple[str, ...]] = {
    s.MISSING: (LEFT, HERE, LATER), s.NAME_CONFLICT: (c.SAME, c.DIFFERENT), s.REVIEW: (c.SAME, c.DIFFERENT),
    s.ID_CHANGED: (c.APPROVE, c.DIFFERENT),
}  # fmt: skip


def answers_for(key: str) -> tuple[str, ...]:
    """Give the answers to a line by its key, see ``run_export``; () where HR can only mend its file."""
    _run, _row, situation, field = key.split("/")
    if field:
        return (HR_RIGHT, DIRECTORY_RIGHT) if field in FIELDS else ()
    return _OF_SITUATION.get(situation, ())


def word(code: str) -> str:
    """Give an answer in the language of the moment."""
    return str(_(WORDS[code]))


def code_of(text: str) -> str:
    """Give the answer that words in either language mean, "" for none that is known."""
    wanted = fold_word(text)
    for language in LANGUAGES:
        with force_locale(language):
            if found := next((code for code in WORDS if fold_word(word(code)) == wanted), ""):
                return found
    return ""
