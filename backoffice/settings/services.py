"""The services outside: how they are asked, and whom people call."""

from typing import Literal, Self

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


_ADDRESS = r"^(https?://[^\s\"'<>]+)?$"


class SupportSettings(Table):
    """Table ``[support]``: whom people call, and where they go on once the account is permanent.

    ``phone`` is the full number, ``desk_url`` the web desk («پیشخوان»), ``webmail_url`` where mail is read and
    ``wifi_url`` how the wireless network is joined.
    """

    phone: str = ""
    extension: str = "1414"
    desk_url: str = Field("", pattern=_ADDRESS)
    webmail_url: str = Field("", pattern=_ADDRESS)
    wifi_url: str = Field("", pattern=_ADDRESS)


# How long one command takes where the speed is limited and all moves are at work.
PACED_SECONDS = 5


class MailMoveSettings(Table):
    """Table ``[mail_move]``: how mailboxes move.

    ``parallel``: how many at once. ``turn_seconds``: after that another mailbox has its turn. ``window``: hours of the
    day in which mail moves, such as "22-06", "" for always. ``delivery``: "switched" where new mail goes to the new
    server once the account is permanent, "by_hand" where the desk says so for each. ``settle_seconds``: how long a
    server may take to store what it has received when the connection is gone already. ``largest_mb``: a message
    larger than this is not moved. ``read_back``: of so many percent of the messages the content is compared again at
    the new server, besides those whose size or date is not what was sent. ``old_bytes_per_second`` and
    ``new_bytes_per_second``: how much is exchanged with each server, by all moves together; 0 for any speed.
    ``first_command``: a program and its arguments that copies a whole mailbox first, () for none; see ADR 29.
    ``first_seconds``: how long it may take.
    """

    parallel: int = Field(4, ge=1, le=64)
    turn_seconds: int = Field(120, ge=1)
    window: str = Field("", pattern=r"^([01]?[0-9]|2[0-3])-([01]?[0-9]|2[0-3])$|^$")
    delivery: Literal["switched", "by_hand"] = "switched"
    settle_seconds: float = Field(5.0, ge=0, le=60)
    largest_mb: int = Field(200, ge=1, le=2000)
    read_back: int = Field(5, ge=0, le=100)
    batch_messages: int = Field(500, ge=1, le=1000)
    batch_kb: int = Field(4000, ge=1, le=20000)
    old_bytes_per_second: int = Field(0, ge=0)
    new_bytes_per_second: int = Field(0, ge=0)
    first_command: tuple[str, ...] = ()
    first_seconds: int = Field(3600, ge=1, le=86_400)

    @property
    def batch_bytes(self) -> int:
        """How many bytes go with one command: at a limited speed so few that it does not take long."""
        rates = [rate for rate in (self.old_bytes_per_second, self.new_bytes_per_second) if rate]
        return min([self.batch_kb * 1000, *(rate * PACED_SECONDS // self.parallel for rate in rates)])

    def shared(self) -> Self:
        """Give the same where each move has a process of its own: its share of the speed, one byte at least."""
        rates = {
            name: max(1, rate // self.parallel)
            for name in ("old_bytes_per_second", "new_bytes_per_second") if (rate := getattr(self, name))
        }  # fmt: skip
        return self.model_copy(update=rates)
