"""What the office has decided: numbers, days, limits, and when the worker does what."""

import datetime as dt
from typing import Literal

from pydantic import Field, field_validator

from backoffice.settings.table import Table

Trust = Literal["report", "approve", "auto"]


class Policy(Table):
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
    extension_days: int = Field(30, ge=1, le=30)
    auto_approve: bool = True
    nightly_sync: bool = False
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


class TrustSettings(Table):
    """Table ``[trust]``: start values of the trust levels (mission S59)."""

    update: Trust = "report"
    enable: Trust = "report"
    disable: Trust = "report"


class JobSettings(Table):
    """Table ``[jobs]``: when the worker does what; times of day in TIMEZONE."""

    import_seconds: int = Field(30, ge=1)
    reconcile_at: dt.time = dt.time(2, 0)
    housekeeping_at: dt.time = dt.time(3, 30)
    threeway_at: dt.time = dt.time(4, 0)
    synchronise_at: dt.time = dt.time(5, 0)


class Limits(Table):
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
