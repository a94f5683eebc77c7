"""The settings in force: values, where they come from, what they mean; and the switch of automatic approval."""

from typing import ClassVar

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.i18n import N_, _
from backoffice.rules.errors import RefusedError
from backoffice.rules.permissions import Permission
from backoffice.services import settings_in_force, switches
from backoffice.services.settings_in_force import GROUPS, POLICY
from backoffice.views import setting_words
from backoffice.views.access import allowed, post_permission, require_fresh, the_actor
from backoffice.views.base import DeskView, expose
from backoffice.views.parameters import choice
from backoffice.views.runs import REASON_LENGTH, refusal

_SEE_OTHER, _UNPROCESSABLE = 303, 422
OFF = N_("Automatic approval is off; every request waits for a person.")
ON = N_("Automatic approval is on again.")


class SettingsView(DeskView):
    """The settings in force. They are changed in settings.toml; only the switch is moved here."""

    permission = Permission.SEE_SETTINGS
    extra_css: ClassVar = ["/static/reconciliation.css"]

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Show a group of settings."""
        return self._page()

    @expose("/auto-approve", methods=("POST",))
    @post_permission(Permission.MANAGE_SETTINGS)
    def auto_approve(self) -> ResponseReturnValue:
        """Turn automatic approval off, or on again."""
        require_fresh()
        to, reason = request.form.get("to") == "on", request.form.get("reason", "")[:REASON_LENGTH]
        try:
            switches.turn(to=to, reason=reason, actor=the_actor().username)
        except RefusedError as fault:
            return self._page({"reason": refusal(fault)}), _UNPROCESSABLE
        flash(_(ON if to else OFF), "success")
        return redirect(url_for(".index"), _SEE_OTHER)

    def _page(self, faults: dict[str, str] | None = None) -> str:
        settings = settings_of(current_app)
        group = choice(request.args.get("group"), GROUPS) or POLICY
        return str(
            self.render(
                "admin/settings.html", group=group, groups=GROUPS, lines=settings_in_force.groups(settings)[group],
                words=setting_words, faults=faults or {}, is_automatic=switches.approves_by_itself(settings),
                is_switched_on=switches.is_on(), in_settings=settings.policy.auto_approve, moved=switches.last_move(),
                may_change=allowed(Permission.MANAGE_SETTINGS), sees_trust=allowed(Permission.SEE_RUNS),
            )
        )  # fmt: skip
