"""How far each kind of change is trusted: reported only, approved by a person, made by the nightly job."""

from typing import Any, ClassVar, NamedTuple

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.i18n import N_, _
from backoffice.models import TrustLevel
from backoffice.rules.errors import RefusedError
from backoffice.rules.permissions import Permission
from backoffice.services import trust
from backoffice.views import labels
from backoffice.views.access import allowed, post_permission, require_fresh, the_actor
from backoffice.views.base import DeskView, expose
from backoffice.views.runs import REASON_LENGTH, refusal, source_title

_SEE_OTHER, _UNPROCESSABLE = 303, 422
SAVED = N_("The trust level was saved; it counts from now on.")
LEVELS: dict[str, labels.Label] = {
    trust.REPORT: labels.Label(N_("Report"), N_("It is shown in the plan and never applied.")),
    trust.APPROVE: labels.Label(N_("With approval"), N_("It is made when a person applies the plan.")),
    trust.AUTO: labels.Label(N_("Automatic"), N_("The nightly job makes it by itself, within the limits.")),
}
PILLS = {trust.REPORT: "neutral", trust.APPROVE: "info", trust.AUTO: "warning"}


class Cell(NamedTuple):
    """The level of one kind for one source, and who set it where it does not come from the settings."""

    level: str
    row: TrustLevel | None


class TrustView(DeskView):
    """Trust levels. Who sees runs sees them; an administrator sets them."""

    permission = Permission.SEE_RUNS
    extra_css: ClassVar = ["/static/reconciliation.css", "/static/changes.css"]

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Show the levels in force."""
        return self._page()

    @expose("/set", methods=("POST",))
    @post_permission(Permission.MANAGE_TRUST)
    def set(self) -> ResponseReturnValue:
        """Set the level of a kind, for one source or all."""
        require_fresh()
        form = request.form
        try:
            trust.set_level(
                form.get("kind", ""), form.get("source", ""), form.get("level", ""), actor=the_actor().username,
                reason=form.get("reason", "")[:REASON_LENGTH], settings=settings_of(current_app),
            )  # fmt: skip
        except RefusedError as fault:
            return self._page({"reason": refusal(fault)}), _UNPROCESSABLE
        flash(_(SAVED), "success")
        return redirect(url_for(".index"), _SEE_OTHER)

    def _page(self, faults: dict[str, str] | None = None) -> str:
        settings = settings_of(current_app)
        sources = [source.name for source in settings.hr.sources]
        levels, rows = trust.levels(settings), trust.set_on_the_desk()
        table = {
            kind: {source: _cell(kind, source, levels, rows) for source in sources} for kind in trust.KINDS
        }  # fmt: skip
        values: dict[str, Any] = {"table": table, "sources": sources, "faults": faults or {}}
        return str(
            self.render(
                "admin/trust.html", labels=labels, levels=LEVELS, pills=PILLS, source_title=source_title,
                may_change=allowed(Permission.MANAGE_TRUST), **values,
            )
        )  # fmt: skip


def _cell(kind: str, source: str, levels: trust.Levels, rows: dict[tuple[str, str], TrustLevel]) -> Cell:
    level = levels.of(kind, source)
    row = rows.get((kind, source)) or rows.get((kind, trust.EVERY_SOURCE))
    return Cell(level, row if row and row.level == level else None)
