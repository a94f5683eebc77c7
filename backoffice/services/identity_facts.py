"""Gathering what is known about the person a claim names: HR, the register, the directory, the civil registry.

The same questions are asked whatever the answers are, so that the time says nothing about the cause. Who might be meant
instead is asked for all that is refused and for nothing else.
"""

import os
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import replace
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db
from backoffice.models import Account, Announcement, Link, Override, Person, PersonCode
from backoffice.models.types import UtcDateTime
from backoffice.ports.registry import open_registry
from backoffice.rules import fields
from backoffice.rules.identity_evidence import (
    Accepted,
    AccountFact,
    Claim,
    EntryFact,
    Evidence,
    HrFact,
    LinkFact,
    name_key,
)
from backoffice.rules.identity_hints import neighbours
from backoffice.rules.inquiry import Answer
from backoffice.rules.overrides import IDENTITY, PRIMARY_ROW
from backoffice.services import hr_index
from backoffice.services.identity_directory import entries_of
from backoffice.settings import Settings

HR, DIRECTORY, REGISTRY = "hr", "directory", "registry"
MOST_NEAR = 50
# A page has to answer within three seconds in all (contract.md).
WHOLE_SECONDS = 2.5
# What is asked of each claim, written once: that takes longer than executing it.
_TYPE, _CODE = sa.bindparam("id_type", type_=sa.String), sa.bindparam("code", type_=sa.String)
_PERSON = sa.bindparam("person", type_=sa.Integer)
_NOW = sa.bindparam("now", type_=UtcDateTime())
_HAS_CODE = sa.select(Person.id, sa.literal(1), sa.literal(0)).where(
    Person.id_type == _TYPE, Person.national_code == _CODE
)
_HAD_CODE = sa.select(PersonCode.person_id, sa.literal(0), PersonCode.id).where(
    PersonCode.id_type == _TYPE, PersonCode.value == _CODE
)
_WITH_CODE = sa.union_all(_HAS_CODE, _HAD_CODE)
_ANNOUNCED = sa.select(Announcement).where(
    Announcement.national_code == _CODE, Announcement.id_type == _TYPE, Announcement.ended_at.is_(None),
    Announcement.until > _NOW,
)  # fmt: skip
_ACCOUNTS = (
    sa.select(Account.username, Account.state, Account.source, Account.entry_uuid, Account.expires_at)
    .where(sa.or_(Account.person_id == _PERSON, Account.username == _CODE))
    .order_by(Account.id)
)
_LINKS = (
    sa.select(Link.entry_uuid, Link.source, Link.username, Link.dn, Link.ended_at)
    .where(Link.person_id == _PERSON)
    .order_by(Link.id)
)
_EXCEPTIONS = (
    sa.select(Override.kind, Override.field, Override.value)
    .where(
        Override.kind.in_((IDENTITY, PRIMARY_ROW)), Override.id_type == _TYPE, Override.national_code == _CODE,
        Override.ended_at.is_(None), Override.until > _NOW,
    )
    .order_by(Override.id)
)  # fmt: skip


def gather(claim: Claim, settings: Settings, chosen: str = "") -> tuple[Evidence, int | None]:
    """Give the evidence, and the number of the person in our register, if there is one.

    ``chosen``: the mark of a row of HR as if it had been said already to be the right one.
    """
    threads = _threads(os.getpid())
    asked = threads.submit(entries_of, claim.national_code, settings)
    registry = open_registry(settings)
    judged = threads.submit(registry.ask, claim) if registry else None
    person_id = _person(claim)
    hr = hr_of(claim, settings)
    hr_known = hr_index.is_known(settings) or any(fact.announced for fact in hr)
    accounts, links, exceptions = _accounts(claim, person_id), _links(person_id), _exceptions(claim)
    now = clock.now()
    entries, answer = _in_time(asked), judged.result() if judged else None
    silent = {HR: not hr_known, DIRECTORY: entries is None, REGISTRY: answer is Answer.UNAVAILABLE}
    down = tuple(name for name, is_silent in silent.items() if is_silent)
    return Evidence(
        now=now, today=now.astimezone(ZoneInfo(settings.timezone)).date(), hr=hr, entries=entries or (),
        accounts=accounts, links=links, registry=answer, down=down,
        accepted=tuple(Accepted(field, value) for kind, field, value in exceptions if kind == IDENTITY),
        chosen=frozenset(value for kind, _, value in exceptions if kind == PRIMARY_ROW) | ({chosen} - {""}),
    ), person_id  # fmt: skip


def with_near(claim: Claim, evidence: Evidence, settings: Settings) -> Evidence:
    """Add the people of HR who might be meant: with a code, a name or a birth date like the claim's."""
    near_codes = hr_index.rows_with_codes(neighbours(claim.national_code), settings)
    return replace(evidence, near_codes=tuple(near_codes), near_people=tuple(_near_people(claim, settings)))


@cache
def _threads(_process: int) -> ThreadPoolExecutor:
    """Give the threads that ask; a directory or a registry that hangs holds them. A forked process has none yet."""
    return ThreadPoolExecutor(max_workers=32, thread_name_prefix="identity")


def _in_time(entries: Future[tuple[EntryFact, ...] | None]) -> tuple[EntryFact, ...] | None:
    try:
        return entries.result(WHOLE_SECONDS)
    except TookTooLong:
        entries.cancel()
        return None


def hr_of(claim: Claim, settings: Settings) -> tuple[HrFact, ...]:
    """Give what HR says of the person with the code of a claim: rows of its files, and announced colleagues."""
    rows = hr_index.rows_with_code(claim.national_code, settings)
    announced = _rows(_ANNOUNCED, **_named(claim), now=clock.now())
    return (*rows, *(_announced(one) for one in announced))


def _announced(one: Any) -> HrFact:
    values = {
        fields.ID_TYPE: one.id_type, fields.NATIONAL_CODE: one.national_code, fields.FIRST_NAME: one.first_name,
        fields.LAST_NAME: one.last_name, fields.FATHER_NAME: one.father_name, fields.BIRTH_DATE: one.birth_date,
        fields.START_DATE: one.start_date, fields.MOBILE: one.mobile, "announced_by": one.created_by,
    }  # fmt: skip
    return HrFact(one.source, {name: text for name, text in values.items() if text}, fields.ACTIVE, announced=True)


def _near_people(claim: Claim, settings: Settings) -> list[HrFact]:
    key = name_key(claim.first_name, claim.last_name)
    named = hr_index.rows_of_name(key, settings, MOST_NEAR)
    return named + hr_index.rows_born_on(claim.birth_date, settings, MOST_NEAR)


def _person(claim: Claim) -> int | None:
    """Find the person by the code they have, otherwise by the newest one they had."""
    found = _rows(_WITH_CODE, **_named(claim))
    return max(found, key=lambda row: (row[1], row[2]))[0] if found else None


def _accounts(claim: Claim, person_id: int | None) -> tuple[AccountFact, ...]:
    return tuple(AccountFact(*one) for one in _rows(_ACCOUNTS, person=person_id, code=claim.national_code))


def _links(person_id: int | None) -> tuple[LinkFact, ...]:
    return tuple(
        LinkFact(uuid, source, username, dn, ended=ended is not None)
        for uuid, source, username, dn, ended in _rows(_LINKS, person=person_id)
    )


def _exceptions(claim: Claim) -> Sequence[Any]:
    return _rows(_EXCEPTIONS, **_named(claim), now=clock.now())


def _named(claim: Claim) -> dict[str, str]:
    return {"id_type": claim.id_type, "code": claim.national_code}


def _rows(asked: sa.Executable, **values: Any) -> Sequence[Any]:
    """Ask for plain values, past the session, which would make objects of them."""
    return db.session.connection().execute(asked, values).all()
