"""What waits for HR: permanent accounts of people whom the file lacks, corrections, cases. Source: mission S40."""

from typing import Any, ClassVar

from flask import current_app
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.rules.approval import HR
from backoffice.rules.permissions import Permission
from backoffice.services import hr_waits, request_waits
from backoffice.services.sentences import field_title
from backoffice.views import labels, permanent_words
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
        settings, own = settings_of(current_app), own_sources()
        return str(
            self.render(
                "admin/hr_waiting.html", waits=request_waits.of_party(HR, settings, own),
                others=hr_waits.others(settings, own), words=permanent_words, source_title=source_title,
                title=field_title, case_title=labels.situation_title, sees_requests=allowed(Permission.SEE_REQUESTS),
                sees_cases=allowed(Permission.SEE_CASES),
            )
        )  # fmt: skip
