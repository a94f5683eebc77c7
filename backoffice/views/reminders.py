"""The history of reminders: of which stage, whether it arrived, or why it was not sent. Source: mission S37."""

from typing import ClassVar

from flask import request
from flask.typing import ResponseReturnValue

from backoffice.rules.permissions import Permission
from backoffice.services import reminder_history
from backoffice.services.reminder_history import RESULTS
from backoffice.views import reminder_words
from backoffice.views.base import DeskView, expose
from backoffice.views.list_address import LAST_PAGE, PAGE_SIZES
from backoffice.views.parameters import choice, clamped
from backoffice.views.runs import page_size


class RemindersView(DeskView):
    """The history of reminders."""

    permission = Permission.SEE_ACCOUNTS
    menu_parent = "temporary"
    extra_css: ClassVar = ["/static/reconciliation.css"]

    def is_visible(self) -> bool:
        """Stay out of the menu: the list of temporary accounts leads here."""
        return False

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """List the reminders that answer the filter, the newest first."""
        stages = reminder_history.stages()
        result = choice(request.args.get("result"), RESULTS) or ""
        stage = choice(request.args.get("stage"), tuple(str(number) for number in stages)) or ""
        asked = clamped(request.args.get("page"), 0, LAST_PAGE)
        page = reminder_history.page(result, int(stage) if stage else None, asked, page_size())
        kept = {name: value for name, value in (("result", result), ("stage", stage)) if value}
        return str(
            self.render(
                "admin/reminders.html", page=page, result=result, stage=stage, stages=stages, results=RESULTS,
                kept=kept, page_sizes=PAGE_SIZES, reminder_words=reminder_words,
            )
        )  # fmt: skip
