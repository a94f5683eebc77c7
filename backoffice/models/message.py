"""Messages that leave, or are to leave, as SMS or mail."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import Id, JsonObject, Moment, Name, Short, Text

SMS, MAIL = "sms", "mail"
QUEUED, DELIVERED, FAILED, WITHDRAWN = "queued", "delivered", "failed", "withdrawn"
STANDING = (QUEUED, DELIVERED)


class Message(Base):
    """One message to one address. ``state``: queued, delivered (the gateway took it), failed or withdrawn.

    ``key`` stays the same however often it is sent. ``about`` tells what a warning is about (situation and moment),
    ``lock_on`` the day (ISO) it names; both are empty for other messages. ``urgent``: somebody waits for it, so quiet
    hours do not hold it. ``secret``: sealed params (a code) that are erased when the message has left or is given up.
    """

    __tablename__ = "message"

    id: Mapped[Id]
    key: Mapped[Short] = mapped_column(unique=True)
    channel: Mapped[Short]
    address: Mapped[Name]
    template: Mapped[Short]
    language: Mapped[Short]
    params: Mapped[JsonObject] = mapped_column(default=dict)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    entry_uuid: Mapped[Short] = mapped_column(default="", index=True)
    about: Mapped[Name] = mapped_column(default="")
    lock_on: Mapped[Short] = mapped_column(default="")
    state: Mapped[Short]
    urgent: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    secret: Mapped[Text] = mapped_column(default="", server_default="")
    gateway_number: Mapped[Name] = mapped_column(default="")
    operation_id: Mapped[int] = mapped_column(sa.ForeignKey("operation.id"), unique=True)
    created_at: Mapped[Moment] = mapped_column(index=True)
    delivered_at: Mapped[Moment | None]

    def __repr__(self) -> str:
        return f"<Message {self.id} {self.channel} {self.template} {self.state}>"
