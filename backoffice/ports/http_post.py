"""One POST over HTTP with every unsafe habit left out: no redirects, no plain text off this machine, no waiting.

A failure tells apart what was certainly not handed over from what may have been.
"""

import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

from backoffice.i18n import N_
from backoffice.ports.transport import BAD_TLS, NO_ANSWER, NOT_REACHED, SECONDS, TransportError
from backoffice.settings import is_loopback

LONGEST_ANSWER = 64 * 1024
UNSAFE = N_("%(setting)s must begin with https:// (plain http:// only to this machine).")


@dataclass(frozen=True)
class Answer:
    """What came back; ``content`` is None where it is no JSON."""

    host: str
    status: int
    content: Any


def post(url: str, body: bytes, headers: Mapping[str, str], *, setting: str, seconds: float = SECONDS) -> Answer:
    """Send the body; ``setting`` names where the URL comes from, ``seconds`` is the patience with each step of it.

    Raises TransportError.
    """
    parts = urlsplit(url)
    connection = _connected(parts, url, setting, seconds)
    host = parts.hostname or ""
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, dict(headers))
        response = connection.getresponse()
        return Answer(host, response.status, _json(response.read(LONGEST_ANSWER)))
    except (OSError, http.client.HTTPException):
        raise TransportError(NO_ANSWER, {"host": host}, unknown=True) from None
    finally:
        connection.close()


def probe(url: str, *, setting: str, seconds: float = SECONDS) -> None:
    """Connect and say nothing. Raises TransportError."""
    _connected(urlsplit(url), url, setting, seconds).close()


def at(content: Any, path: str) -> Any:
    """Give what stands at a dotted path of names and positions in JSON, None where there is nothing."""
    for part in path.split("."):
        if isinstance(content, dict):
            content = content.get(part)
        elif isinstance(content, list) and part.isdecimal() and int(part) < len(content):
            content = content[int(part)]
        else:
            return None
    return content


def encoded(named: Mapping[str, Any], form: str) -> tuple[bytes, str]:
    """Give a body and its content type: ``json``, or ``form`` with whatever has parts as JSON."""
    if form == "json":
        return json.dumps(named, ensure_ascii=False).encode(), "application/json; charset=utf-8"
    flat = {name: json.dumps(value) if isinstance(value, dict) else value for name, value in named.items()}
    return urlencode(flat).encode(), "application/x-www-form-urlencoded"


def _connected(parts: SplitResult, url: str, setting: str, seconds: float) -> http.client.HTTPConnection:
    host = parts.hostname or ""
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(url))):
        raise TransportError(UNSAFE, {"setting": setting})
    try:
        connection = _connection(parts, host, seconds)
        connection.connect()
    except ssl.SSLError:
        raise TransportError(BAD_TLS, {"host": host}) from None
    except (OSError, ValueError):
        raise TransportError(NOT_REACHED, {"host": host}) from None
    return connection


def _connection(parts: SplitResult, host: str, seconds: float) -> http.client.HTTPConnection:
    if parts.scheme == "http":
        return http.client.HTTPConnection(host, parts.port, timeout=seconds)
    context = ssl.create_default_context()
    return http.client.HTTPSConnection(host, parts.port, timeout=seconds, context=context)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
