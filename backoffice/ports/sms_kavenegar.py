"""Text messages through Kavenegar. Source: its REST documentation, method ``sms/send``.

``localid`` makes Kavenegar give the earlier answer, and send nothing, when the same message comes again.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from pydantic import SecretStr

from backoffice.i18n import N_
from backoffice.ports.http_post import Answer, post, probe
from backoffice.ports.transport import NO_ANSWER, Sms, TransportError

HOME = "https://api.kavenegar.com"
REFUSED = N_("Kavenegar does not accept the message (%(status)d).")
NOT_NOW = N_("Kavenegar takes no messages from us at the moment (%(status)d).")
NO_KEY = N_("SMS_API_KEY is not set, but Kavenegar needs it.")
_OK, _BROKEN = 200, 500
# Receiver not valid, text empty or too long, letters not allowed.
_FAULTS_OF_THE_MESSAGE = frozenset({411, 413, 422})
_LONGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class KavenegarSms:
    """Kavenegar's gateway. ``sender`` "" is the line the account has by default."""

    url: str
    key: SecretStr
    sender: str = ""

    def send(self, sms: Sms) -> str:
        """Hand the message over; give Kavenegar's number of it. Raises TransportError."""
        fields = {"receptor": sms.to, "message": sms.text, "localid": str(int(sms.key, 16) & _LONGEST_ID)}
        body = urlencode(fields | ({"sender": self.sender} if self.sender else {})).encode()
        # The key is a part of the address: no fault may repeat the address.
        url = f"{self._home}/v1/{quote(self._secret(), safe='')}/sms/send.json"
        answer = post(url, body, {"Content-Type": "application/x-www-form-urlencoded"}, setting="SMS_URL")
        return _number_in(answer)

    def probe(self) -> None:
        """Connect and say nothing. Raises TransportError."""
        self._secret()
        probe(self._home, setting="SMS_URL")

    @property
    def _home(self) -> str:
        return (self.url or HOME).rstrip("/")

    def _secret(self) -> str:
        if not (secret := self.key.get_secret_value()):
            raise TransportError(NO_KEY)
        return secret


def _number_in(answer: Answer) -> str:
    content: Any = answer.content if isinstance(answer.content, dict) else {}
    status = (content.get("return") or {}).get("status", answer.status)
    entries = content.get("entries") or []
    if status == _OK and entries:
        return str(entries[0].get("messageid", ""))
    if status in _FAULTS_OF_THE_MESSAGE:
        raise TransportError(REFUSED, {"status": status}, permanent=True)
    if status == _OK or (status >= _BROKEN and not content):
        raise TransportError(NO_ANSWER, {"host": answer.host}, unknown=True)
    raise TransportError(NOT_NOW, {"status": status})
