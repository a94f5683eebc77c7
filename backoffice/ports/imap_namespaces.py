"""Where the folders of a person begin, and those of others. Source: RFC 2342."""

from collections.abc import Collection
from dataclasses import dataclass

import imapclient

from backoffice.rules.mail_folders import Place


@dataclass(frozen=True)
class Namespaces:
    """``own``: how the names of the person's own folders are made; ``foreign``: what those of others begin with."""

    own: Place
    foreign: tuple[str, ...] = ()


def of(client: imapclient.IMAPClient, capabilities: Collection[str], separator: str = "/") -> Namespaces:
    """Ask for them; ``separator`` is that of a server which does not say."""
    if "NAMESPACE" not in capabilities:
        return Namespaces(Place(separator))
    found = client.namespace()
    prefix, own = found.personal[0] if found.personal else (b"", separator)
    others = (_text(prefix) for part in (found.other, found.shared) for prefix, _separator in part or ())
    return Namespaces(Place(own or separator, _text(prefix)), tuple(filter(None, others)))


def _text(prefix: bytes | None) -> str:
    """Give a prefix as names are kept: imapclient leaves it as bytes because it leaves folder names alone."""
    return (prefix or b"").decode("latin-1")
