"""Text messages through any gateway that takes a POST; request and answer are described in ``[sms]``.

Source: contract.md "Details": with only the URL set, JSON with our field names, ``{"accepted": true, "id": "…"}`` back.
"""

from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from backoffice.i18n import N_
from backoffice.ports.http_post import Answer, at, encoded, post, probe
from backoffice.ports.transport import NO_ANSWER, Sms, TransportError
from backoffice.settings import SmsSettings

REFUSED = N_("%(host)s does not accept the message (%(status)d).")
NOT_NOW = N_("%(host)s takes no messages at the moment (%(status)d).")
# The gateway does not know us, wants us to slow down, or is closed: no fault of the message.
_NOT_THE_MESSAGE = frozenset({401, 402, 403, 404, 405, 407, 408, 425, 429, 503})
_ELSEWHERE, _ERROR, _BROKEN = 300, 400, 500


@dataclass(frozen=True)
class HttpSms:
    """A gateway behind one URL."""

    url: str
    key: SecretStr
    shape: SmsSettings = field(default_factory=SmsSettings)

    def send(self, sms: Sms) -> str:
        """Hand the message over; give the gateway's number of it. Raises TransportError."""
        body, content_type = encoded(self._named(sms), self.shape.format)
        answer = post(self.url, body, self._headers(content_type), setting="SMS_URL")
        _raise_for_status(answer)
        accepted = at(answer.content, self.shape.accepted)
        if answer.content is None or accepted is None:
            raise TransportError(NO_ANSWER, {"host": answer.host}, unknown=True)
        if str(accepted).lower() not in {word.lower() for word in self.shape.accepted_values}:
            raise TransportError(REFUSED, {"host": answer.host, "status": answer.status}, permanent=True)
        return str(at(answer.content, self.shape.id) or "")

    def probe(self) -> None:
        """Connect and say nothing. Raises TransportError."""
        probe(self.url, setting="SMS_URL")

    def _named(self, sms: Sms) -> dict[str, Any]:
        ours = {
            "to": sms.to, "template": sms.template, "params": dict(sms.params), "text": sms.text, "key": sms.key,
            "sender": self.shape.sender,
        }  # fmt: skip
        named = {self.shape.names.get(name, name): value for name, value in ours.items() if value or name == "params"}
        named |= self.shape.fixed
        named.pop("", None)
        return named

    def _headers(self, content_type: str) -> dict[str, str]:
        headers = {"Content-Type": content_type, "Accept": "application/json"}
        secret = self.key.get_secret_value()
        return headers | ({self.shape.key_header: self.shape.key_format.format(secret)} if secret else {})


def _raise_for_status(answer: Answer) -> None:
    values = {"host": answer.host, "status": answer.status}
    if answer.status in _NOT_THE_MESSAGE or _ELSEWHERE <= answer.status < _ERROR:
        raise TransportError(NOT_NOW, values)
    if answer.status >= _BROKEN:
        # Whatever broke there may have broken after the message was passed on.
        raise TransportError(NO_ANSWER, {"host": answer.host}, unknown=True)
    if answer.status >= _ERROR:
        raise TransportError(REFUSED, values, permanent=True)
