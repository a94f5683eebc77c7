"""All settings together."""

import re
import shlex
from pathlib import Path
from typing import Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, PrivateAttr, SecretStr, field_validator, model_validator

from backoffice.settings.directory import LdapSettings, WatchedDirectory
from backoffice.settings.hr import HrSettings, HrSource
from backoffice.settings.policy import JobSettings, Limits, Policy, TrustSettings
from backoffice.settings.services import InquirySettings, MailMoveSettings, SmsSettings, SupportSettings
from backoffice.settings.table import Table

_SHORTEST_TOKEN = 32
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-]+(?::[0-9]{1,5})?", re.ASCII)


class Settings(Table):
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
    metrics_token: SecretStr = SecretStr("")
    mailbox_provider: Literal["doveadm", "command", "manual"] = "manual"
    mailbox_doveadm: tuple[str, ...] = ("doveadm",)
    mailbox_command: tuple[str, ...] = ()
    mailbox_seconds: int = Field(30, ge=1, le=600)
    smtp_url: SecretStr = SecretStr("file")
    mail_from: str = ""
    old_imap_url: str = ""
    old_imap_ca_file: Path | None = None
    old_imap_master_user: str = ""
    old_imap_master_password: SecretStr = SecretStr("")
    old_imap_master_format: str = "{user}*{master}"
    new_imap_url: str = ""
    new_imap_ca_file: Path | None = None
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
    mail_move: MailMoveSettings = MailMoveSettings()
    directory: tuple[WatchedDirectory, ...] = ()
    _from_environment: frozenset[str] = PrivateAttr(frozenset())

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

    @field_validator("mailbox_doveadm", "mailbox_command", mode="before")
    @classmethod
    def _split_command(cls, value: object) -> object:
        return tuple(shlex.split(value)) if isinstance(value, str) else value

    @field_validator("old_imap_master_format", "new_imap_master_format")
    @classmethod
    def _names_both(cls, value: str) -> str:
        if not all(place in value for place in ("{user}", "{master}")):
            raise ValueError("must hold {user} and {master}")
        return value

    @field_validator("embed_origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [origin for origin in value if not _ORIGIN.fullmatch(origin)]:
            raise ValueError(f"is no origin like https://portal.example.ac.ir: {', '.join(wrong)}")
        return value

    @field_validator("intake_token", "metrics_token")
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
    def from_environment(self) -> frozenset[str]:
        """Names of settings that came from the environment."""
        return self._from_environment

    def remember(self, from_environment: frozenset[str]) -> Self:
        """Keep where settings came from; gives the settings. For who loads them."""
        self._from_environment = from_environment
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
