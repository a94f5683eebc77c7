"""The last step: the account, as soon as it is there, and the way on to the profile. Source: mission S13–S16, S52."""

import datetime as dt

from flask import current_app, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from backoffice import clock
from backoffice.extensions import settings_of
from backoffice.services import accounts, profile_sessions
from backoffice.services.accounts import Progress, Stage
from backoffice.services.registrations import Attempt, Step
from backoffice.services.sessions import IDLE
from backoffice.views.cookies import desk_session
from backoffice.views.request.room import SEE_OTHER, applicant, blueprint, needs, the_attempt

_PROVED = "proved"


@blueprint.get("/done", endpoint="done")
@needs(Step.DONE)
def done() -> ResponseReturnValue:
    """Show how far the account is; nothing is claimed that has not happened."""
    attempt = the_attempt()
    progress = _progress(attempt)
    stage = progress.stage if progress else Stage.STUCK
    return render_template(
        "request/done.html", attempt=attempt, progress=progress, ready=stage is Stage.READY,
        stuck=stage is Stage.STUCK, slow=stage is Stage.SLOW, same_sitting=_is_same_sitting(attempt),
    )  # fmt: skip


@blueprint.post("/done", endpoint="go_to_profile")
@needs(Step.DONE)
def go_to_profile() -> ResponseReturnValue:
    """Go on to the profile; without another login only in the sitting that proved the code."""
    attempt, progress = the_attempt(), _progress(the_attempt())
    if progress is None or progress.stage is not Stage.READY:
        return redirect(url_for("request.done"), SEE_OTHER)
    if attempt.account_id and _is_same_sitting(attempt):
        token = profile_sessions.enter(
            attempt.account_id, profile_sessions.REGISTERED, applicant().address, settings_of(current_app)
        )
        if token:
            desk_session().enter(token)
    return redirect(url_for("profile.home"), SEE_OTHER)


def remember_proof(registration_id: int) -> None:
    """Note that the code of this registration was proved in this very session, a moment ago."""
    session[_PROVED] = [registration_id, clock.now().isoformat()]
    desk_session().store()


def _is_same_sitting(attempt: Attempt) -> bool:
    number, moment = session.get(_PROVED) or (0, "")
    return number == attempt.id and clock.now() - dt.datetime.fromisoformat(moment) < IDLE


def _progress(attempt: Attempt) -> Progress | None:
    return accounts.progress(attempt.account_id) if attempt.account_id else None
