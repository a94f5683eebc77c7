"""The settings in force, for the desk to read: each value and where it comes from. Secrets are never given.

Source: contract.md "Settings".
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, SecretStr

from backoffice.settings import Settings
from backoffice.settings.table import Table

DEFAULT, FILE, ENVIRONMENT = "default", "file", "environment"
GROUPS = (POLICY, TRUST, LIMITS, SOURCES, DIRECTORY, SERVICES, SITE) = (
    "policy", "trust", "limits", "sources", "directory", "services", "site",
)  # fmt: skip
Value = str | int | float | bool | tuple[str, ...]
# Tables and names of the top, by the group they are shown in; the rest is of the site.
_OF_TABLE = {
    "policy": POLICY, "trust": TRUST, "limits": LIMITS, "hr": SOURCES, "ldap": DIRECTORY, "directory": DIRECTORY,
    "sms": SERVICES, "civil_registry": SERVICES, "mobile_owner": SERVICES,
}  # fmt: skip
_OF_NAME = {
    "ldap": DIRECTORY, "sms": SERVICES, "mobile": SERVICES, "civil": SERVICES, "smtp": SERVICES, "mail": SERVICES,
    "mailbox": SERVICES, "old": SERVICES, "new": SERVICES, "intake": SERVICES,
}  # fmt: skip
# What may hold keys of a gateway: values of tables, texts, and arguments of commands.
_HIDDEN = frozenset({"fixed", "key_format", "mailbox_doveadm", "mailbox_command", "first_command"})


@dataclass(frozen=True)
class Line:
    """One setting. ``name`` as settings.toml has it; ``kind`` the same without numbers of lists.

    ``value`` is empty for a secret; ``is_secret`` says so, ``is_set`` whether there is one.
    """

    name: str
    kind: str
    value: Value
    origin: str
    is_secret: bool = False
    is_set: bool = True


def groups(settings: Settings) -> Mapping[str, Sequence[Line]]:
    """Give the settings by group, in the order of their tables."""
    found: dict[str, list[Line]] = {name: [] for name in GROUPS}
    for name in type(settings).model_fields:
        group = _OF_TABLE.get(name) or _OF_NAME.get(name.partition("_")[0]) or SITE
        found[group] += _lines(name, name, getattr(settings, name), _origin(settings, name))
    return found


def _origin(settings: Settings, name: str) -> str:
    if name in settings.from_environment:
        return ENVIRONMENT
    return FILE if name in settings.model_fields_set and name != "instance" else DEFAULT


def _lines(name: str, kind: str, value: object, origin: str) -> Iterator[Line]:
    if isinstance(value, BaseModel):
        yield from _of_table(name, kind, value)
    elif isinstance(value, tuple) and any(isinstance(item, BaseModel) for item in value):
        for item in value:
            yield from _of_table(f"{name}[{getattr(item, 'name', '')}]", kind, item)
    elif isinstance(value, SecretStr):
        # A default stands in the public source; only what was given is a secret.
        is_secret, text = origin != DEFAULT, value.get_secret_value()
        yield Line(name, kind, "" if is_secret else text, origin, is_secret=is_secret, is_set=bool(text))
    elif name.rpartition(".")[2] in _HIDDEN:
        yield _hidden(name, kind, value, origin)
    else:
        yield Line(name, kind, _plain(value), origin)


def _of_table(name: str, kind: str, table: BaseModel) -> Iterator[Line]:
    for part in type(table).model_fields:
        origin = FILE if part in table.model_fields_set else DEFAULT
        yield from _lines(f"{name}.{part}", f"{kind}.{part}", getattr(table, part), origin)


def _hidden(name: str, kind: str, value: object, origin: str) -> Line:
    """Give of a table that may hold keys its names only, of a command its program, of a text its default."""
    if isinstance(value, Mapping):
        return Line(name, kind, tuple(str(key) for key in value), origin)
    if isinstance(value, tuple):
        return Line(name, kind, (*map(str, value[:1]), *["…"][: len(value) - 1]), origin)
    return Line(name, kind, str(value) if origin == DEFAULT else "", origin, is_secret=origin != DEFAULT)


def _plain(value: object) -> Value:
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return tuple(f"{key} = {_text(part)}" for key, part in value.items())
    if isinstance(value, list | tuple):
        return tuple(_text(part) for part in value)
    return _text(value)


def _text(value: object) -> str:
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if isinstance(value, Table):
        return ", ".join(f"{name} = {_text(part)}" for name, part in value)
    if isinstance(value, Mapping | list | tuple):
        shown = _plain(value)
        return ", ".join(shown) if isinstance(shown, tuple) else str(shown)
    return str(value) if isinstance(value, Path) else _address(str(value))


def _address(text: str) -> str:
    """Give of an address the server alone: login, path and query may hold keys."""
    if "://" not in text:
        return text
    parts = urlsplit(text)
    rest = "/…" if parts.path.strip("/") or parts.query else ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{rest}"
