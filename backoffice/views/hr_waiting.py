"""Whose permanent accounts wait for HR: the newest file lacks them, or not as active. Source: mission S40."""

from typing import Any, ClassVar

from flask import current_app
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.rules.approval import HR
from backoffice.rules.permissions import Permission
from backoffice.services import request_waits
from backoffice.views import permanent_words
from backoffice.views.access import allowed
from backoffice.views.base import DeskView, expose
from backoffice.views.questions import own_sources
from backoffice.views.runs import source_title


class HrWaitingView(DeskView):
    """Who waits for HR; a liaison sees those of own sources."""

    permission = Permission.SEE_QUESTIONS
    extra_css: ClassVar[Any] = ["/static/reconciliation.css"]

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """List them, what is due first at the top."""
        waits = request_waits.of_party(HR, settings_of(current_app), own_sources())
        return str(
            self.render(
                "admin/hr_waiting.html", waits=waits, words=permanent_words, source_title=source_title,
                sees_requests=allowed(Permission.SEE_REQUESTS),
            )
        )  # fmt: skip
