"""The two mail servers of the demo university: the old one, where mail is fetched, and the new one.

The old one keeps users of its own and writes folders in folders with a dot. The new one knows everybody who has a
permanent account in the directory, by the same password.
"""

from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit

from backoffice.demo import movers, old_mail
from backoffice.demo.dovecot import DovecotError, LocalDovecot, is_installed
from backoffice.demo.dovecot_config import People
from backoffice.demo.loopback import free_port, is_free
from backoffice.demo.movers import Mover
from backoffice.demo.newcomers import Newcomer
from backoffice.demo.slapd import LocalSlapd
from backoffice.demo.terminal import say
from backoffice.settings import Settings

OLD, NEW = "mail-old", "mail-new"
SEPARATORS = {OLD: ".", NEW: "/"}
# Messages in the mailboxes of new colleagues, one after the other.
SIZES = (15, 0, 300, 1, 75)
# Setting -> the server whose address it is.
URLS = {"old_imap_url": OLD, "new_imap_url": NEW}


@dataclass(frozen=True)
class MailServers:
    """Those that run, by name; none where Dovecot does not work here."""

    running: dict[str, LocalDovecot]

    @property
    def addresses(self) -> dict[str, str]:
        """The settings that say where they are, "" where there is none."""
        return {name: self.running[of].url if of in self.running else "" for name, of in URLS.items()}


def build(folder: Path, people: list[Newcomer], moving: list[Mover]) -> None:
    """Make both servers, the old one with the mailboxes of these people; one of them is too large for the new one."""
    old, new = (LocalDovecot.create(folder / name, separator=separator) for name, separator in SEPARATORS.items())
    mailboxes = {person.old_mailbox: person.old_password for person in people if person.old_mailbox}
    old.add_users(mailboxes | {person.username: person.mailbox_password for person in moving})
    sizes = dict(zip(mailboxes, cycle(SIZES), strict=False)) | {person.username: person.messages for person in moving}
    old_mail.fill(old.files.server / "mail", sizes)
    for person in moving:
        if person.box == movers.FULL:
            new.add_users({person.username: ""})
            new.set_quota(person.username, movers.QUOTA)


def settings_text(folder: Path) -> str:
    """Write the lines of settings.toml that do not change."""
    old, new = (LocalDovecot.open(folder / name) for name in SEPARATORS)
    lines = [f'{name} = ""' for name in URLS]
    for prefix, server in (("old_imap", old), ("new_imap", new)):
        password = server.files.master_password_file.relative_to(folder)
        lines += [f'{prefix}_master_user = "{server.master_user}"', f'{prefix}_master_password_file = "{password}"']
    words = ", ".join(f"'{word}'" for word in new.doveadm)
    return "\n".join([*lines, 'mailbox_provider = "doveadm"', f"mailbox_doveadm = [{words}]"])


def start(settings: Settings, directory: LocalSlapd, running: ExitStack) -> MailServers:
    """Start both on the ports of last time if these are free; where that does not work, say so and go on without."""
    found: dict[str, LocalDovecot] = {}
    if why := _missing(settings.instance):
        say(why)
        return MailServers(found)
    for setting, name in URLS.items():
        last = urlsplit(str(getattr(settings, setting))).port
        try:
            server = LocalDovecot.open(
                settings.instance / name, port=last if last and is_free(last) else _port(settings)
            )
            if name == NEW:
                server.people = people_of(directory)
            found[name] = running.enter_context(server)
        except DovecotError as fault:
            say(f"The mail server {name} does not run: {fault}")
    return MailServers(found)


def people_of(directory: LocalSlapd) -> People:
    """Give where the users of the new server are kept."""
    base = f"ou=people,{directory.base_dn}"
    return People(directory.uri, base, directory.service_dn, directory.service_password)


def _port(settings: Settings) -> int:
    """Give a free port that is not the one the desk takes in a moment."""
    return next(port for port in iter(free_port, None) if port != settings.port)


def _missing(folder: Path) -> str:
    """Say why there can be no mail servers, "" where there can."""
    if not is_installed():
        return "Dovecot is not installed here, so there are no mail servers."
    if not all((folder / name).exists() for name in SEPARATORS):
        return "This demo was made before it had mail servers; `make reset` and `make run` make one that has."
    return ""
