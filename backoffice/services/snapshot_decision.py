"""What can be decided about an HR file, and by whom. Source: reconciliation.md "Gates on the file"."""

from enum import StrEnum

from backoffice.models import Snapshot
from backoffice.models.hr import HELD
from backoffice.services.snapshot_accept import is_overtaken, needs_second
from backoffice.services.snapshot_gates import COMPARISONS
from backoffice.services.snapshot_store import newest_accepted


class Decision(StrEnum):
    """What a file waits for."""

    NONE = "none"  # accepted long since
    REPAIR = "repair"  # a fault of the file itself is never waived
    OVERTAKEN = "overtaken"  # another file was accepted since
    OPEN = "open"  # one person may accept
    FIRST_OF_TWO = "first_of_two"  # many rows are gone: this person may be the first of two
    WAITS_FOR_OTHER = "waits_for_other"  # this person was the first, or brought the file
    SECOND_OF_TWO = "second_of_two"  # this person may be the second


def decision_on(snapshot: Snapshot, username: str) -> Decision:
    """Say what a desk user can decide about a file; whether the role allows it is not asked here."""
    newest = newest_accepted(snapshot.source)
    if snapshot.status != HELD:
        return Decision.NONE
    if not is_waivable(snapshot):
        return Decision.REPAIR
    if is_overtaken(snapshot, newest):
        return Decision.OVERTAKEN
    if not needs_second(snapshot, newest):
        return Decision.OPEN
    if snapshot.accepted_by is None:
        return Decision.FIRST_OF_TWO
    same = username in (snapshot.accepted_by, snapshot.created_by)
    return Decision.WAITS_FOR_OTHER if same else Decision.SECOND_OF_TWO


def is_open(snapshot: Snapshot, newest: Snapshot | None) -> bool:
    """Say whether a held file waits for a person's decision."""
    return snapshot.status == HELD and is_waivable(snapshot) and not is_overtaken(snapshot, newest)


def is_waivable(snapshot: Snapshot) -> bool:
    """Say whether only comparisons with the last accepted file hold a file."""
    return snapshot.purged_at is None and all(gate["gate"] in COMPARISONS for gate in snapshot.gates)
