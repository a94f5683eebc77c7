"""The state of the whole office at one look, for those who run it."""

from typing import ClassVar

from flask import current_app
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.rules.permissions import Permission
from backoffice.services.system import system
from backoffice.views import mail_words, system_words
from backoffice.views.access import allowed, the_actor
from backoffice.views.base import DeskView, expose
from backoffice.views.jobs import STATUSES


class SystemView(DeskView):
    """The state of the office."""

    permission = Permission.SEE_SETTINGS
    extra_css: ClassVar = ["/static/reconciliation.css"]

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Show parts, HR's files, queues, jobs, disk and versions."""
        state = system(settings_of(current_app), the_actor())
        return str(
            self.render(
                "admin/system.html", state=state, words=system_words, size=mail_words.size, statuses=STATUSES,
                sees_jobs=allowed(Permission.SEE_JOBS), sees_files=allowed(Permission.SEE_SNAPSHOTS),
            )
        )  # fmt: skip
