"""Reading the settings: environment, then file named by the environment, then settings.toml, then default.

Source: contract.md "Settings".
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from backoffice.settings.model import Settings

PREFIX = "BACKOFFICE_"


class SettingsError(Exception):
    """The settings cannot be used; ``faults`` holds one sentence each, without any value that is secret."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def load(overrides: Mapping[str, object] | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; ``overrides`` (field names) win over everything.

    Raises SettingsError with every fault at once.
    """
    env = dict(os.environ if environ is None else environ)
    given = dict(overrides or {})
    values: dict[str, object] = {}
    instance = Path(
        str(given.get("instance") or env.get(f"{PREFIX}INSTANCE") or Settings.model_fields["instance"].default)
    )
    surrounding = _from_environment(env)
    values.update(_from_toml(instance / "settings.toml"))
    values.update(surrounding)
    values.update(given)
    values["instance"] = instance.absolute()
    try:
        return Settings.model_validate(values).remember(frozenset(surrounding) - frozenset(given))
    except ValidationError as error:
        raise SettingsError([_sentence(fault) for fault in error.errors(include_input=False)]) from None


def _sentence(fault: Any) -> str:
    where = ".".join(str(part) for part in fault["loc"]) or "settings"
    return f"{where}: {fault['msg']}"


def _from_toml(path: Path) -> dict[str, object]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError([f"{path.name}: {error}"]) from None
    return dict(_value_of(key.lower(), value, path.parent) for key, value in found.items())


def _value_of(key: str, value: object, folder: Path) -> tuple[str, object]:
    """Take ``secret_key_file = "secret.key"`` as ``secret_key``; the file is named relative to settings.toml."""
    name = key.removesuffix("_file")
    if key in Settings.model_fields or name not in Settings.model_fields:
        return key, value
    try:
        return name, (folder / str(value)).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError([f"{key}: {error.strerror}"]) from None


def _from_environment(env: Mapping[str, str]) -> dict[str, object]:
    values: dict[str, object] = {}
    faults = []
    for name, field in Settings.model_fields.items():
        key = PREFIX + name.upper()
        try:
            if key in env and not _is_table(field.annotation):
                values[name] = env[key]
            elif f"{key}_FILE" in env:
                values[name] = Path(env[f"{key}_FILE"]).read_text(encoding="utf-8").strip()
        except OSError as error:
            faults.append(f"{key}_FILE: {error.strerror}")
    if faults:
        raise SettingsError(faults)
    return values


def _is_table(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
