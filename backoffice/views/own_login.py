"""One's own login: password and second factor."""

import datetime as dt
from typing import Any

from flask import current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from backoffice import clock
from backoffice.extensions import settings_of
from backoffice.i18n import N_, _, current_language
from backoffice.rules.errors import RefusedError
from backoffice.rules.permissions import Permission
from backoffice.services import digest, sessions, staff, staff_secrets, totp
from backoffice.services.logins import WrongLoginError
from backoffice.services.passwords import WeakPasswordError
from backoffice.services.staff import StaffRefusedError
from backoffice.services.throttle import TooManyTriesError
from backoffice.services.totp import WrongCodeError
from backoffice.views.access import allowed, post_permission, require_fresh, the_actor
from backoffice.views.base import DeskView, expose
from backoffice.views.cookies import desk_session
from backoffice.views.staff import new_password

_SEE_OTHER, _UNPROCESSABLE, _TOO_MANY = 303, 422, 429
_PENDING = "own_totp"
_WITHIN = dt.timedelta(minutes=10)
_WRONG = N_("The current password is not right.")
_CHANGED = N_("Your password was changed; your other sessions have ended.")
_ENROLLED = N_("The second factor is on; from now on each login asks for a code.")
_TOO_LATE = N_("The key was shown more than ten minutes ago. Please begin again.")
_BEGUN = N_("You get the figures by e-mail, one mail a week.")
_STOPPED = N_("The weekly mail is stopped.")
_FIELDS: dict[type[RefusedError], str] = {
    WeakPasswordError: "password", WrongLoginError: "current", WrongCodeError: "code",
}  # fmt: skip


class OwnLoginView(DeskView):
    """What everybody may do with the own login; the auditor only looks."""

    permission = Permission.SEE_OWN_LOGIN

    def is_visible(self) -> bool:
        """Leave it out of the menu: it is reached by the name in the corner."""
        return False

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Show the login, and the key of a second factor that is being set up."""
        return self._page()

    @expose("/password", methods=("POST",))
    @post_permission(Permission.CHANGE_OWN_LOGIN)
    def password(self) -> ResponseReturnValue:
        """Change the own password."""
        actor, here = the_actor(), desk_session()
        try:
            staff_secrets.change_own(
                settings_of(current_app), actor.id, request.form.get("current", ""), new_password(),
                address=request.remote_addr or "", token=here.token,
            )  # fmt: skip
        except RefusedError as fault:
            return self._refused(fault)
        sessions.refresh(here.token)
        flash(_(_CHANGED), "success")
        return redirect(url_for(".index"), _SEE_OTHER)

    @expose("/digest", methods=("POST",))
    @post_permission(Permission.CHANGE_OWN_LOGIN)
    def digest(self) -> ResponseReturnValue:
        """Begin or stop the weekly mail."""
        actor, wanted = the_actor(), request.form.get("wanted") == "yes"
        try:
            digest.wish(actor.id, wanted=wanted, language=current_language(), actor=actor.username)
        except RefusedError as fault:
            return self._refused(fault)
        flash(_(_BEGUN if wanted else _STOPPED), "success")
        return redirect(url_for(".index"), _SEE_OTHER)

    @expose("/totp", methods=("POST",))
    @post_permission(Permission.CHANGE_OWN_LOGIN)
    def begin(self) -> ResponseReturnValue:
        """Make a new key; it counts only once a code proves that it arrived."""
        require_fresh()
        sealed = totp.new_secret(settings_of(current_app), the_actor().id)
        session[_PENDING] = {"sealed": sealed, "at": clock.now().isoformat()}
        return redirect(url_for(".index"), _SEE_OTHER)

    @expose("/totp/confirm", methods=("POST",))
    @post_permission(Permission.CHANGE_OWN_LOGIN)
    def confirm(self) -> ResponseReturnValue:
        """Take the first code."""
        require_fresh()
        sealed, code = _sealed(), request.form.get("code", "")
        if sealed is None:
            flash(_(_TOO_LATE), "error")
            return redirect(url_for(".index"), _SEE_OTHER)
        try:
            staff_secrets.enrol_own(settings_of(current_app), the_actor().id, sealed, code, token=desk_session().token)
        except RefusedError as fault:
            return self._refused(fault)
        session.pop(_PENDING)
        flash(_(_ENROLLED), "success")
        return redirect(url_for(".index"), _SEE_OTHER)

    def _refused(self, fault: RefusedError) -> ResponseReturnValue:
        status = _TOO_MANY if isinstance(fault, TooManyTriesError) else _UNPROCESSABLE
        message = _WRONG if isinstance(fault, WrongLoginError) else fault.message
        field = fault.field if isinstance(fault, StaffRefusedError) else _FIELDS.get(type(fault), "")
        return self._page({field: _(message, **fault.values)}), status

    def _page(self, faults: dict[str, str] | None = None) -> str:
        values: dict[str, Any] = {
            "person": staff.person(the_actor().id), "faults": faults or {}, "key": _key(),
            "may_change": allowed(Permission.CHANGE_OWN_LOGIN), "sees_figures": allowed(Permission.SEE_STATISTICS),
        }  # fmt: skip
        return str(self.render("admin/own_login.html", **values))


def _sealed() -> str | None:
    pending = session.get(_PENDING)
    if not pending or clock.now() - dt.datetime.fromisoformat(pending["at"]) > _WITHIN:
        return None
    return str(pending["sealed"])


def _key() -> totp.Key | None:
    sealed = _sealed()
    return totp.readable(settings_of(current_app), the_actor().id, sealed) if sealed else None
