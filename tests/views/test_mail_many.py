"""One act on many mail moves: shown before, done once, and no more than was shown."""

import pytest
import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db
from backoffice.models import AuditEntry, MailMove, MovedMessage, Operation
from backoffice.models.mail_move import REFUSED
from backoffice.services import mail_move_bulk
from tests.views.conftest import DeskClient
from tests.views.test_mail import desk, make_move, the_move

__all__ = ["desk"]


def test_many_are_tried_again_at_once(desk: DeskClient) -> None:
    moves = [make_move(number, "failed", failure="server") for number in (1, 2)]
    form = {"act": "retry", "move": [str(move) for move in moves]}
    assert desk.post_form("/admin/mail/many", form).status_code == 303
    assert {the_move(move).state for move in moves} == {"queued"}
    assert db.session.scalar(sa.select(sa.func.count()).where(Operation.kind == "move_mail")) == 2
    assert db.session.scalar(sa.select(sa.func.count()).where(MovedMessage.state == REFUSED)) == 0


# Act -> with which of the moves of ``at_all_ends`` it is done.
TAKING_PART = {
    "retry": {"auth", "quota", "cancelled"}, "ask": {"auth"}, "resume": {"paused"},
    "pause": {"auth", "quota", "copying", "queued", "asked"},
    "cancel": {"auth", "quota", "copying", "queued", "asked", "paused"},
}  # fmt: skip


@pytest.fixture
def at_all_ends(desk: DeskClient) -> dict[str, int]:
    ends: dict[str, tuple[str, dict[str, object]]] = {
        "auth": ("failed", {"failure": "auth"}), "quota": ("failed", {"failure": "quota"}), "copying": ("copying", {}),
        "queued": ("queued", {}), "asked": ("credentials_needed", {"asked_at": clock.now()}), "done": ("done", {}),
        "paused": ("copying", {"paused_at": clock.now()}), "cancelled": ("cancelled", {}),
    }  # fmt: skip
    return {
        name: make_move(number, state, old_name=name, **values)
        for number, (name, (state, values)) in enumerate(ends.items(), 1)
    }


@pytest.mark.parametrize("act_name", TAKING_PART)
def test_what_is_done_with_many_is_shown_before(
    desk: DeskClient, at_all_ends: dict[str, int], act_name: str
) -> None:  # fmt: skip
    before = _rows()
    page = desk.post_form("/admin/mail/preview?tab=all&lang=en", {"everything": "1", "act": act_name}).text
    part, left = page.split("Left out</h2>")
    assert {name for name in at_all_ends if f">{name}<" in part} == TAKING_PART[act_name]
    assert {name for name in at_all_ends if f">{name}<" in left} == at_all_ends.keys() - TAKING_PART[act_name]
    assert _rows() == before
    moves = [str(at_all_ends[name]) for name in TAKING_PART[act_name]]
    for _ in range(2):
        assert desk.post_form("/admin/mail/many?tab=all", {"act": act_name, "move": moves}).status_code == 303
        changed = {row[0] for row in _rows() - before}
        assert changed == set(map(int, moves))
    verb = {"retry": "retried", "ask": "asked", "pause": "paused", "resume": "resumed", "cancel": "cancelled"}[act_name]
    done = sa.select(sa.func.count()).where(AuditEntry.action == f"mail:move:{verb}")
    assert db.session.scalar(done) == len(moves)


def test_nothing_chosen_is_said(desk: DeskClient, at_all_ends: dict[str, int]) -> None:
    answer = desk.post_form("/admin/mail/preview?tab=all&lang=en", {"act": "pause"})
    assert answer.status_code == 422
    assert "Please choose at least one mailbox." in answer.text
    assert desk.post_form("/admin/mail/many?tab=all", {"act": "pause"}).status_code == 422


def test_too_many_at_once_are_refused(
    desk: DeskClient, at_all_ends: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_move_bulk, "MOST", 2)
    answer = desk.post_form("/admin/mail/preview?tab=all&lang=en", {"act": "pause", "everything": "1"})
    assert answer.status_code == 422
    assert "At most 2 mailboxes" in answer.text


def _rows() -> set[tuple[int, str, bool]]:
    db.session.rollback()
    return {(move.id, move.state, move.paused_at is None) for move in db.session.scalars(sa.select(MailMove))}
