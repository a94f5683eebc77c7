"""The life of a case and what can be decided about each kind. Source: mission S29, S32; reconciliation.md."""

from backoffice.i18n import N_
from backoffice.rules import situations as s
from backoffice.rules.errors import RefusedError

NEW, TRIAGE, NEEDS_INFO, WAITING_HR, WAITING_PERSON = "new", "triage", "needs_info", "waiting_hr", "waiting_person"
RESOLVED, REFUSED, AUTO_CLOSED = "resolved", "refused", "auto_closed"
WAITING = (NEEDS_INFO, WAITING_HR, WAITING_PERSON)
OPEN = (NEW, TRIAGE, *WAITING)
CLOSED = (RESOLVED, REFUSED, AUTO_CLOSED)
STATES = (*OPEN, *CLOSED)

# State -> states it may become.
MAY_BECOME: dict[str, tuple[str, ...]] = {
    NEW: (TRIAGE, *WAITING, *CLOSED),
    TRIAGE: (NEW, *WAITING, *CLOSED),
    NEEDS_INFO: (TRIAGE, WAITING_HR, WAITING_PERSON, *CLOSED),
    # Where HR did its part and something else is left, the case is new for the office.
    WAITING_HR: (NEW, TRIAGE, NEEDS_INFO, WAITING_PERSON, *CLOSED),
    # An answer of the person, which is another attempt, makes the case new.
    WAITING_PERSON: (NEW, TRIAGE, NEEDS_INFO, WAITING_HR, *CLOSED),
    RESOLVED: (NEW,),
    REFUSED: (NEW,),
    AUTO_CLOSED: (NEW,),
}
WRONG_STATE = N_("That cannot be done in the state the case is in.")

# What runs open and close; orphans too, which do not count for the gate "too many new cases".
KINDS = s.CASES | {s.ORPHAN}
# What registrations open: data that do not fit, and codes that do not arrive.
MISMATCH, OTP_TROUBLE = "MISMATCH", "OTP_TROUBLE"
OF_REGISTRATIONS = frozenset({MISMATCH, OTP_TROUBLE})

SAME, DIFFERENT, MAIN, LEAVE = "same", "different", "main", "leave"
BELONGS, APPROVE, FORGET, KEEP = "belongs", "approve", "forget", "keep"
RECREATE, MERGE = "recreate", "merge"
_OFFERED: dict[str, tuple[str, ...]] = {
    s.NAME_CONFLICT: (SAME, DIFFERENT),
    s.REVIEW: (SAME, DIFFERENT),
    s.AMBIGUOUS: (SAME, DIFFERENT),
    s.TWO_ACCOUNTS: (MAIN, LEAVE),
    s.ORPHAN: (BELONGS, LEAVE),
    s.ID_CHANGED: (APPROVE, MERGE, DIFFERENT),
    s.TARGET_GONE: (RECREATE, FORGET),
    s.COLLISION: (KEEP,),
    s.ROW_CONFLICT: (),
}
# What needs a chosen account, and what needs a national code.
CHOOSES_ENTRY = frozenset({SAME, MAIN})
# What reaches beyond our register or cannot be taken back: only after a fresh login.
WEIGHTY = frozenset({RECREATE, MERGE})

REASONS = ("documents", "hr_said", "person_said", "spelling", "service", "other")
OTHER = "other"
# Reasons nobody chooses: the sides were compared in a group, or what waited of a rule was accepted whole.
IN_GROUP, BY_RULE = "in_group", "by_rule"
# What is asked in groups, the rule that waits longest for trust first; one person with two codes is never accepted.
REVIEW_TIERS = (s.T2, s.T1B, s.T4B, s.T5)
ACCEPTED_TIERS = (s.T2, s.T1B, s.T4B)


def check_step(before: str, after: str) -> None:
    """Raise RefusedError where a case may not go from one state to the other."""
    if after not in MAY_BECOME.get(before, ()):
        raise RefusedError(WRONG_STATE)


def sources_of(after: str) -> tuple[str, ...]:
    """Give the states from which a case may become this one."""
    return tuple(before for before, steps in MAY_BECOME.items() if after in steps)


def offered(
    kind: str, tier: str | None, *, has_person: bool, may_recreate: bool = False, is_twice: bool = False
) -> tuple[str, ...]:
    """Give the verdicts for a kind of case. ``has_person``: HR or our register knows whom it is about.

    One person with two codes (T5) is mended by HR, not here; without a person nothing can be linked. ``may_recreate``:
    HR has the person as active and there is no other account. ``is_twice``: another person of the register has the
    new code, so that approving it means making the two one.
    """
    linking = {SAME} if tier == s.T5 else set() if has_person else {SAME, MAIN, DIFFERENT, APPROVE}
    without = {APPROVE} if is_twice else {MERGE}
    if not may_recreate:
        without.add(RECREATE)
    return tuple(word for word in _OFFERED.get(kind, ()) if word not in linking | without)
