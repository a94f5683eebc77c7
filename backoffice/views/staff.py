"""Desk users: who may log in here, in which role."""

from typing import Any

from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.i18n import N_, _
from backoffice.models import Staff
from backoffice.rules.errors import RefusedError
from backoffice.rules.permissions import Permission, Role
from backoffice.services import logins, staff, staff_secrets
from backoffice.services.passwords import WeakPasswordError
from backoffice.services.staff import StaffRefusedError
from backoffice.views.access import allowed, post_permission, require_fresh, the_actor
from backoffice.views.base import BIGGEST_ID, DeskView, expose
from backoffice.views.context import role_title
from backoffice.views.parameters import whole_number

_SEE_OTHER, _UNPROCESSABLE = 303, 422
_NOT_EQUAL = N_("The two passwords are not equal.")
_ADDED = N_("The desk user was added.")
_CHANGED = N_("Role and sources were saved.")
_MAIL_SET = N_("The mail address was saved.")
_DISABLED = N_("The login was disabled; every open session has ended.")
_ENABLED = N_("The login was enabled again.")
_PASSWORD_SET = N_("The new password counts from now on.")
_RESET = N_("The second factor was taken away; the next login sets up a new one.")


class StaffView(DeskView):
    """Desk users. The auditor reads; an administrator changes, within ten minutes of a proof of the login."""

    permission = Permission.SEE_STAFF

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """List them by name."""
        return self._page("admin/staff.html", people=staff.people())

    @expose("/add")
    def form(self) -> ResponseReturnValue:
        """Show the form for a new one."""
        if not allowed(Permission.MANAGE_STAFF):
            abort(403)
        require_fresh()
        return self._page("admin/staff_add.html", faults={})

    @expose("/add", methods=("POST",))
    @post_permission(Permission.MANAGE_STAFF)
    def add(self) -> ResponseReturnValue:
        """Add a local desk user."""
        require_fresh()
        form = request.form
        try:
            number = staff.add(
                settings_of(current_app), form.get("username", ""), role=form.get("role", ""),
                password=new_password(), actor=the_actor().username, sources=form.getlist("sources"),
                display_name=form.get("display_name", "")[:255], mail=form.get("mail", "")[:255],
            )  # fmt: skip
        except RefusedError as fault:
            return self._page("admin/staff_add.html", faults=faults_of(fault)), _UNPROCESSABLE
        flash(_(_ADDED), "success")
        return redirect(url_for(".person", number=number), _SEE_OTHER)

    @expose("/<number>/")
    def person(self, number: str) -> ResponseReturnValue:
        """Show one desk user and what can be changed."""
        return self._person(the_person(number))

    @expose("/<number>/change", methods=("POST",))
    @post_permission(Permission.MANAGE_STAFF)
    def change(self, number: str) -> ResponseReturnValue:
        """Give another role or other sources."""
        role, sources = request.form.get("role", ""), request.form.getlist("sources")
        return self._act(
            number, _CHANGED,
            lambda one, actor: staff.change(settings_of(current_app), one, role=role, sources=sources, actor=actor),
        )  # fmt: skip

    @expose("/<number>/mail", methods=("POST",))
    @post_permission(Permission.MANAGE_STAFF)
    def mail(self, number: str) -> ResponseReturnValue:
        """Let reminders go to another address."""
        address = request.form.get("mail", "")[:255]
        return self._act(number, _MAIL_SET, lambda one, actor: staff.set_mail(one, address, actor=actor))

    @expose("/<number>/disable", methods=("POST",))
    @post_permission(Permission.MANAGE_STAFF)
    def disable(self, number: str) -> ResponseReturnValue:
        """Let the person in no longer."""
        reason = request.form.get("reason", "").strip()[:500]
        return self._act(number, _DISABLED, lambda one, actor: staff.disable(one, actor=actor, reason=reason))

    @expose("/<number>/enable", methods=("POST",))
    @post_permission(Permission.MANAGE_STAFF)
    def enable(self, number: str) -> ResponseReturnValue:
        """Let the person in again."""
        return self._act(number, _ENABLED, lambda one, actor: staff.enable(one, actor=actor))

    @expose("/<number>/password", methods=("POST",))
    @post_permission(Permission.MANAGE_STAFF)
    def password(self, number: str) -> ResponseReturnValue:
        """Set a new password."""
        return self._act(
            number, _PASSWORD_SET, lambda one, actor: staff_secrets.set_password(one, new_password(), actor=actor)
        )

    @expose("/<number>/reset-totp", methods=("POST",))
    @post_permission(Permission.MANAGE_STAFF)
    def reset_totp(self, number: str) -> ResponseReturnValue:
        """Take away a lost second factor."""
        return self._act(number, _RESET, lambda one, actor: staff_secrets.reset_totp(one, actor=actor))

    def _act(self, number: str, done: str, act: Any) -> ResponseReturnValue:
        require_fresh()
        person = the_person(number)
        try:
            act(person.id, the_actor().username)
        except RefusedError as fault:
            return self._person(the_person(number), faults_of(fault)), _UNPROCESSABLE
        flash(_(done), "success")
        return redirect(url_for(".person", number=number), _SEE_OTHER)

    def _person(self, person: Staff, faults: dict[str, str] | None = None) -> str:
        return self._page(
            "admin/staff_person.html", person=person, faults=faults or {}, is_self=person.id == the_actor().id,
            needs_totp=logins.needs_totp(settings_of(current_app), person),
        )  # fmt: skip

    def _page(self, template: str, **values: Any) -> str:
        sources = settings_of(current_app).hr.sources
        may_change = allowed(Permission.MANAGE_STAFF)
        return str(
            self.render(
                template, roles=list(Role), title_of_role=role_title, sources=sources, may_change=may_change, **values
            )
        )


def the_person(number: str) -> Staff:
    """Give the desk user of the address; 404 where there is none."""
    wanted = whole_number(number, 1, BIGGEST_ID)
    try:
        return staff.person(wanted or 0)
    except StaffRefusedError:
        abort(404)


def new_password() -> str:
    """Give the new password of the form. Raises StaffRefusedError where the repetition differs."""
    first, second = request.form.get("password", ""), request.form.get("password_repeat", "")
    if first != second:
        raise StaffRefusedError("password_repeat", _NOT_EQUAL)
    return first


def faults_of(fault: RefusedError) -> dict[str, str]:
    """Give the sentence under the name of its field; under "" what belongs to no field."""
    field = fault.field if isinstance(fault, StaffRefusedError) else ""
    if isinstance(fault, WeakPasswordError):
        field = "password"
    return {field: _(fault.message, **fault.values)}
