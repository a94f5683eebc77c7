"""Text messages: the port and the choice of its adapter by SMS_PROVIDER."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from backoffice.ports import outbox_file
from backoffice.ports.sms_http import HttpSms
from backoffice.ports.sms_kavenegar import KavenegarSms
from backoffice.ports.transport import Sms
from backoffice.settings import Settings

FILE = "sms.jsonl"


class SmsPort(Protocol):
    """A gateway for text messages."""

    def send(self, sms: Sms) -> str:
        """Hand the message over; give the gateway's number of it, "" if it has none. Raises TransportError."""

    def probe(self) -> None:
        """See whether the gateway can be reached; no message leaves. Raises TransportError."""


@dataclass(frozen=True)
class FileSms:
    """Writes messages to a file; that counts as delivered."""

    path: Path

    def send(self, sms: Sms) -> str:
        """Append the message once. Raises TransportError where the file cannot be written."""
        message = {"to": sms.to, "template": sms.template, "params": dict(sms.params), "text": sms.text}
        outbox_file.append(self.path, message, sms.tried_since)
        return ""

    def probe(self) -> None:
        """Do nothing: a file is reached by writing."""


def open_sms(settings: Settings) -> SmsPort:
    """Give the gateway of the settings; nothing is contacted before the first message."""
    if settings.sms_provider == "kavenegar":
        return KavenegarSms(settings.sms_url, settings.sms_api_key, settings.sms.sender)
    if settings.sms_provider == "http":
        return HttpSms(settings.sms_url, settings.sms_api_key, settings.sms)
    return FileSms(settings.instance / "outbox" / FILE)
