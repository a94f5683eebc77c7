"""Parts and queues of the office in words."""

from backoffice.i18n import N_, _
from backoffice.rules import situations as s
from backoffice.services import account_operations as accounts
from backoffice.services import mail_moves, messages, readiness, servers
from backoffice.services.mailboxes import MAILBOX_KIND
from backoffice.services.system import INQUIRIES

_PARTS = {
    readiness.DATABASE: N_("Database"), readiness.DIRECTORY: N_("Directory"), readiness.WORKER: N_("Worker"),
}  # fmt: skip
_SERVERS = {
    servers.SMS: N_("SMS gateway"), servers.SMTP: N_("Mail server for what we send"),
    servers.OLD_IMAP: N_("Old mail server"), servers.NEW_IMAP: N_("New mail server"),
    servers.REGISTRY: N_("Civil registry"), servers.OWNER: N_("Service of mobile owners"),
}  # fmt: skip
_QUEUES = {
    s.UPDATE: N_("Correct details"), s.DISABLE: N_("Disable accounts"), s.ENABLE: N_("Enable accounts"),
    s.KEY_CHANGE: N_("Change keys"), accounts.CREATE: N_("Make temporary accounts"),
    accounts.PROMOTE: N_("Make accounts permanent"), accounts.RECREATE: N_("Make lost accounts anew"),
    accounts.PURGE: N_("Delete ended accounts"), accounts.LOCK: N_("Lock temporary accounts"),
    accounts.UNLOCK: N_("Unlock temporary accounts"), accounts.EXTEND: N_("Extend temporary accounts"),
    accounts.REKEY: N_("Change passwords"), MAILBOX_KIND: N_("Make mailboxes"), messages.SEND_SMS: N_("Send SMS"),
    messages.SEND_URGENT: N_("Send one-time codes"), messages.SEND_MAIL: N_("Send e-mail"),
    mail_moves.MOVE_KIND: N_("Move mailboxes"), INQUIRIES: N_("Registrations that wait for a service"),
}  # fmt: skip


def part_title(name: str) -> str:
    """Give the title of a part that answers or does not."""
    return str(_(_PARTS[name]))


def server_title(name: str) -> str:
    """Give the title of a server around us."""
    return str(_(_SERVERS[name]))


def queue_title(kind: str) -> str:
    """Say what the operations of a kind do."""
    return str(_(_QUEUES[kind])) if kind in _QUEUES else kind
