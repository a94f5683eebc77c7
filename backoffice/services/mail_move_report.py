"""What of a mailbox could not be moved, and a list of moves, as files. Source: issue "Mail moves" 4."""

import datetime as dt
from collections.abc import Sequence

from backoffice.extensions import db, writing
from backoffice.i18n import N_, _, force_locale
from backoffice.models import MailMove
from backoffice.rules import mail_dates
from backoffice.rules.mail_move_states import FAILURE_WORDS, OPEN, PAUSED_WORDS, STATE_WORDS
from backoffice.services import audit, mail_move_list, table_files
from backoffice.services.mail_move_filter import Wanted
from backoffice.services.mail_move_list import MOST, Row, refused, said
from backoffice.services.mail_moves import subject_of
from backoffice.services.sentences import moment_of
from backoffice.settings import Settings

HEADER = (N_("Mailbox"), N_("Folder"), N_("Number at the old server"), N_("Date"), N_("Bytes"), N_("Reason"))
SHEET = N_("What was not moved")
LIST_HEADER = (
    N_("Mailbox"), N_("Person"), N_("State"), N_("Reason"), N_("Last error"), N_("Messages moved"), N_("Messages"),
    N_("Not moved"), N_("Bytes moved"), N_("Bytes"), N_("Bytes a second"), N_("Tries"), N_("Next try"), N_("Begun"),
    N_("Finished"), N_("Password of the old mailbox erased"),
)  # fmt: skip
LIST_SHEET, LIST_SUBJECT = N_("Mail moves"), "moves"


def report(move_id: int, form: str, *, actor: str, settings: Settings) -> bytes:
    """Give what could not be moved as ``xlsx`` or ``csv``; an audited act."""
    move = db.session.get_one(MailMove, move_id)
    with force_locale(settings.language):
        lines = [
            (move.old_name, folder, one.uid, _date(one.date, settings), one.size,
             said(one.detail, one.values))
            for one, folder in refused(move_id, MOST)
        ]  # fmt: skip
        content = _file(SHEET, HEADER, lines, form, settings)
    with writing():
        audit.record("mail:move:exported", subject_of(move_id), actor=actor, after={"lines": len(lines)})
    return content


def listing(wanted: Wanted, form: str, *, actor: str, settings: Settings) -> bytes:
    """Give the moves wanted as ``xlsx`` or ``csv``; an audited act."""
    with force_locale(settings.language):
        lines = [_line(row, settings) for row in mail_move_list.of_filter(wanted)]
        content = _file(LIST_SHEET, LIST_HEADER, lines, form, settings)
    with writing():
        audit.record("mail:move:exported", LIST_SUBJECT, actor=actor, after={"lines": len(lines)})
    return content


def _file(
    title: str, header: Sequence[str], lines: Sequence[Sequence[str | int]], form: str, settings: Settings
) -> bytes:  # fmt: skip
    return table_files.content(_(title), [_(one) for one in header], lines, form, rtl=settings.language == "fa")


def _line(row: Row, settings: Settings) -> tuple[str | int, ...]:
    move, person = row.move, row.person
    name = f"{person.first_name} {person.last_name}".strip() if person else ""
    state = PAUSED_WORDS if move.paused_at and move.state in OPEN else STATE_WORDS[move.state]
    failure = _(FAILURE_WORDS[move.failure]) if move.failure else ""
    numbers = (
        move.messages_done, move.messages, move.refused, move.size_done, move.size, row.speed, row.attempts,
    )  # fmt: skip
    moments = (row.next_try, move.started_at, move.finished_at, row.erased_at)
    return (
        move.old_name, name, _(state), failure, said(move.detail, move.values),
        *numbers, *(_moment(moment, settings) for moment in moments),
    )  # fmt: skip


def _date(written: str, settings: Settings) -> str:
    moment = mail_dates.moment_of(written)
    return _moment(moment, settings) if moment else written


def _moment(moment: dt.datetime | None, settings: Settings) -> str:
    return moment_of(moment, settings.language, settings.timezone) if moment else ""
