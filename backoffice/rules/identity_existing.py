"""Which accounts a person already has, as causes. Source: mission.md §6 EXISTS_*, S33, S41."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from backoffice.rules import account_states, distinguished_name, fields
from backoffice.rules import identity_causes as causes
from backoffice.rules.identity_evidence import AccountFact, EntryFact, Evidence, HrFact, LinkFact
from backoffice.rules.text import fold_word

_STUDENT_WORDS = frozenset({"student", "students", "alum", "دانشجو", "دانشجویان"})
_STAFF_AFFILIATIONS = frozenset({"staff", "faculty", "employee"})


def existing(evidence: Evidence, facts: Sequence[HrFact]) -> set[str]:
    """Give the EXISTS causes that hold: by our accounts, by entries of the directory, by links whose entry is gone."""
    seen = {entry.entry_uuid.lower() for entry in evidence.entries}
    found = {_of_account(account, evidence.now) for account in _live(evidence, seen)}
    entries = (entry for entry in evidence.entries if not _is_ours(entry, evidence.accounts))
    found |= {cause_of(entry, evidence, facts) for entry in entries}
    gone = (link for link in evidence.links if not link.ended and link.entry_uuid.lower() not in seen)
    return found | {_of_source(link.source) for link in gone}


def cause_of(entry: EntryFact, evidence: Evidence, facts: Sequence[HrFact]) -> str:
    """Give the cause that one entry of the directory is."""
    if entry.temporary:
        return _temporary(over=entry.expires_at is not None and entry.expires_at < evidence.now)
    if is_student(entry):
        return causes.EXISTS_STUDENT
    known = bool(facts) or entry.entry_uuid.lower() in {one.entry_uuid.lower() for one in _registered(evidence)}
    return causes.EXISTS_STAFF if known else causes.EXISTS_ORPHAN


def is_student(entry: EntryFact) -> bool:
    """Say whether an entry is a student's: by affiliation, otherwise by a branch of that name above it."""
    affiliations = {word.casefold() for word in entry.affiliations}
    if affiliations & _STAFF_AFFILIATIONS:
        return False
    return bool(affiliations & _STUDENT_WORDS) or any(_is_student_word(name) for name in _branches(entry.dn))


def is_student_source(source: str) -> bool:
    """Say whether a source tells of students, by its name."""
    return _is_student_word(source)


def _is_student_word(word: str) -> bool:
    return fold_word(word) in {fold_word(known) for known in (*_STUDENT_WORDS, *fields.PERSON_TYPES["student"])}


def _branches(dn: str) -> Iterator[str]:
    for rdn in distinguished_name.split(distinguished_name.parent(dn)):
        yield rdn.partition("=")[2].strip()


def _registered(evidence: Evidence) -> Iterator[LinkFact | AccountFact]:
    yield from evidence.links
    yield from evidence.accounts


def _live(evidence: Evidence, seen: set[str]) -> Iterator[AccountFact]:
    for account in evidence.accounts:
        told_by_entry = account.state == account_states.PERMANENT and account.entry_uuid.lower() in seen
        if account.state != account_states.PURGED and not told_by_entry:
            yield account


def _of_account(account: AccountFact, now: dt.datetime) -> str:
    if account.state == account_states.PERMANENT:
        return _of_source(account.source)
    over = account.expires_at is not None and account.expires_at < now
    return _temporary(over=over or account.state == account_states.EXPIRED)


def _temporary(*, over: bool) -> str:
    return causes.EXISTS_EXPIRED if over else causes.EXISTS_TEMPORARY


def _of_source(source: str) -> str:
    return causes.EXISTS_STUDENT if is_student_source(source) else causes.EXISTS_STAFF


def _is_ours(entry: EntryFact, accounts: Iterable[AccountFact]) -> bool:
    """Say whether our own account tells of a temporary entry already; it knows better what became of it."""
    return entry.temporary and any(
        account.state != account_states.PURGED
        and (account.username == entry.username or account.entry_uuid.lower() == entry.entry_uuid.lower())
        for account in accounts
    )
