"""A university of all kinds of rows behind the figures: every state, moment noted or not, strangers to HR, retries."""

import datetime as dt
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

from backoffice.extensions import Base, writing
from backoffice.models import Account, Case, HrRow, MailMove, PermanentRequest, Person, Registration, Reminder
from backoffice.rules import (
    account_states,
    case_states,
    identity_causes,
    mail_move_states,
    registration_states,
    request_states,
)
from tests.factories import make_snapshot
from tests.reconcile.worlds import code

UNITS = ("امور مالی", "آموزش", "کتابخانه", "پژوهش")
EMPLOYMENTS = ("رسمی", "پیمانی", "")
KINDS = ("personnel", "faculty", "هیئت علمی")
CHANNELS = ("web", "web", "web", "counter", "intake", "claim", "profile")
_ORDER = (Person, HrRow, Account, Case, Registration, PermanentRequest, MailMove, Reminder)


@dataclass
class World:
    """Rows in the making. ``days``: how far back they go."""

    dice: Random
    now: dt.datetime
    days: int
    rows: list[Base] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: count(1))

    def moment(self, after: dt.datetime, most: float) -> dt.datetime:
        """A moment up to so many days after another, never in the future."""
        span = dt.timedelta(seconds=self.dice.random() ** 3 * most * 86400, microseconds=self.dice.randrange(10**6))
        return min(after + span, self.now)

    def maybe(self, value: Any, chance: float = 0.8) -> Any:
        return value if self.dice.random() < chance else None


def make_world(seed: int, people: int, days: int, now: dt.datetime) -> None:
    """Put a university of so many people into the database."""
    world = World(Random(seed), now, days)  # noqa: S311
    snapshot = make_snapshot()
    for number in range(1, people + 1):
        _person(world, number, snapshot)
    with writing() as session:
        for model in _ORDER:
            session.add_all(row for row in world.rows if isinstance(row, model))
            session.flush()


def _person(world: World, number: int, snapshot: int) -> None:
    dice = world.dice
    began = world.now - dt.timedelta(seconds=dice.randrange(world.days * 86400))
    who = {"id_type": "foreign" if dice.random() < 0.05 else "national", "national_code": code(number)}
    for _row in range(dice.choice((0, 1, 1, 1, 1, 1, 2))):
        said = {"unit": dice.choice(UNITS), "employment_type": dice.choice(EMPLOYMENTS)}
        said |= {"person_type": dice.choice(KINDS)} if dice.random() < 0.9 else {}
        world.rows.append(HrRow(snapshot_id=snapshot, source="hr", content=next(world.numbers), values=said, **who))
    has_account = dice.random() < 0.75
    if has_account:
        world.rows.append(Person(id=number, created_at=began, **who))
        _account(world, number, began)
    for attempt in range(dice.choice((1, 1, 1, 2))):
        _registration(world, who, began + dt.timedelta(hours=attempt), number if has_account else None)
    if dice.random() < 0.5:
        world.rows.append(_case(world, number, who["national_code"]))


def _registration(world: World, who: dict[str, str], began: dt.datetime, account: int | None) -> None:
    state = registration_states.TEMPORARY if account else world.dice.choice(registration_states.STATES)
    identity = world.moment(began, 0.2) if account or world.dice.random() < 0.3 else None
    world.rows.append(Registration(
        tracking_code=f"R{next(world.numbers):07d}", state=state, channel=world.dice.choice(CHANNELS), **who,
        created_at=min(began, world.now), updated_at=world.now, account_id=account, identity_at=world.maybe(identity),
        verified_at=world.maybe(world.moment(identity, 1)) if account and identity else None,
    ))  # fmt: skip


def _account(world: World, number: int, began: dt.datetime) -> None:
    dice, state = world.dice, world.dice.choice(account_states.STATES)
    ends = began + dt.timedelta(days=dice.randrange(1, 61), hours=1)
    if dice.random() < 0.2:
        ends = world.now + dt.timedelta(days=dice.randrange(-2, 33), seconds=dice.randrange(1, 86000))
    world.rows.append(Account(
        id=number, person_id=number, username=f"u{number}", state=state, created_at=began,
        ready_at=world.maybe(world.moment(began, 2), 0.95), expires_at=world.maybe(ends, 0.9),
    ))  # fmt: skip
    for stage in dice.sample((21, 14, 7, 3, 1, 0, -3), dice.randrange(4)):
        world.rows.append(Reminder(
            account_id=number, expires_at=ends, stage=stage, sent=dice.random() < 0.8, at=world.moment(began, 40),
        ))  # fmt: skip
    closed = [
        dice.choice((request_states.REJECTED, request_states.CANCELLED)) for _old in range(dice.choice((0, 0, 1)))
    ]
    for request_state in (
        *closed,
        *([dice.choice((*request_states.LIVE, *[request_states.DONE] * 8))] if dice.random() < 0.8 else []),
    ):
        _request(world, number, request_state, began)


def _request(world: World, account: int, state: str, began: dt.datetime) -> None:
    pace = world.dice.choice((0.02, 0.2, 1))
    number, asked = next(world.numbers), world.moment(began, 35 * pace)
    decided = world.moment(asked, 4 * pace)
    done = world.moment(decided, 3 * pace)
    world.rows.append(PermanentRequest(
        id=number, tracking_code=f"P{number:07d}", account_id=account, state=state, username=f"p{number}",
        created_at=asked, decided_at=decided if state not in request_states.UNDECIDED else None,
        finished_at=done if state in (request_states.DONE, request_states.REJECTED) else None,
    ))  # fmt: skip
    if state == request_states.DONE and world.dice.random() < 0.8:
        move = world.dice.choice((*mail_move_states.STATES, *[mail_move_states.DONE] * 8))
        finished = world.moment(done, 10) if move in (mail_move_states.DONE, mail_move_states.CANCELLED) else None
        world.rows.append(MailMove(
            request_id=number, old_name=f"o{number}", new_name=f"p{number}", state=move, created_at=done,
            finished_at=finished,
        ))  # fmt: skip


def _case(world: World, number: int, national_code: str) -> Case:
    dice = world.dice
    back = dice.choice((1, 5, 40, world.days))
    kind = dice.choice((case_states.MISMATCH, case_states.MISMATCH, case_states.OTP_TROUBLE, "ORPHAN"))
    return Case(
        kind=kind,
        key=str(number),
        state=dice.choice(case_states.STATES),
        fingerprint="",
        national_code=world.maybe(national_code, 0.9),
        cause=dice.choice(identity_causes.ORDER[:6]) if kind == case_states.MISMATCH else "",
        opened_at=world.now - dt.timedelta(seconds=dice.randrange(back * 86400)),
    )
