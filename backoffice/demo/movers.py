"""Colleagues of the demo whose account is permanent already, and whose old mail is on its way when the demo starts.

One mailbox for each end a move may have; the largest has as many messages as the university has people, 5,000 at most.
"""

import csv
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from hashlib import sha256
from pathlib import Path

import sqlalchemy as sa

from backoffice import clock
from backoffice.demo.people import Employee
from backoffice.demo.population import WORDS, give_password
from backoffice.demo.world import World
from backoffice.extensions import db, writing
from backoffice.models import Account, Link, MailMove, PermanentRequest
from backoffice.ports.seal import Sealer
from backoffice.rules import account_states, request_states
from backoffice.services import mail_move_password, mail_moves
from backoffice.services.permanent_requests import secret_context
from backoffice.services.registrations import new_tracking_code
from backoffice.settings import Settings

ACTOR = "demo"
MOST = 5_000
LARGEST, FULL, WRONG, ASKED = "largest", "full", "wrong_password", "asked_again"
# What becomes of a mailbox -> how many messages are in it; None: as many as there are people.
BOXES: dict[str, int | None] = {
    "small": 15, "empty": 0, "middle": 300, LARGEST: None, FULL: 75, WRONG: 60, ASKED: 40,
}  # fmt: skip
# What the full one may hold at the new server, in kilobytes: about a third of it.
QUOTA = 60
SALT = 16
# They have addresses when the demo starts, not while it is made.
_SOMEWHERE = dict.fromkeys(("old_imap_url", "new_imap_url"), "imap://127.0.0.1:1")


@dataclass(frozen=True)
class Mover:
    """One of them. ``password``: of the permanent account; ``mailbox_password`` opens the old mailbox."""

    box: str
    messages: int
    username: str
    mobile: str
    password: str = field(repr=False)
    mailbox_password: str = field(repr=False)

    @property
    def given_password(self) -> str:
        """The password of the old mailbox as the person typed it; one of them has changed it since."""
        return f"{self.mailbox_password} before" if self.box == WRONG else self.mailbox_password


def movers(world: World, size: int) -> list[Mover]:
    """Give them, from colleagues about whom there is nothing to say; the directory gets a password for each."""
    return [
        _mover(employee, box, min(size, MOST) if messages is None else messages)
        for employee, (box, messages) in zip(_plain(world), BOXES.items(), strict=False)
    ]


def write(path: Path, people: list[Mover]) -> None:
    """Write them as a table for the person who tries the demo."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        table = csv.DictWriter(stream, [one.name for one in fields(Mover)])
        table.writeheader()
        table.writerows(asdict(person) for person in people)


def begin(people: list[Mover], settings: Settings) -> None:
    """Note in our register that their requests are done, and let their mail follow once the worker runs."""
    somewhere = settings.model_copy(update=_SOMEWHERE)
    for person in people:
        move_id = _begin(person, somewhere)
        if person.box == ASKED:
            mail_move_password.ask(move_id, actor=ACTOR, settings=settings)


def _begin(person: Mover, settings: Settings) -> int:
    now, code = clock.now(), new_tracking_code()
    with writing() as session:
        link = session.scalars(sa.select(Link).where(Link.username == person.username)).one()
        account = Account(
            person_id=link.person_id, username=person.username, state=account_states.PERMANENT, source=link.source,
            entry_uuid=link.entry_uuid, dn=link.dn, mobile=person.mobile, created_at=now,
            ready_at=now, personal_email=f"{person.username}@home.example",
        )  # fmt: skip
        session.add(account)
        session.flush()
        request = PermanentRequest(
            tracking_code=code, account_id=account.id, state=request_states.DONE, username=person.username,
            mailbox=person.username, mailbox_proved_at=now, created_at=now, decided_at=now, finished_at=now,
            mailbox_secret=Sealer(settings).seal(person.given_password.encode(), secret_context(code)),
        )  # fmt: skip
        session.add(request)
        session.flush()
        mail_moves.begin(session, request, ACTOR, settings)
    return db.session.scalars(sa.select(MailMove.id).where(MailMove.request_id == request.id)).one()


def _plain(world: World) -> Iterator[Employee]:
    special = {planted.national_code for planted in world.truth}
    for employee in world.employees:
        account = employee.account
        if account and employee.person.national_code not in special and "userPassword" not in account.attributes:
            yield employee


def _mover(employee: Employee, box: str, messages: int) -> Mover:
    account, number = employee.account, list(BOXES).index(box)
    assert account
    words = [WORDS[(number * 5 + step) % len(WORDS)] for step in range(4)]
    give_password(account, "-".join(words), sha256(account.uid.encode()).digest()[:SALT])
    return Mover(box, messages, account.uid, employee.person.mobile, "-".join(words), f"old {words[0]} {number + 10}")
