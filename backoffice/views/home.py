"""The first page of the desk."""

from flask.typing import ResponseReturnValue

from backoffice.rules.permissions import Permission
from backoffice.views.base import DeskView, expose


class HomeView(DeskView):
    """The work list."""

    permission = Permission.SEE_HOME

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Show what waits."""
        return str(self.render("admin/index.html"))
