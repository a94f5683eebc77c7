"""The HR sources: how fresh each is, and what waits for a person."""

from typing import Any, ClassVar

from flask import current_app
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.rules.permissions import Permission
from backoffice.services import hr_overview
from backoffice.views import hr_words
from backoffice.views.access import the_actor
from backoffice.views.base import DeskView, expose


class HrView(DeskView):
    """All sources at a glance."""

    extra_css: ClassVar[Any] = ["/static/hr.css"]
    permission = Permission.SEE_SNAPSHOTS

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Show the sources of the person."""
        states = hr_overview.overview(settings_of(current_app), the_actor())
        return str(self.render("admin/hr.html", states=states, words=hr_words))
