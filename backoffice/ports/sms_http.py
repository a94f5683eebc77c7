"""Text messages through any gateway that takes a POST; request and answer are described in ``[sms]``.

Source: contract.md "Details": with only the URL set, JSON with our field names, ``{"accepted": true, "id": "…"}`` back.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from pydantic import SecretStr

from backoffice.i18n import N_
from backoffice.ports.http_post import Answer, post, probe
from backoffice.ports.transport import NO_ANSWER, Sms, TransportError
from backoffice.settings import SmsSettings

REFUSED = N_("%(host)s does not accept the message (%(status)d).")
NOT_NOW = N_("%(host)s takes no messages at the moment (%(status)d).")
_TYPES = {"json": "application/json; charset=utf-8", "form": "application/x-www-form-urlencoded"}
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
        answer = post(self.url, self._body(sms), self._headers(), setting="SMS_URL")
        _raise_for_status(answer)
        accepted = _at(answer.content, self.shape.accepted)
        if answer.content is None or accepted is None:
            raise TransportError(NO_ANSWER, {"host": answer.host}, unknown=True)
        if str(accepted).lower() not in {word.lower() for word in self.shape.accepted_values}:
            raise TransportError(REFUSED, {"host": answer.host, "status": answer.status}, permanent=True)
        return str(_at(answer.content, self.shape.id) or "")

    def probe(self) -> None:
        """Connect and say nothing. Raises TransportError."""
        probe(self.url, setting="SMS_URL")

    def _body(self, sms: Sms) -> bytes:
        ours = {
            "to": sms.to, "template": sms.template, "params": dict(sms.params), "text": sms.text, "key": sms.key,
            "sender": self.shape.sender,
        }  # fmt: skip
        named = {self.shape.names.get(name, name): value for name, value in ours.items() if value or name == "params"}
        named |= self.shape.fixed
        named.pop("", None)
        return _encoded(named, self.shape.format)

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": _TYPES[self.shape.format], "Accept": "application/json"}
        secret = self.key.get_secret_value()
        return headers | ({self.shape.key_header: self.shape.key_format.format(secret)} if secret else {})


def _encoded(named: Mapping[str, Any], form: str) -> bytes:
    if form == "json":
        return json.dumps(named, ensure_ascii=False).encode()
    flat = {name: json.dumps(value) if isinstance(value, dict) else value for name, value in named.items()}
    return urlencode(flat).encode()


def _raise_for_status(answer: Answer) -> None:
    values = {"host": answer.host, "status": answer.status}
    if answer.status in _NOT_THE_MESSAGE or _ELSEWHERE <= answer.status < _ERROR:
        raise TransportError(NOT_NOW, values)
    if answer.status >= _BROKEN:
        # Whatever broke there may have broken after the message was passed on.
        raise TransportError(NO_ANSWER, {"host": answer.host}, unknown=True)
    if answer.status >= _ERROR:
        raise TransportError(REFUSED, values, permanent=True)


def _at(content: Any, path: str) -> Any:
    """Give what stands at a dotted path of names and positions, None where there is nothing."""
    for part in path.split("."):
        if isinstance(content, dict):
            content = content.get(part)
        elif isinstance(content, list) and part.isdecimal() and int(part) < len(content):
            content = content[int(part)]
        else:
            return None
    return content
