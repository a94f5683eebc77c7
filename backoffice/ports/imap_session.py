"""A session in one mailbox: its folders, messages read in batches, messages stored. For moves, not for pages.

Every command has a time and a size; every fault is a TransportError whose class says what to do. Nothing here can
delete: no EXPUNGE, no DELETE, no MOVE. Source: issue "Mail moves" 1, 2; RFC 3501, RFC 4315, RFC 6154.
"""

import imaplib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import imapclient

from backoffice.ports import imap_answers, imap_append, imap_fetch, imap_namespaces
from backoffice.ports.imap_answers import Described, Raw
from backoffice.ports.imap_append import Outgoing
from backoffice.ports.imap_content import PART, Content
from backoffice.ports.imap_faults import (
    OVER_QUOTA,
    REFUSED,
    TOO_MANY_FOLDERS,
    CommandRefusedError,
    OverQuotaError,
    named_faults,
)  # fmt: skip
from backoffice.ports.imap_wire import Wire
from backoffice.ports.transport import TransportError
from backoffice.rules.mail_folders import MOST_FOLDERS, Folder, Place

COMMAND_SECONDS = 60.0
# A connection slower than this is given up.
SLOWEST_BYTES = 50_000
ANSWER_BYTES = 4_000_000
LONGEST_NAME = 1_000
# A message larger than this is read in parts, into a file.
LARGE = 4_000_000
DESCRIBED_AT_ONCE = 2_000
_PER_MESSAGE = 20_000
# What a server gives of a large message that has more times the bytes it spoke of is not believed.
_MOST_LARGER = 2


@dataclass(frozen=True)
class Selected:
    """A folder that is open: its UIDVALIDITY, the next UID, and how many messages it has."""

    validity: int
    next_uid: int
    messages: int


class Session:
    """One mailbox that is open for us."""

    def __init__(self, client: imapclient.IMAPClient, wire: Wire, host: str) -> None:
        self._client, self._wire, self.host = client, wire, host
        words = (word.decode("latin-1").upper() for word in client.capabilities())
        self.capabilities = frozenset(words)

    @property
    def takes_many(self) -> bool:
        """Whether many messages can be stored in one command, all or none."""
        return "MULTIAPPEND" in self.capabilities

    @property
    def names_uids(self) -> bool:
        """Whether the server says which UIDs the messages got that were stored."""
        return "UIDPLUS" in self.capabilities

    def place(self) -> Place:
        """Give how the names of this person's own folders are made."""
        with self._command():
            separator = next((folder.separator for folder in self._listed("LIST", "")), "/")
            return imap_namespaces.of(self._client, self.capabilities, separator).own

    def folders(self) -> list[Folder]:
        """Give the folders of this person with their use, and whether they are subscribed."""
        with self._command():
            found = self._listed("LIST", "*")
            if "SPECIAL-USE" in self.capabilities and not any("\\Sent" in folder.attributes for folder in found):
                found = self._with_use(found)
            subscribed = {folder.name for folder in self._listed("LSUB", "*")}
            foreign = imap_namespaces.of(self._client, self.capabilities).foreign
        own = [folder for folder in found if not (foreign and folder.name.startswith(foreign))]
        return [replace(folder, subscribed=folder.name in subscribed) for folder in own]

    def size_of(self, name: str) -> tuple[int, int]:
        """Give how many messages a folder has, and their bytes, 0 where the server does not say."""
        wanted = ["MESSAGES", "SIZE"] if "STATUS=SIZE" in self.capabilities else ["MESSAGES"]
        with self._command():
            found = self._client.folder_status(name, wanted)
        return int(found.get(b"MESSAGES", 0)), int(found.get(b"SIZE", 0))

    def select(self, name: str, *, to_write: bool = False) -> Selected:
        """Open a folder, read-only unless flags are to be written."""
        with self._command():
            found = self._client.select_folder(name, readonly=not to_write)
        return Selected(*(int(found.get(key, 0)) for key in (b"UIDVALIDITY", b"UIDNEXT", b"EXISTS")))

    def uids(self, first: int = 1) -> list[int]:
        """Give the UIDs of the open folder from ``first`` on."""
        with self._command(size=ANSWER_BYTES * 4):
            status, answers = self._imaplib.uid("SEARCH", "UID", f"{first}:*")
            self._check(status, answers)
        return [uid for uid in imap_answers.numbers(answers) if uid >= first]

    def describe(self, uids: Sequence[int]) -> list[Described]:
        """Give flags, date and size of messages of the open folder; those that are gone are left out."""
        found: list[Described] = []
        for start in range(0, len(uids), DESCRIBED_AT_ONCE):
            some = uids[start : start + DESCRIBED_AT_ONCE]
            asked = set(some)
            answers = self._fetch(some, "(UID FLAGS INTERNALDATE RFC822.SIZE)", len(some) * _PER_MESSAGE, 0)
            found += [one for one in imap_answers.described(answers) if one.uid in asked]
        return sorted({one.uid: one for one in found}.values(), key=lambda one: one.uid)

    def contents(self, messages: Sequence[Described]) -> dict[int, Content]:
        """Give UID -> content of messages of the open folder; those that are gone, or not credible, are left out."""
        small = [message for message in messages if message.size <= LARGE]
        found: dict[int, Content] = {}
        if small:
            size = sum(message.size for message in small) + LARGE
            answers = self._fetch(
                [message.uid for message in small], "(UID BODY.PEEK[])", size * 2 + ANSWER_BYTES, LARGE * 2
            )
            wanted = {message.uid for message in small}
            found = {uid: Content.of(data) for uid, data in imap_answers.bodies(answers) if uid in wanted}
        for message in messages:
            if message.size > LARGE:
                content = Content.from_parts(self._parts(message))
                if 0 < content.size <= message.size * _MOST_LARGER:
                    found[message.uid] = content
                else:
                    content.close()
        return found

    def append(self, name: str, messages: Sequence[Outgoing]) -> list[int]:
        """Store messages in a folder; give their UIDs, [] where the server does not say.

        Raises OverQuotaError and CommandRefusedError, nothing was stored; LostConnectionError, nobody knows.
        """
        size = sum(message.content.size for message in messages)
        with self._command(carrying=size):
            status, said = imap_append.send(self._wire, _quoted(name), messages, self.capabilities)
        if status != "OK":
            raise self._refusal(said)
        return imap_append.uids(status, said, len(messages))

    def create(self, name: str) -> None:
        """Make a folder; one that is there already is no fault."""
        with self._command():
            status, answers = self._imaplib.create(_quoted(name).decode("ascii"))
        if status != "OK" and imap_answers.code(_first(answers)) != "ALREADYEXISTS":
            raise self._refusal(_first(answers))

    def subscribe(self, name: str) -> None:
        """Subscribe to a folder."""
        with self._command():
            self._client.subscribe_folder(name)

    def set_flags(self, uids: Sequence[int], flags: Sequence[str]) -> None:
        """Give messages of the open folder these flags and no others."""
        with self._command(size=ANSWER_BYTES):
            numbers = ",".join(str(uid) for uid in uids)
            status, answers = self._imaplib.uid("STORE", numbers, "FLAGS.SILENT", f"({' '.join(flags)})")
            self._check(status, answers)

    @property
    def _imaplib(self) -> imaplib.IMAP4:
        return self._wire

    def _parts(self, message: Described) -> Iterator[bytes]:
        start = 0
        while True:
            answers = self._fetch([message.uid], f"(UID BODY.PEEK[]<{start}.{PART}>)", PART * 2, PART)
            part = next((data for uid, data in imap_answers.bodies(answers) if uid == message.uid), b"")
            yield part
            start += len(part)
            if len(part) < PART or start > message.size * _MOST_LARGER:
                return

    def _fetch(self, uids: Sequence[int], what: str, size: int, literal: int) -> list[Raw]:
        with self._command(size=size + ANSWER_BYTES, literal=literal, carrying=size):
            status, answers = imap_fetch.fetch(self._wire, _ranges(uids), what)
            self._check(status, answers)
        return answers

    def _listed(self, command: str, pattern: str) -> list[Folder]:
        run = self._imaplib.lsub if command == "LSUB" else self._imaplib.list
        status, answers = run('""', f'"{pattern}"')
        self._check(status, answers)
        found = list(imap_answers.folders(answers))
        if len(found) > MOST_FOLDERS:
            raise CommandRefusedError(TOO_MANY_FOLDERS, {"host": self.host, "number": MOST_FOLDERS}, permanent=True)
        return found

    def _with_use(self, found: list[Folder]) -> list[Folder]:
        """Ask for the use of folders where the server only tells when asked. Source: RFC 6154 §2."""
        status, answers = self._imaplib.xatom("LIST", "(SPECIAL-USE)", '""', '"*"')
        if status != "OK":
            return found
        answers = self._imaplib.untagged_responses.pop("LIST", [])
        uses = {folder.name: folder.attributes for folder in imap_answers.folders(answers)}
        return [replace(folder, attributes=folder.attributes | uses.get(folder.name, frozenset())) for folder in found]

    def _check(self, status: str, answers: Sequence[Raw | None]) -> None:
        if status != "OK":
            raise self._refusal(_first(answers))

    def _refusal(self, said: bytes) -> TransportError:
        if imap_answers.code(said) == "OVERQUOTA" or b"quota" in said.lower():
            return OverQuotaError(OVER_QUOTA, {"host": self.host})
        return CommandRefusedError(REFUSED, {"host": self.host, "said": imap_answers.words(said)}, permanent=True)

    @contextmanager
    def _command(self, size: int = ANSWER_BYTES, literal: int = LONGEST_NAME, carrying: int = 0) -> Iterator[None]:
        """Bound one or a few commands, and give every fault its class."""
        self._wire.untagged_responses.clear()
        self._wire.allow(COMMAND_SECONDS + carrying / SLOWEST_BYTES, size, literal)
        with named_faults(self.host):
            yield


def _quoted(name: str) -> bytes:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'.encode("ascii")


def _first(answers: Sequence[Raw | None]) -> bytes:
    first = answers[0] if answers else b""
    return first if isinstance(first, bytes) else b""


def _ranges(uids: Sequence[int]) -> str:
    """Write UIDs as a set, neighbours as ranges."""
    parts: list[list[int]] = []
    for uid in sorted(uids):
        if parts and uid == parts[-1][1] + 1:
            parts[-1][1] = uid
        else:
            parts.append([uid, uid])
    return ",".join(str(first) if first == last else f"{first}:{last}" for first, last in parts)
