"""A population of registrations for tests of figures, and the same figures counted one person at a time."""

import datetime as dt
from dataclasses import dataclass, field
from random import Random

from backoffice.extensions import writing
from backoffice.models import Account, HrRow, MailMove, PermanentRequest, Person, Registration
from backoffice.rules.jalali_months import month_of, start_of
from backoffice.rules.spans import rounded
from tests.factories import make_snapshot
from tests.reconcile.worlds import code

TEHRAN = "Asia/Tehran"
UNITS, EMPLOYMENTS, PERSONS = ("امور مالی", "آموزش"), ("رسمی", "پیمانی"), ("هیئت علمی", "کارمند")
STEPS = ("identity", "mobile", "temporary", "requested", "approved", "permanent", "moved")
# The longest a step takes, and the share of people who take it.
_SECONDS = (300, 600, 900, 86400, 8 * 3600, 8 * 3600, 5 * 86400)
_SHARE = (0.9, 0.95, 0.98, 0.9, 0.9, 0.95, 0.7)


@dataclass
class Someone:
    """One attempt: when it began, its group, and when each step was passed."""

    number: int
    began: dt.datetime
    groups: dict[str, str]
    passed: dict[str, dt.datetime] = field(default_factory=dict)


def population(first: int, months: int, people: int, seed: int = 1) -> list[Someone]:
    """So many people a month and unit, from month ``first`` on."""
    dice = Random(seed)  # noqa: S311
    found: list[Someone] = []
    for month in range(first, first + months):
        start = start_of(month, TEHRAN)
        for place in range(people * len(UNITS)):
            began = start + dt.timedelta(seconds=dice.randrange(29 * 86400))
            groups = {"unit": UNITS[place % 2], "employment_type": dice.choice(EMPLOYMENTS)}
            groups["person_type"] = dice.choice(PERSONS)
            someone = Someone(len(found) + 1, began, groups)
            _walk(someone, dice)
            found.append(someone)
    return found


def _walk(someone: Someone, dice: Random) -> None:
    moment = someone.began
    for step, seconds, share in zip(STEPS, _SECONDS, _SHARE, strict=True):
        if dice.random() > share:
            return
        moment += dt.timedelta(seconds=dice.randrange(seconds), microseconds=dice.randrange(1_000_000))
        someone.passed[step] = moment


def settle(people: list[Someone]) -> None:
    """Put them into the database."""
    snapshot = make_snapshot()
    with writing() as session:
        rows = [row for someone in people for row in _rows(someone, snapshot)]
        for model in (Person, HrRow, Account, Registration, PermanentRequest, MailMove):
            session.add_all(row for row in rows if isinstance(row, model))
            session.flush()


def _rows(someone: Someone, snapshot: int) -> list[object]:
    number, passed = someone.number, someone.passed
    rows: list[object] = [
        HrRow(
            snapshot_id=snapshot, source="hr", content=number, id_type="national", national_code=code(number),
            values=someone.groups,
        ),
        Registration(
            id=number, tracking_code=f"R{number:07d}", state=_state(passed), id_type="national",
            national_code=code(number), created_at=someone.began, updated_at=someone.began,
            identity_at=passed.get("identity"), verified_at=passed.get("mobile"),
            account_id=number if "temporary" in passed else None,
        ),
    ]  # fmt: skip
    if "temporary" in passed:
        rows.append(Account(
            id=number, person_id=number, username=code(number), state="temporary", created_at=passed["temporary"],
            ready_at=passed["temporary"], expires_at=passed["temporary"] + dt.timedelta(days=30),
        ))  # fmt: skip
        rows.append(Person(id=number, national_code=code(number), created_at=someone.began))
    if "requested" in passed:
        state = "done" if "permanent" in passed else "approved" if "approved" in passed else "needs_review"
        rows.append(PermanentRequest(
            id=number, tracking_code=f"P{number:07d}", account_id=number, state=state, username=f"u{number}",
            created_at=passed["requested"], decided_at=passed.get("approved"), finished_at=passed.get("permanent"),
        ))  # fmt: skip
    if "moved" in passed:
        rows.append(MailMove(
            request_id=number, old_name=f"u{number}", new_name=f"u{number}", state="done",
            created_at=passed["permanent"], finished_at=passed["moved"],
        ))  # fmt: skip
    return rows


def _state(passed: dict[str, dt.datetime]) -> str:
    return "temporary" if "temporary" in passed else "otp_sent" if "identity" in passed else "rejected"


def chosen(people: list[Someone], first: int, last: int, dimension: str = "all", value: str = "") -> list[Someone]:
    """Those who began in these months and are of this group."""
    return [
        each for each in people
        if first <= month_of(each.began, TEHRAN) <= last and (dimension == "all" or each.groups[dimension] == value)
    ]  # fmt: skip


def spans(people: list[Someone], step: str) -> list[int]:
    """Rounded seconds from the beginning to a step, in order."""
    return sorted(
        rounded(int(each.passed[step].timestamp()) - int(each.began.timestamp()))
        for each in people if step in each.passed
    )  # fmt: skip
