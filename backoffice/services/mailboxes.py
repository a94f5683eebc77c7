"""The mailbox of a permanent account at the new server, and the end of a request.

MAILBOX_PROVIDER manual: a task of the desk, which ticks it when the mailbox is there. Source: issue "From temporary to
permanent" 5; mission S27.
"""

from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import writing
from backoffice.i18n import N_
from backoffice.models import PermanentRequest
from backoffice.rules import request_states as states
from backoffice.rules.errors import RefusedError
from backoffice.services import request_messages
from backoffice.services.permanent_requests import record
from backoffice.settings import Settings

MAILBOX, TOLD = "mailbox", "told"
NO_MAILBOX = N_("No mailbox is waited for here.")


def begin(session: Session, request: PermanentRequest, actor: str, settings: Settings) -> None:
    """See to the mailbox of an account whose entry is permanent now, in the caller's transaction."""
    request.waits_for = "it"
    record(request, "entry_made", actor, request.state)
    request_messages.tell(session, request, request_messages.READY, actor, settings, {})
    request.steps = {**request.steps, TOLD: clock.now().isoformat()}


def is_awaited(request: PermanentRequest) -> bool:
    """Say whether the desk has to make a mailbox."""
    return request.state == states.PROVISIONING and "entry" in request.steps and MAILBOX not in request.steps


def made(request_id: int, *, actor: str) -> None:
    """Note that the mailbox is there, which ends the request. Raises RefusedError where none is waited for."""
    with writing() as session:
        request = session.get_one(PermanentRequest, request_id, with_for_update=True, populate_existing=True)
        if not is_awaited(request):
            raise RefusedError(NO_MAILBOX)
        now = clock.now()
        states.check_step(request.state, states.DONE)
        request.steps = {**request.steps, MAILBOX: now.isoformat()}
        request.state, request.waits_for, request.finished_at = states.DONE, "", now
        record(request, "done", actor, states.PROVISIONING)
