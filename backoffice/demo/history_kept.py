"""What of the demo's past is there still: entries of temporary accounts, and what each day would have counted."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from backoffice.demo import history, ldif
from backoffice.demo.people import Person as Stranger
from backoffice.demo.slapd import LocalSlapd
from backoffice.extensions import db, writing
from backoffice.models import Account, Case, DailyFigure, MailMove, PermanentRequest
from backoffice.rules import case_states, mail_move_states
from backoffice.rules.account_entry import generalised_time, temporary_dn, temporary_entry
from backoffice.rules.jalali_months import month_of, start_of
from backoffice.services import figures_now
from backoffice.services.identity_directory import entries_of
from backoffice.settings import ENTRY_FIELDS, Settings


def into_directory(accounts: Sequence[tuple[Account, Stranger]], settings: Settings, server: LocalSlapd) -> None:
    """Make the entries of temporary accounts that are not long over."""
    records = []
    for account, who in accounts:
        dn = temporary_dn(who.national_code, settings.ldap, settings.ldap_base_dn)
        first, last = who.name
        assert account.expires_at
        values = dict.fromkeys(ENTRY_FIELDS, "") | {
            "username": who.national_code, "national_code": who.national_code, "first_name": first.fa,
            "last_name": last.fa, "full_name": f"{first.fa} {last.fa}", "latin_first_name": first.latin,
            "latin_last_name": last.latin, "latin_full_name": f"{first.latin} {last.latin}", "mobile": who.mobile,
            "expiry": generalised_time(account.expires_at),
        }  # fmt: skip
        entry = temporary_entry(values, settings.ldap, lambda _attribute: True)
        records.append(ldif.entry(dn, {"changetype": ("add",), **entry}))
    if records:
        server.change(ldif.document(records))
    with writing() as session:
        for account, who in accounts:
            (entry_now,) = entries_of(who.national_code, settings) or ()
            session.execute(
                sa.update(Account).where(Account.id == account.id)
                .values(entry_uuid=entry_now.entry_uuid, dn=entry_now.dn)
            )  # fmt: skip


def note_days(now: dt.datetime, zone: str) -> None:
    """Note what each day would have seen; the last one is counted by the job."""
    day_of: Callable[[dt.datetime], dt.date] = lambda moment: moment.astimezone(ZoneInfo(zone)).date()  # noqa: E731
    changes: dict[str, Counter[dt.date]] = defaultdict(Counter)
    for name, begins, ends in _lives():
        changes[name][day_of(begins)] += 1
        if ends is not None:
            changes[name][day_of(ends)] -= 1
    first = day_of(start_of(month_of(now, zone) - history.MONTHS + 1, zone))
    counts = {name: sum(number for day, number in of.items() if day < first) for name, of in changes.items()}
    rows = []
    for offset in range((day_of(now) - first).days):
        day = first + dt.timedelta(days=offset)
        for name, of in changes.items():
            counts[name] += of[day]
            rows.append({"day": day.isoformat(), "name": name, "count": counts[name], "at": now})
    with writing() as session:
        session.execute(sa.insert(DailyFigure), rows)


def _lives() -> Iterator[tuple[str, dt.datetime, dt.datetime | None]]:
    """Give what is counted each day, from when and until when."""
    for opened, state, decided in db.session.execute(sa.select(Case.opened_at, Case.state, Case.decided_at)):
        yield figures_now.OPEN_CASES, opened, decided if state in case_states.CLOSED else None
    permanent = PermanentRequest.finished_at
    asked = sa.select(Account.ready_at, Account.expires_at, permanent).outerjoin(PermanentRequest)
    for ready, expires, finished in db.session.execute(asked.where(Account.ready_at.is_not(None))):
        if ready and ready != finished:
            yield figures_now.LIVE_TEMPORARY, ready, finished or expires
        if finished:
            yield figures_now.PERMANENT, finished, None
    for begun, state, finished in db.session.execute(
        sa.select(MailMove.created_at, MailMove.state, MailMove.finished_at)
    ):
        yield figures_now.UNMOVED, begun, finished if state not in mail_move_states.OPEN else None
