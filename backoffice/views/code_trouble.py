"""Trouble with a code: what was sent, whether it arrived, what to say to the caller, and sending another one."""

from typing import Any, ClassVar

from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.i18n import N_, _
from backoffice.models import Case
from backoffice.rules.case_states import OPEN, OTP_TROUBLE
from backoffice.rules.errors import RefusedError
from backoffice.rules.permissions import Permission
from backoffice.services import cases, otp_trouble
from backoffice.views import audit_words, case_words, code_words, masking
from backoffice.views.access import allowed, post_permission, the_actor
from backoffice.views.base import BIGGEST_ID, DeskView, expose
from backoffice.views.parameters import whole_number
from backoffice.views.runs import refusal

_SEE_OTHER, _UNPROCESSABLE = 303, 422
SENT = N_("A new code is on its way to %(mobile)s; the ones before it no longer work.")
CLOSED = N_("The case is closed.")


class CodeTroubleView(DeskView):
    """Trouble with codes."""

    permission = Permission.SEE_CODES
    menu_parent = "cases"
    extra_css: ClassVar = ["/static/reconciliation.css"]

    def is_visible(self) -> bool:
        """Keep it out of the menu: the cases lead here."""
        return False

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Go to the list, which is that of the cases."""
        return redirect(url_for("cases.index", kind=OTP_TROUBLE))

    @expose("/<number>/")
    def show(self, number: str) -> ResponseReturnValue:
        """Show one case."""
        return self._one(_the_case(number))

    @expose("/<number>/resend", methods=("POST",))
    @post_permission(Permission.SEND_CODE)
    def resend(self, number: str) -> ResponseReturnValue:
        """Send another code."""
        case = _the_case(number)
        try:
            issued = otp_trouble.resend(case.id, actor=the_actor().username, settings=settings_of(current_app))
        except RefusedError as fault:
            return self._one(_the_case(number), refusal(fault)), _UNPROCESSABLE
        flash(_(SENT, mobile=issued.masked), "success")
        return redirect(url_for(".show", number=case.id), _SEE_OTHER)

    @expose("/<number>/close", methods=("POST",))
    @post_permission(Permission.SEND_CODE)
    def close(self, number: str) -> ResponseReturnValue:
        """Close the case."""
        case = _the_case(number)
        try:
            otp_trouble.close(case.id, note=request.form.get("note", ""), actor=the_actor().username)
        except RefusedError as fault:
            return self._one(_the_case(number), faults={"note": refusal(fault)}), _UNPROCESSABLE
        flash(_(CLOSED), "success")
        return redirect(url_for(".show", number=case.id), _SEE_OTHER)

    @expose("/<number>/unmask", methods=("POST",))
    @post_permission(Permission.UNMASK)
    def unmask(self, number: str) -> ResponseReturnValue:
        """Show the code and the number for some minutes; an audited act."""
        case = _the_case(number)
        masking.unmask(cases.subject_of(case.id))
        return redirect(url_for(".show", number=case.id), _SEE_OTHER)

    def _one(self, case: Case, error: str = "", faults: dict[str, str] | None = None) -> str:
        values: dict[str, Any] = {
            "attempts": otp_trouble.attempts(case), "acts": cases.acts_of(case.id), "is_open": case.state in OPEN,
            "shown": masking.is_shown(cases.subject_of(case.id)), "may_unmask": allowed(Permission.UNMASK),
            "may_send": allowed(Permission.SEND_CODE), "person_id": cases.person_id_of(case),
        }  # fmt: skip
        return str(
            self.render(
                "admin/code_trouble.html", case=case, error=error, faults=faults or {}, masking=masking,
                words=code_words, case_words=case_words, act_title=audit_words.act_title, **values,
            )
        )  # fmt: skip


def _the_case(number: str) -> Case:
    wanted = whole_number(number, 1, BIGGEST_ID)
    found = cases.find(wanted) if wanted else None
    if found is None or found.kind != OTP_TROUBLE:
        abort(404)
    return found
