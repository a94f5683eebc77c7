"""What keeps mailboxes from being tried, made or seen, found without making any."""

from collections.abc import Iterator

from backoffice.i18n import N_
from backoffice.ports import programs
from backoffice.ports.mail_server import BAD_CERTIFICATE, WRONG_MASTER, MailServer, Which
from backoffice.ports.mailbox_provider import open_provider
from backoffice.ports.transport import TransportError
from backoffice.services.fault import Fault
from backoffice.settings import Settings, is_loopback

NO_CA_FILE = N_("%(setting)s does not exist.")
NO_MASTER = N_("%(setting)s is not set, but NEW_IMAP_URL needs it: mailboxes are looked at as the master user.")
NO_NEW_SERVER = N_("NEW_IMAP_URL is not set, but MAILBOX_PROVIDER = %(provider)s needs it to see the mailboxes made.")
OPENS_ALL = N_("%(host)s opens a mailbox for users who do not exist, so it cannot be seen whether one is there.")
_NOBODY = "no-such-user.probe"
_KNOWS_USERS = "userdb: without allow_all_users (Dovecot)"
_SERVERS: tuple[Which, ...] = ("old_imap", "new_imap")


def mail_faults(settings: Settings) -> Iterator[Fault]:
    """Give the faults of the two mail servers, and of who makes mailboxes."""
    for which in _SERVERS:
        yield from _server_faults(MailServer.of(which, settings))
    if settings.new_imap_url:
        yield from _master_faults(settings)
    yield from _provider_faults(settings)
    yield from _first_faults(settings)


def _server_faults(server: MailServer) -> Iterator[Fault]:
    name, url, ca_file = server.which.upper(), server.address.url, server.address.ca_file
    if ca_file and not ca_file.is_file():
        yield Fault(NO_CA_FILE, f"BACKOFFICE_{name}_CA_FILE=…", {"setting": f"{name}_CA_FILE"})
    elif url.startswith("imaps://") or is_loopback(url):
        # A plain address elsewhere is a fault of its own.
        try:
            server.probe() if server.has_master else server.greet()
            if server.has_master and server.has_mailbox(_NOBODY):
                yield Fault(OPENS_ALL, _KNOWS_USERS, {"host": server.host})
        except TransportError as fault:
            yield Fault(fault.message, _cure(fault, server), fault.values)


def _cure(fault: TransportError, server: MailServer) -> str:
    name = f"BACKOFFICE_{server.which.upper()}"
    if fault.message == WRONG_MASTER:
        login = server.form.format(user=server.master, master=server.master)
        return f"{name}_MASTER_PASSWORD_FILE=…  # it has to open the mailbox of {login}"
    return f"{name}_CA_FILE=…" if fault.message == BAD_CERTIFICATE else f"{name}_URL=imaps://…"


def _master_faults(settings: Settings) -> Iterator[Fault]:
    missing = {
        "NEW_IMAP_MASTER_USER": settings.new_imap_master_user,
        "NEW_IMAP_MASTER_PASSWORD": settings.new_imap_master_password.get_secret_value(),
    }
    for name, value in missing.items():
        if not value:
            yield Fault(NO_MASTER, f"BACKOFFICE_{name}{'_FILE' if 'PASSWORD' in name else ''}=…", {"setting": name})


def _provider_faults(settings: Settings) -> Iterator[Fault]:
    provider, name = open_provider(settings), settings.mailbox_provider
    if provider is None:
        return
    if not settings.new_imap_url:
        yield Fault(NO_NEW_SERVER, "BACKOFFICE_NEW_IMAP_URL=imaps://…", {"provider": name})
    try:
        provider.probe()
    except TransportError as fault:
        yield Fault(fault.message, f'BACKOFFICE_MAILBOX_{name.upper()}="…"', fault.values)


def _first_faults(settings: Settings) -> Iterator[Fault]:
    if words := settings.mail_move.first_command:
        try:
            programs.require(words)
        except TransportError as fault:
            yield Fault(fault.message, 'first_command = ["/opt/backoffice/copy-mailbox"]  # [mail_move]', fault.values)
