"""Moves of mailboxes from the old server to the new one, down to the single message: the ledger of what was stored."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.extensions import Base
from backoffice.models.types import Id, JsonObject, Moment, SearchKey, Short, Text

# A message of the ledger: its storing was begun and nobody knows yet; it has to be stored again; it is there; it could
# not be stored.
SENDING, AGAIN, COPIED, REFUSED = "sending", "again", "copied", "refused"
_NUMBER = sa.BigInteger()


class MailMove(Base):
    """One mailbox that moves. ``state``, ``failure``: see rules.mail_move_states; ``detail`` is a message id.

    ``messages`` and ``size`` (bytes) are what the old server had when last asked, 0 bytes where it does not say;
    ``speed`` is in bytes a second. ``delivered_at``: since when new mail goes to the new server, as the desk says.
    """

    __tablename__ = "mail_move"

    id: Mapped[Id]
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("permanent_request.id"), unique=True)
    operation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("operation.id"))
    old_name: Mapped[SearchKey] = mapped_column(index=True)
    new_name: Mapped[SearchKey]
    state: Mapped[Short] = mapped_column(index=True)
    failure: Mapped[Short] = mapped_column(default="")
    messages: Mapped[int] = mapped_column(_NUMBER, default=0)
    size: Mapped[int] = mapped_column(_NUMBER, default=0)
    messages_done: Mapped[int] = mapped_column(_NUMBER, default=0)
    size_done: Mapped[int] = mapped_column(_NUMBER, default=0)
    refused: Mapped[int] = mapped_column(_NUMBER, default=0)
    speed: Mapped[int] = mapped_column(_NUMBER, default=0)
    detail: Mapped[Text] = mapped_column(default="")
    values: Mapped[JsonObject] = mapped_column(default=dict)
    created_at: Mapped[Moment]
    started_at: Mapped[Moment | None]
    paused_at: Mapped[Moment | None]
    asked_at: Mapped[Moment | None]
    delivered_at: Mapped[Moment | None]
    verified_at: Mapped[Moment | None]
    finished_at: Mapped[Moment | None]
    credentials_erased_at: Mapped[Moment | None]


class MoveFolder(Base):
    """One folder of a move. ``name`` and ``target``: at the old and the new server, as IMAP writes them.

    ``validity`` and ``target_validity``: UIDVALIDITY there; nothing of ours is below ``first_fence`` in the target,
    and nothing that the ledger does not know below ``fence``. ``phase``: the last one this folder went through.
    """

    __tablename__ = "move_folder"

    id: Mapped[Id]
    move_id: Mapped[int] = mapped_column(sa.ForeignKey("mail_move.id"), index=True)
    name: Mapped[Text]
    target: Mapped[Text]
    phase: Mapped[Short] = mapped_column(default="")
    validity: Mapped[int] = mapped_column(_NUMBER, default=0)
    target_validity: Mapped[int] = mapped_column(_NUMBER, default=0)
    first_fence: Mapped[int] = mapped_column(_NUMBER, default=0)
    fence: Mapped[int] = mapped_column(_NUMBER, default=0)
    messages: Mapped[int] = mapped_column(_NUMBER, default=0)
    size: Mapped[int] = mapped_column(_NUMBER, default=0)
    messages_done: Mapped[int] = mapped_column(_NUMBER, default=0)
    size_done: Mapped[int] = mapped_column(_NUMBER, default=0)
    refused: Mapped[int] = mapped_column(_NUMBER, default=0)
    doubled: Mapped[int] = mapped_column(_NUMBER, default=0)
    detail: Mapped[Text] = mapped_column(default="")
    values: Mapped[JsonObject] = mapped_column(default=dict)

    __table_args__ = (sa.UniqueConstraint("move_id", "name"),)


class MovedMessage(Base):
    """One message of a folder: UIDVALIDITY and UID at the old server, UID at the new one, hash of the content."""

    __tablename__ = "moved_message"

    id: Mapped[Id]
    folder_id: Mapped[int] = mapped_column(sa.ForeignKey("move_folder.id"))
    validity: Mapped[int] = mapped_column(_NUMBER)
    uid: Mapped[int] = mapped_column(_NUMBER)
    target_uid: Mapped[int | None] = mapped_column(_NUMBER)
    size: Mapped[int] = mapped_column(_NUMBER)
    digest: Mapped[Short] = mapped_column(default="")
    flags: Mapped[Text] = mapped_column(default="")
    date: Mapped[Short] = mapped_column(default="")
    state: Mapped[Short]
    tries: Mapped[int] = mapped_column(default=0)
    verified: Mapped[bool] = mapped_column(default=False)
    detail: Mapped[Text] = mapped_column(default="")
    values: Mapped[JsonObject] = mapped_column(default=dict)

    __table_args__ = (sa.UniqueConstraint("folder_id", "validity", "uid"),)
