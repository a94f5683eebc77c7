"""The last step: the account, as soon as it is there. Source: mission S13–S16."""

from flask import render_template
from flask.typing import ResponseReturnValue

from backoffice.services import accounts
from backoffice.services.accounts import Stage
from backoffice.services.registrations import Step
from backoffice.views.request.room import blueprint, needs, the_attempt


@blueprint.get("/done", endpoint="done")
@needs(Step.DONE)
def done() -> ResponseReturnValue:
    """Show how far the account is; nothing is claimed that has not happened."""
    attempt = the_attempt()
    progress = accounts.progress(attempt.account_id) if attempt.account_id else None
    stage = progress.stage if progress else Stage.STUCK
    return render_template(
        "request/done.html", attempt=attempt, progress=progress, ready=stage is Stage.READY, stuck=stage is Stage.STUCK
    )
