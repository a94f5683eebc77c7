"""What of a mailbox could not be moved, as a file. Source: issue "Mail moves" 4."""

from backoffice.extensions import db, writing
from backoffice.i18n import N_, _, force_locale
from backoffice.models import MailMove
from backoffice.services import audit, table_files
from backoffice.services.mail_move_list import refused, said
from backoffice.services.mail_moves import subject_of
from backoffice.settings import Settings

HEADER = (N_("Mailbox"), N_("Folder"), N_("Number at the old server"), N_("Date"), N_("Bytes"), N_("Reason"))
SHEET = N_("What was not moved")
MOST = 10_000


def report(move_id: int, form: str, *, actor: str, settings: Settings) -> bytes:
    """Give it as ``xlsx`` or ``csv``; an audited act."""
    move = db.session.get_one(MailMove, move_id)
    with force_locale(settings.language):
        header = [_(title) for title in HEADER]
        lines = [
            (move.old_name, folder, str(one.uid), one.date, str(one.size), said(one.detail, one.values))
            for one, folder in refused(move_id, MOST)
        ]
        content = table_files.content(_(SHEET), header, lines, form, rtl=settings.language == "fa")
    with writing():
        audit.record("mail:move:exported", subject_of(move_id), actor=actor, after={"lines": len(lines)})
    return content
