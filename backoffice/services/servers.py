"""Whether the servers around us answer: gateway, mail, civil registry. The directory is part of ``readiness``.

Each is asked in a thread of its own and its answer is remembered, so that no page waits for a slow one.
Source: mission S58.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from backoffice.ports.mail import TO_FILE, open_mail
from backoffice.ports.mail_server import MailServer, Which
from backoffice.ports.mobile_owner import open_mobile_owner
from backoffice.ports.registry import open_registry
from backoffice.ports.sms import open_sms
from backoffice.ports.transport import TransportError
from backoffice.rules.errors import RefusedError
from backoffice.settings import Settings

SMS, SMTP, REGISTRY, OWNER = "sms", "smtp", "civil_registry", "mobile_owner"
OLD_IMAP: Which = "old_imap"
NEW_IMAP: Which = "new_imap"
# How long an answer counts. A fault is looked at again soon, as somebody is mending it.
FINE_FOR, DOWN_FOR = 60.0, 10.0
_log = logging.getLogger(__name__)
_Probe = Callable[[], None]


@dataclass(frozen=True)
class Server:
    """``fault``: what is the matter, None where it answers. ``is_known``: False while it has not answered at all."""

    name: str
    fault: RefusedError | None
    is_known: bool


def _set_event() -> threading.Event:
    event = threading.Event()
    event.set()
    return event


@dataclass
class _Answer:
    """What a server said last and until when that counts; ``done`` is set while nobody asks it."""

    fault: RefusedError | None = None
    is_known: bool = False
    until: float = 0.0
    done: threading.Event = field(default_factory=_set_event)


_answers: dict[tuple[Path, str], _Answer] = {}
_lock = threading.Lock()


def look(settings: Settings, *, patience: float) -> Sequence[Server]:
    """Give the servers that the settings name, each asked if its last answer does not count any more.

    What has not answered within ``patience`` seconds is given as it was last known.
    """
    end = time.monotonic() + patience
    answers = {name: _asked((settings.instance, name), probe) for name, probe in _probes(settings)}
    for answer in answers.values():
        answer.done.wait(max(0.0, end - time.monotonic()))
    return [Server(name, answer.fault, answer.is_known) for name, answer in answers.items()]


def _probes(settings: Settings) -> Iterator[tuple[str, _Probe]]:
    if settings.sms_provider != "file":
        yield SMS, open_sms(settings).probe
    if settings.smtp_url.get_secret_value() != TO_FILE:
        yield SMTP, open_mail(settings).probe
    for which in (OLD_IMAP, NEW_IMAP):
        server = MailServer.of(which, settings)
        if server.address.url:
            yield which, server.probe if server.has_master else server.greet
    if settings.civil_registry_provider == "http" and (registry := open_registry(settings)):
        yield REGISTRY, registry.probe
    if settings.mobile_owner_provider == "http" and (owner := open_mobile_owner(settings)):
        yield OWNER, owner.probe


def _asked(key: tuple[Path, str], probe: _Probe) -> _Answer:
    with _lock:
        answer = _answers.setdefault(key, _Answer())
        if answer.done.is_set() and time.monotonic() >= answer.until:
            answer.done.clear()
            threading.Thread(target=_ask, args=(key[1], answer, probe), name=f"probe-{key[1]}", daemon=True).start()
    return answer


def _ask(name: str, answer: _Answer, probe: _Probe) -> None:
    fault = None
    try:
        probe()
    except TransportError as error:
        _log.warning("%s does not answer as it should: %s", name, error)
        fault = error
    finally:
        answer.fault, answer.is_known = fault, True
        answer.until = time.monotonic() + (DOWN_FOR if fault else FINE_FOR)
        answer.done.set()
