"""Typed settings: environment, then file named by the environment, then settings.toml, then default.

Source: contract.md "Settings".
"""

import datetime as dt
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from string import Formatter
from typing import Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

PREFIX = "BACKOFFICE_"
_SHORTEST_TOKEN = 32
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-]+(?::[0-9]{1,5})?", re.ASCII)
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
Trust = Literal["report", "approve", "auto"]


class SettingsError(Exception):
    """The settings cannot be used; ``faults`` holds one sentence each, without any value that is secret."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LdapLayout(_Table):
    """Branches of the directory, relative to the base."""

    people: str = "ou=people"
    temporary: str = "ou=temporary"
    archived: str = "ou=archived"
    services: str = "ou=services"
    groups: str = "ou=groups"


class LdapAttributes(_Table):
    """Our field -> attribute description; an empty string leaves the field out."""

    first_name: str = "givenName;lang-fa"
    last_name: str = "sn;lang-fa"
    full_name: str = "cn;lang-fa"
    latin_first_name: str = "givenName"
    latin_last_name: str = "sn"
    latin_full_name: str = "cn"
    national_code: str = "schacPersonalUniqueID"
    personnel_number: str = "employeeNumber"
    unit: str = "ou"
    unit_code: str = "departmentNumber"
    title: str = "title"
    employment_type: str = "employeeType"
    mobile: str = "mobile"
    mail: str = "mail"
    username: str = "uid"
    affiliation: str = "eduPersonAffiliation"
    state: str = "schacUserStatus"
    expiry: str = "schacExpiryDate"
    operation: str = ""


# Our fields that a new entry gets, and that its template may name in braces.
ENTRY_FIELDS = (
    "username", "national_code", "first_name", "last_name", "full_name", "latin_first_name", "latin_last_name",
    "latin_full_name", "mobile", "expiry", "operation",
)  # fmt: skip


class LdapFormats(_Table):
    """How a value is written in the directory; ``{}`` stands for the value."""

    national_code: str = "urn:schac:personalUniqueID:ir:nationalCode:{}"

    @field_validator("national_code")
    @classmethod
    def _one_place(cls, value: str) -> str:
        if value.count("{}") != 1:
            raise ValueError("must hold {} exactly once")
        return value


class LdapSettings(_Table):
    """Table ``[ldap]``."""

    person_filter: str = "(objectClass=inetOrgPerson)"
    protected: tuple[str, ...] = ()
    match_keys: tuple[str, ...] = ("employeeNumber",)
    password_scheme: Literal["argon2", "ssha512", "server"] = "argon2"  # noqa: S105 - the name of a scheme
    temp_strategy: Literal["ou", "flat"] = "ou"
    attributes: LdapAttributes = LdapAttributes()
    formats: LdapFormats = LdapFormats()
    layout: LdapLayout = LdapLayout()
    template: dict[str, dict[str, Any]] = Field(default_factory=dict)
    role_groups: dict[str, str] = Field(default_factory=dict)

    @field_validator("template")
    @classmethod
    def _known_places(cls, value: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """Refuse a template of temporary accounts that could not be filled."""
        for name, given in value.get("temporary", {}).items():
            for pattern in given if isinstance(given, list | tuple) else [given]:
                unknown = _places(pattern) - set(ENTRY_FIELDS)
                if unknown:
                    raise ValueError(f"temporary.{name} names the unknown field {{{min(unknown)}}}")
        return value


class Covers(_Table):
    """The part of the directory a source answers for."""

    branches: tuple[str, ...] = ()
    filter: str = ""


class HrSource(_Table):
    """One ``[[hr.source]]``. ``liaison_mail``: who is told by mail that HR is asked something."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")
    title: str = ""
    key: Literal["national_code", "personnel_number"] = "national_code"
    rows: Literal["all", "active_only"] = "all"
    covers: Covers | None = None
    stale_after_days: int = Field(7, ge=1)
    columns: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    dates: dict[str, Literal["jalali", "gregorian"]] = Field(default_factory=dict)
    status: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    trust: dict[str, Trust] = Field(default_factory=dict)
    liaison_mail: str = ""


class HrSettings(_Table):
    """Table ``[hr]``."""

    source: tuple[HrSource, ...] = ()
    columns: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    status: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @property
    def sources(self) -> tuple[HrSource, ...]:
        """The configured sources, or the one source ``hr``."""
        return self.source or (HrSource(name="hr", title="کارگزینی"),)

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        names = [s.name for s in self.source]
        if len(names) != len(set(names)):
            raise ValueError("two sources have the same name")
        return self


class Policy(_Table):
    """Table ``[policy]``."""

    mode: Literal["observe", "act"] = "observe"
    unlisted_mobile: Literal["unknown", "matched", "not_matched"] = "unknown"
    temporary_months: int = 1
    identity_per_address_hour: int = 20
    identity_per_code_day: int = 5
    codes_per_person_day: int = 5
    codes_per_mobile_day: int = 10
    codes_per_address_hour: int = 30
    resend_seconds: int = 120
    code_life_seconds: int = 300
    code_tries: int = 5
    password_min: int = 8
    second_factor: bool = True
    reminder_days: tuple[int, ...] = (21, 14, 7, 3, 1, 0, -3)
    quiet_from: int = Field(21, ge=0, le=23)
    quiet_to: int = Field(8, ge=0, le=23)
    grace_days: int = 14
    extension_days: int = 30
    auto_approve: bool = True
    on_leave: Literal["keep", "disable"] = "keep"
    holidays: tuple[str, ...] = ()
    leaver: dict[str, int | Literal["keep"]] = Field(default_factory=dict)
    totp_roles: tuple[str, ...] = ()

    @field_validator("leaver", mode="before")
    @classmethod
    def _dotted_keys(cls, value: object) -> object:
        """Take ``faculty.retired = 90`` as TOML reads it (a table in a table) and as one quoted key."""
        if not isinstance(value, dict):
            return value
        flat: dict[str, object] = {}
        for kind, days in value.items():
            inner = days.items() if isinstance(days, dict) else [("", days)]
            flat.update({f"{kind}.{word}" if word else str(kind): day for word, day in inner})
        return flat


class TrustSettings(_Table):
    """Table ``[trust]``: start values of the trust levels (mission S59)."""

    update: Trust = "report"
    enable: Trust = "report"
    disable: Trust = "report"


class SmsSettings(_Table):
    """Table ``[sms]``: the line messages come from, and how an ``http`` gateway is asked and what it answers.

    ``names``: our field (to, template, params, text, key, sender) -> theirs, "" leaves it out. ``fixed``: what else
    they want. ``accepted``, ``id``: dotted paths in the JSON that comes back.
    """

    sender: str = ""
    format: Literal["json", "form"] = "json"
    names: dict[str, str] = Field(default_factory=dict)
    fixed: dict[str, str] = Field(default_factory=dict)
    key_header: str = "Authorization"
    key_format: str = "Bearer {}"
    accepted: str = "accepted"
    accepted_values: tuple[str, ...] = ("true",)
    id: str = "id"


class InquirySettings(_Table):
    """Tables ``[civil_registry]`` and ``[mobile_owner]``: how an ``http`` provider is asked and what it answers.

    ``names``: our field -> theirs, "" leaves it out. ``fixed``: what else they want. ``answer``: dotted path in the
    JSON that comes back; ``words``: our answer -> their words for it, any case.
    """

    format: Literal["json", "form"] = "json"
    names: dict[str, str] = Field(default_factory=dict)
    fixed: dict[str, str] = Field(default_factory=dict)
    key_header: str = "Authorization"
    key_format: str = "Bearer {}"
    answer: str = "answer"
    words: dict[Literal["matched", "not_matched", "invalid", "unavailable"], tuple[str, ...]] = Field(
        default_factory=dict
    )


class SupportSettings(_Table):
    """Table ``[support]``: whom people call. ``phone`` is the full number, ``desk_url`` the web desk («پیشخوان»)."""

    phone: str = ""
    extension: str = "1414"
    desk_url: str = Field("", pattern=r"^(https?://[^\s\"'<>]+)?$")


class JobSettings(_Table):
    """Table ``[jobs]``: when the worker does what; times of day in TIMEZONE."""

    import_seconds: int = Field(30, ge=1)
    reconcile_at: dt.time = dt.time(2, 0)
    housekeeping_at: dt.time = dt.time(3, 30)
    threeway_at: dt.time = dt.time(4, 0)


class WatchedDirectory(_Table):
    """One ``[[directory]]``: read and compared, never written (mission S60)."""

    name: str
    role: Literal["watched"] = "watched"
    profile: Literal["openldap", "389ds", "ad"] = "openldap"
    uri: str
    bind_dn: str = ""
    bind_password_file: Path | None = None
    base_dn: str
    ca_file: Path | None = None
    attributes: LdapAttributes = LdapAttributes()
    person_filter: str = "(objectClass=inetOrgPerson)"


class Limits(_Table):
    """Table ``[limits]``: a kind is held above max(min, share of the accounts). Source: reconciliation.md."""

    disable_min: int = 5
    disable_share: float = 0.02
    key_change_min: int = 3
    key_change_share: float = 0.005
    enable_min: int = 25
    enable_share: float = 0.05
    create_min: int = 25
    create_share: float = 0.05
    promote_min: int = 25
    promote_share: float = 0.05
    update_min: int = 50
    update_share: float = 0.10
    warn_min: int = 200
    warn_share: float = 0.10
    ask_hr_min: int = 200
    ask_hr_share: float = 0.10
    cases_min: int = 200
    cases_share: float = 0.05
    rows_fewer_min: int = 5
    rows_fewer_share: float = 0.05
    rows_more_min: int = 25
    rows_more_share: float = 0.25
    cells_min: int = 10
    cells_share: float = 0.30
    quarantine_min: int = 3
    quarantine_share: float = 0.01


class Settings(_Table):
    """All settings of the application. Field names are those of contract.md in lower case."""

    instance: Path = Path("instance")
    port: int = Field(8000, ge=1, le=65535)
    database_url: SecretStr = SecretStr("")
    secret_key: SecretStr = SecretStr("")
    seal_key: SecretStr = SecretStr("")
    base_url: str = ""
    trusted_hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    proxy_count: int = Field(0, ge=0)
    ldap_uri: str = ""
    ldap_bind_dn: str = ""
    ldap_bind_password: SecretStr = SecretStr("")
    ldap_base_dn: str = ""
    ldap_profile: Literal["openldap", "389ds", "ad"] = "openldap"
    ldap_ca_file: Path | None = None
    ldap_start_tls: bool = False
    hr_inbox: Path | None = None
    sms_provider: Literal["file", "kavenegar", "http"] = "file"
    sms_url: str = ""
    sms_api_key: SecretStr = SecretStr("")
    mobile_owner_provider: Literal["table", "hr", "http"] = "table"
    mobile_owner_url: str = ""
    mobile_owner_api_key: SecretStr = SecretStr("")
    civil_registry_provider: Literal["hr", "table", "http"] = "hr"
    civil_registry_url: str = ""
    civil_registry_api_key: SecretStr = SecretStr("")
    intake_token: SecretStr = SecretStr("")
    mailbox_provider: Literal["doveadm", "command", "manual"] = "manual"
    smtp_url: SecretStr = SecretStr("file")
    mail_from: str = ""
    old_imap_url: str = ""
    old_imap_master_user: str = ""
    old_imap_master_password: SecretStr = SecretStr("")
    old_imap_master_format: str = "{user}*{master}"
    new_imap_url: str = ""
    new_imap_master_user: str = ""
    new_imap_master_password: SecretStr = SecretStr("")
    new_imap_master_format: str = "{user}*{master}"
    embed_origins: tuple[str, ...] = ()
    dask_scheduler: str = ""
    university_domains: tuple[str, ...] = ("example.ac.ir",)
    language: Literal["fa", "en"] = "fa"
    timezone: str = "Asia/Tehran"
    clock_file: Path | None = None
    ldap: LdapSettings = LdapSettings()
    hr: HrSettings = HrSettings()
    policy: Policy = Policy()
    trust: TrustSettings = TrustSettings()
    limits: Limits = Limits()
    jobs: JobSettings = JobSettings()
    sms: SmsSettings = SmsSettings()
    civil_registry: InquirySettings = InquirySettings()
    mobile_owner: InquirySettings = InquirySettings()
    support: SupportSettings = SupportSettings()
    directory: tuple[WatchedDirectory, ...] = ()

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (OSError, ValueError, ZoneInfoNotFoundError):
            raise ValueError("is no known time zone") from None
        return value

    @field_validator("trusted_hosts", "university_domains", "embed_origins", mode="before")
    @classmethod
    def _split_words(cls, value: object) -> object:
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("embed_origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [origin for origin in value if not _ORIGIN.fullmatch(origin)]:
            raise ValueError(f"is no origin like https://portal.example.ac.ir: {', '.join(wrong)}")
        return value

    @field_validator("intake_token")
    @classmethod
    def _is_long(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < _SHORTEST_TOKEN:
            raise ValueError(f"must have at least {_SHORTEST_TOKEN} signs")
        return value

    @model_validator(mode="after")
    def _clock_is_not_shifted_in_service(self) -> Self:
        if self.clock_file and self.base_url.startswith("https"):
            raise ValueError("CLOCK_FILE is refused when BASE_URL is https")
        return self

    @property
    def url(self) -> str:
        """Where the desk is reached from outside."""
        return self.base_url or f"http://127.0.0.1:{self.port}"

    @property
    def secure(self) -> bool:
        """Whether the desk is served over https."""
        return self.url.startswith("https://")

    @property
    def database(self) -> str:
        """SQLAlchemy URL, SQLite in the instance folder by default."""
        return self.database_url.get_secret_value() or f"sqlite:///{(self.instance / 'backoffice.sqlite').absolute()}"

    @property
    def inbox(self) -> Path:
        """The watched folder for HR exports, with one subfolder per source."""
        return self.hr_inbox or self.instance / "hr-inbox"

    def source(self, name: str | None) -> HrSource:
        """Give the named source, or the only one. Raises KeyError where there is none or a choice is needed."""
        if name is None and len(self.hr.sources) == 1:
            return self.hr.sources[0]
        for source in self.hr.sources:
            if source.name == name:
                return source
        raise KeyError(name)


def _places(pattern: object) -> set[str]:
    """Give the names in braces of a pattern. Raises ValueError where it is no text or its braces do not close."""
    if not isinstance(pattern, str):
        raise ValueError("must hold texts")  # noqa: TRY004 - pydantic shows it as a fault of the setting
    return {name for _, name, _, _ in Formatter().parse(pattern) if name is not None}


def is_loopback(uri: str) -> bool:
    """Say whether a URI names this machine by a loopback address."""
    return (urlsplit(uri).hostname or "") in LOOPBACK


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
    values.update(_from_toml(instance / "settings.toml"))
    values.update(_from_environment(env))
    values.update(given)
    values["instance"] = instance.absolute()
    try:
        return Settings.model_validate(values)
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
        if key in env and not _is_table(field.annotation):
            values[name] = env[key]
        elif f"{key}_FILE" in env:
            try:
                values[name] = Path(env[f"{key}_FILE"]).read_text(encoding="utf-8").strip()
            except OSError as error:
                faults.append(f"{key}_FILE: {error.strerror}")
    if faults:
        raise SettingsError(faults)
    return values


def _is_table(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
