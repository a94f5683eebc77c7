"""Writing the onboarding of the past into the register of the demo, and into the directory what is there still."""

import datetime as dt
import random
from collections.abc import Iterator
from zlib import crc32

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.demo import history, history_kept
from backoffice.demo.history import Attempt
from backoffice.demo.people import Person as Stranger
from backoffice.demo.slapd import LocalSlapd
from backoffice.demo.world import World
from backoffice.extensions import writing
from backoffice.models import (
    Account,
    Case,
    HrRow,
    Link,
    MailMove,
    PermanentRequest,
    Person,
    Registration,
    Reminder,
)
from backoffice.rules import account_states, case_states, mail_move_states, registration_states, request_states
from backoffice.rules.jalali_months import month_of
from backoffice.rules.person_keys import keys_of
from backoffice.rules.text import n2
from backoffice.services import audit, figure_store
from backoffice.services.mismatches import CAME_IN, key_of
from backoffice.services.registrations import new_tracking_code
from backoffice.settings import Settings

ACTOR = "demo"
SEED = 1404
MOST = 1_200
SHARE = 0.55
# So long a locked account stays in the directory before somebody lets it go.
_KEPT = dt.timedelta(days=90)
# How much mail people brought along.
_MOST_MESSAGES, _MESSAGE_BYTES = 6_000, 38_000


def write(settings: Settings, server: LocalSlapd) -> None:
    """Write everything, and count the figures for managers."""
    dice, now = random.Random(SEED), clock.now()
    zone = settings.timezone
    with writing() as session, session.no_autoflush:
        people, strangers = _colleagues(session, dice), _strangers(session, dice, now)
        drawn = history.attempts(len(people), month_of(now, zone), now, zone, dice)
        told = [_Story(each, None if each.person is None else people[each.person], strangers, now) for each in drawn]
        # Whatever another row names has to be there first.
        for part in ("person", "account", "case", "registration", "request"):
            session.add_all(row for story in told if (row := getattr(story, f"make_{part}")()))
            session.flush()
        session.add_all(row for story in told for row in story.rest())
        audit.record("demo:history:simulated", "demo:history", actor=ACTOR, after={"registrations": len(drawn)})
    history_kept.into_directory([kept for story in told if (kept := story.in_directory)], settings, server)
    history_kept.note_days(now, zone)
    figure_store.refresh(zone)
    figure_store.note_day(zone)


class _Story:
    """One attempt with its rows. ``link``: of the colleague whose it is, None for a stranger."""

    person: Person | None = None
    account: Account | None = None
    case: Case | None = None
    request: PermanentRequest | None = None

    def __init__(self, attempt: Attempt, link: Link | None, strangers: World, now: dt.datetime) -> None:
        self.attempt, self.link, self.now = attempt, link, now
        self.who = None if link else strangers.person()
        self.code = link.person.national_code if link else self.who.national_code if self.who else ""
        self.has_account = history.TEMPORARY in attempt.at
        self.is_gone = self.has_account and attempt.ends + _KEPT < now

    @property
    def in_directory(self) -> tuple[Account, Stranger] | None:
        """A temporary account of a stranger that is not long over."""
        return (self.account, self.who) if self.account and self.who and not self.is_gone else None

    def make_person(self) -> Person | None:
        if self.who and self.has_account:
            self.person = Person(
                national_code=self.code, father_name=self.who.father, birth_date=self.who.birth.isoformat(),
                first_name=self.who.name.first.fa, last_name=self.who.name.last.fa, created_at=self.attempt.began,
                **keys_of(n2(self.who.name.first.fa), n2(self.who.name.last.fa)),
            )  # fmt: skip
            return self.person
        self.person = self.link.person if self.link else None
        return None

    def make_account(self) -> Account | None:
        if not self.has_account or not self.person:
            return None
        attempt = self.attempt
        values = {
            "person_id": self.person.id,
            "created_at": attempt.at[history.MOBILE],
            "ready_at": attempt.at[history.TEMPORARY],
        }
        if self.link:
            self.account = Account(
                username=self.link.username, state=account_states.PERMANENT, source=self.link.source,
                entry_uuid=self.link.entry_uuid, dn=self.link.dn, **values,
            )  # fmt: skip
        elif self.who:
            is_over = attempt.ends < self.now
            state = account_states.EXPIRED if is_over else account_states.TEMPORARY
            self.account = Account(
                username=self.code, source="staff", mobile=self.who.mobile, expires_at=attempt.ends,
                state=account_states.PURGED if self.is_gone else state, locked_at=attempt.ends if is_over else None,
                latin_first_name=self.who.name.first.latin, latin_last_name=self.who.name.last.latin, **values,
            )  # fmt: skip
        return self.account

    def make_case(self) -> Case | None:
        if not self.attempt.cause:
            return None
        decided = self.attempt.at.get(history.DECIDED)
        self.case = Case(
            kind=case_states.MISMATCH, key=key_of("national", self.code), national_code=self.code, fingerprint="",
            state=case_states.AUTO_CLOSED if decided else case_states.NEW, verdict=CAME_IN if decided else "",
            cause=self.attempt.cause, source=self.link.source if self.link else "staff",
            person_id=self.person.id if self.person else None, person_name=" ".join(self._names()),
            opened_at=self.attempt.began, decided_at=decided,
        )  # fmt: skip
        return self.case

    def make_registration(self) -> Registration:
        at, attempt, (first, last) = self.attempt.at, self.attempt, self._names()
        father, birth = self._parents()
        named = {"first_name": first, "last_name": last, "father_name": father, "birth_date": birth}
        ended = max([attempt.began, *at.values()])
        state = registration_states.REJECTED if attempt.cause else registration_states.ABANDONED
        return Registration(
            tracking_code=new_tracking_code(), state=registration_states.TEMPORARY if self.has_account else state,
            id_type="national", national_code=self.code, **named, typed={"national_code": self.code, **named},
            causes=[attempt.cause] if attempt.cause else [], mobile=self.who.mobile if self.who else "",
            created_at=attempt.began, updated_at=ended, finished_at=ended, identity_at=at.get(history.IDENTITY),
            verified_at=at.get(history.MOBILE), person_id=self.person.id if self.person else None,
            account_id=self.account.id if self.account else None, case_id=self.case.id if self.case else None,
        )  # fmt: skip

    def make_request(self) -> PermanentRequest | None:
        at = self.attempt.at
        if self.account and history.REQUESTED in at:
            self.request = PermanentRequest(
                tracking_code=new_tracking_code(), account_id=self.account.id, state=request_states.DONE,
                username=self.account.username, created_at=at[history.REQUESTED], judged_at=at[history.APPROVED],
                decided_at=at[history.APPROVED], decided_by="" if self.attempt.by_itself else ACTOR,
                finished_at=at[history.PERMANENT], mailbox=self.account.username if history.MOVED in at else "",
            )  # fmt: skip
        return self.request

    def rest(self) -> Iterator[Reminder | MailMove]:
        """Give what no other row names."""
        if self.account:
            for stage, moment in self.attempt.reminders:
                yield Reminder(
                    account_id=self.account.id, expires_at=self.attempt.ends, stage=stage, sent=True, at=moment
                )
        moved, made = (self.attempt.at.get(step) for step in (history.MOVED, history.PERMANENT))
        if self.request and moved and made:
            name = self.request.username
            messages = crc32(name.encode()) % _MOST_MESSAGES
            yield MailMove(
                request_id=self.request.id, old_name=name, new_name=name, state=mail_move_states.DONE, created_at=made,
                started_at=made, verified_at=moved, finished_at=moved, credentials_erased_at=moved, messages=messages,
                messages_done=messages, size=messages * _MESSAGE_BYTES, size_done=messages * _MESSAGE_BYTES,
            )  # fmt: skip

    def _names(self) -> tuple[str, str]:
        if self.who:
            return self.who.name.first.fa, self.who.name.last.fa
        return (self.person.first_name, self.person.last_name) if self.person else ("", "")

    def _parents(self) -> tuple[str, str]:
        if self.who:
            return self.who.father, self.who.birth.isoformat()
        return (self.person.father_name, self.person.birth_date) if self.person else ("", "")


def _colleagues(session: Session, dice: random.Random) -> list[Link]:
    """Give some who have an account now, and whose mail does not wait to be moved."""
    taken = sa.select(Account.person_id)
    found = sa.select(Link).where(Link.ended_at.is_(None), Link.person_id.not_in(taken)).options(
        sa.orm.joinedload(Link.person)
    )  # fmt: skip
    links = list({link.person_id: link for link in session.scalars(found.order_by(Link.id))}.values())
    return dice.sample(links, min(MOST, round(SHARE * len(links))))


def _strangers(session: Session, dice: random.Random, now: dt.datetime) -> World:
    """Give a source of people whose codes nobody has."""
    known = {*session.scalars(sa.select(HrRow.national_code)), *session.scalars(sa.select(Person.national_code))}
    return World(dice, now.date(), _codes=known)
