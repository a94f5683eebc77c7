"""The services outside: how they are asked, and whom people call."""

from typing import Literal

from pydantic import Field

from backoffice.settings.table import Table


class SmsSettings(Table):
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


class InquirySettings(Table):
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


class SupportSettings(Table):
    """Table ``[support]``: whom people call. ``phone`` is the full number, ``desk_url`` the web desk («پیشخوان»)."""

    phone: str = ""
    extension: str = "1414"
    desk_url: str = Field("", pattern=r"^(https?://[^\s\"'<>]+)?$")
