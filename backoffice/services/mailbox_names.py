"""Names that are free in the directory but belong to a mailbox: at the new server, or at the old one.

Asked of each server whose master user is set. Source: mission S22, S23 (a mailbox holder keeps the old name).
"""

from concurrent.futures import ThreadPoolExecutor

from backoffice.ports.mail_server import MailServer, Which
from backoffice.ports.transport import TransportError
from backoffice.settings import Settings

_SERVERS: tuple[Which, ...] = ("new_imap", "old_imap")


def is_somebodys(name: str, settings: Settings) -> bool:
    """Say whether a mailbox has this name. Raises TransportError where nobody can tell."""
    return any(server.has_mailbox(name) for server in _servers(settings))


def is_surely_somebodys(name: str, settings: Settings) -> bool:
    """Say the same without waiting for servers one after the other; one that cannot tell counts as no."""
    servers = _servers(settings)
    if not servers:
        return False
    with ThreadPoolExecutor(len(servers), thread_name_prefix="mailbox") as pool:
        return any(pool.map(lambda server: _has(server, name), servers))


def _has(server: MailServer, name: str) -> bool:
    try:
        return server.has_mailbox(name)
    except TransportError:
        return False


def _servers(settings: Settings) -> list[MailServer]:
    found = (MailServer.of(which, settings) for which in _SERVERS)
    return [server for server in found if server.has_master]
