"""What people ask for at the end of their temporary account: the permanent one."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import Id, JsonList, JsonObject, Moment, Name, SearchKey, Short, Text
from backoffice.rules.request_states import LIVE


class PermanentRequest(Base):
    """One request. ``state``: see rules.request_states; ``reasons``: why it is not approved, the first one counts.

    ``username``: the name it is to become, held in ``user_name``. ``mailbox``: address of the old mailbox, whose
    password stays sealed (``mailbox_secret``) until the mail is moved; ``mailbox_proved_at``: the old server accepted
    it. ``rule``: what decided; ``steps``: which parts of the permanent account are made, name -> ISO moment.
    ``taken_by``: who is working on it.
    """

    __tablename__ = "permanent_request"

    id: Mapped[Id]
    tracking_code: Mapped[SearchKey] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    state: Mapped[Short] = mapped_column(index=True)
    waits_for: Mapped[Short] = mapped_column(default="")
    reasons: Mapped[JsonList] = mapped_column(default=list)
    username: Mapped[SearchKey] = mapped_column(index=True)
    mailbox: Mapped[Name] = mapped_column(default="")
    mailbox_secret: Mapped[Text] = mapped_column(default="")
    mailbox_proved_at: Mapped[Moment | None]
    secret_erased_at: Mapped[Moment | None]
    rule: Mapped[Short] = mapped_column(default="")
    decided_by: Mapped[Short] = mapped_column(default="")
    decided_at: Mapped[Moment | None]
    note: Mapped[Text] = mapped_column(default="")
    steps: Mapped[JsonObject] = mapped_column(default=dict)
    created_at: Mapped[Moment] = mapped_column(index=True)
    judged_at: Mapped[Moment | None]
    due_at: Mapped[Moment | None]
    finished_at: Mapped[Moment | None]
    taken_by: Mapped[Short] = mapped_column(default="", server_default="")
    taken_at: Mapped[Moment | None]

    __table_args__ = (
        sa.Index(
            "ix_permanent_request_live", "account_id", unique=True,
            sqlite_where=sa.text(f"state IN {LIVE!r}"), postgresql_where=sa.text(f"state IN {LIVE!r}"),
        ),
    )  # fmt: skip
