"""Exceptions in words: kinds, what stands, why one ended."""

from backoffice.i18n import N_, _
from backoffice.models import Override
from backoffice.rules import overrides as rules
from backoffice.services import correction_lines, overrides, row_choices
from backoffice.views.labels import Label, field_title

KINDS: dict[str, Label] = {
    rules.ENTITLED: Label(
        N_("Works here, whatever HR says"),
        N_("The account stays, or is given back if we disabled it; nobody is warned or asked about."),
    ),
    rules.NOT_ENTITLED: Label(
        N_("Does not work here any more, whatever HR says"),
        N_("The person is warned; three days after the warning the account is disabled, within the usual limits."),
    ),
    rules.ATTRIBUTE: Label(
        N_("One field is wrong at HR"), N_("The directory gets the right value instead of HR's, or keeps it.")
    ),
    rules.PRIMARY_ROW: Label(
        N_("One of HR's rows is the right one"),
        N_("HR has rows of this person that contradict each other; the one chosen counts until they change."),
    ),
    rules.IDENTITY: Label(N_("The person is who they say they are"), N_("Accepted when a registration was decided.")),
}
ENDS = {
    overrides.ENDED_BY_HR: ("success", N_("HR says the same now")),
    row_choices.ROWS_CHANGED: ("success", N_("HR's rows are other ones now")),
    overrides.TAKEN_BACK: ("neutral", N_("Taken back")),
    overrides.RAN_OUT: ("warning", N_("Its time is over")),
}
_VALUE = N_("%(field)s: %(value)s")
_RIGHT_ROW = N_("Right row: %(row)s")


def kind_title(kind: str) -> str:
    """Give the words for a kind of exception."""
    return _(KINDS[kind].title) if kind in KINDS else kind


def kind_meaning(kind: str) -> str:
    """Say what a kind of exception does."""
    return _(KINDS[kind].meaning) if kind in KINDS else ""


def what_stands(row: Override) -> str:
    """Say what an exception is about, with the right value where it is about a field."""
    right = right_value(row) if row.kind == rules.PRIMARY_ROW else ""
    return _(_RIGHT_ROW, row=right) if right else stands(row.kind, row.field, row.value)


def right_value(row: Override) -> str:
    """Give the value that is right, "" for none; of rows of HR the one that is right, as long as HR has it."""
    if row.kind != rules.PRIMARY_ROW:
        return row.value
    right = row_choices.right_row(row)
    return correction_lines.row_in_words(right) if right else ""


def stands(kind: str, field: str, value: str) -> str:
    """Say the same of an exception as a finding keeps it."""
    return _(_VALUE, field=field_title(field), value=value) if field else kind_title(kind)


def end_pill(row: Override) -> tuple[str, str]:
    """Give level and words for why an exception ended."""
    level, text = ENDS.get(overrides.end_of(row).partition(":")[0], ("neutral", N_("Ended")))
    return level, _(text)


def end_reason(row: Override) -> str:
    """Give the reason somebody gave for ending it, "" for none."""
    return overrides.end_of(row).partition(": ")[2]
