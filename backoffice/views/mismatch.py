"""Deciding a refused registration; its page is that of the case."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backoffice import clock
from backoffice.extensions import db, settings_of
from backoffice.i18n import N_, _
from backoffice.models import Case
from backoffice.rules import mismatch_offers
from backoffice.rules.case_states import MISMATCH
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import InvalidFieldsError
from backoffice.rules.identity_fields import read_identity
from backoffice.rules.mismatch_offers import Act
from backoffice.rules.permissions import Permission
from backoffice.services import (
    cases,
    mismatch_account,
    mismatch_check,
    mismatch_holder,
    mismatch_link,
    mismatch_primary,
    mismatch_work,
)
from backoffice.services.mismatch_work import Choice, StillRefusedError
from backoffice.views import mismatch_page, mismatch_words
from backoffice.views.access import post_permission, the_actor
from backoffice.views.base import DeskView, expose
from backoffice.views.cases import CasesView, case_address, kept, the_case, wanted_cases
from backoffice.views.labels import field_title
from backoffice.views.parameters import whole_number
from backoffice.views.runs import refusal

_SEE_OTHER, _UNPROCESSABLE = 303, 422
_NEXT = N_("Done. Here is the next case.")
_LAST = N_("Done. No other case waits here.")
_PASSES = N_("The check passes now; the person can go on.")
_SAME = N_("Checked again: the result is below.")
_CODE_SENT = N_("A code is on its way to %(mobile)s; ask the person to read it out.")
_STILL = N_("The check still refuses this person: %(causes)s.")
_ROW_COUNTS = N_("This row counts from now on. What still stands against the person: %(causes)s.")
_WRONG_FIELD = N_("%(field)s: %(fault)s")


class MismatchView(DeskView):
    """Decisions on refused registrations."""

    permission = Permission.SEE_CASES
    menu_parent = "cases"
    extra_css: ClassVar = CasesView.extra_css
    extra_js: ClassVar = CasesView.extra_js

    def is_visible(self) -> bool:
        """Stay out of the menu: the list of cases leads here."""
        return False

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Show the list of these cases."""
        return redirect(url_for("cases.index", kind=MISMATCH), _SEE_OTHER)

    @expose("/<number>/correct", methods=("POST",))
    @post_permission(Permission.DECIDE_CASES)
    def correct(self, number: str) -> ResponseReturnValue:
        """Check corrected details and let the person go on."""
        return self._decide(number, Act.CORRECT, lambda case: mismatch_work.correct(
            case.id, _corrected(case), _choice(), actor=_name(), settings=settings_of(current_app)
        ))  # fmt: skip

    @expose("/<number>/choose", methods=("POST",))
    @post_permission(Permission.DECIDE_CASES)
    def choose(self, number: str) -> ResponseReturnValue:
        """Let one of HR's rows count; where something else is left, the case shows that."""
        days = whole_number(request.form.get("days"), 1, 366) or 0
        return self._decide(number, Act.CHOOSE, lambda case: mismatch_primary.choose(
            case.id, request.form.get("row", ""), days, _choice(), actor=_name(), settings=settings_of(current_app)
        ))  # fmt: skip

    @expose("/<number>/accept", methods=("POST",))
    @post_permission(Permission.DECIDE_CASES)
    def accept(self, number: str) -> ResponseReturnValue:
        """Accept the difference for some days."""
        days = whole_number(request.form.get("days"), 1, 366) or 0
        return self._decide(number, Act.ACCEPT, lambda case: mismatch_work.accept(
            case.id, days, _choice(), actor=_name(), settings=settings_of(current_app)
        ))  # fmt: skip

    @expose("/<number>/code", methods=("POST",))
    @post_permission(Permission.DECIDE_CASES)
    def code(self, number: str) -> ResponseReturnValue:
        """Send the person the code that linking and adopting need."""
        case = _the_mismatch(number)
        act = Act.ADOPT if request.form.get("act") == Act.ADOPT else Act.LINK
        try:
            sent = mismatch_link.send_code(case.id, actor=_name(), settings=settings_of(current_app))
        except RefusedError as fault:
            return self._again(number, act, refusal(fault))
        flash(_(_CODE_SENT, mobile=sent.masked), "success")
        return redirect(f"{case_address(case.id)}#act-{act}", _SEE_OTHER)

    @expose("/<number>/link", methods=("POST",))
    @post_permission(Permission.DECIDE_CASES)
    def link(self, number: str) -> ResponseReturnValue:
        """Link the account that exists, with the code the person read out."""
        entry, typed = request.form.get("entry", ""), request.form.get("code", "")
        return self._decide(number, Act.LINK, lambda case: mismatch_link.link(
            case.id, entry, typed, _choice(), actor=_name(), settings=settings_of(current_app)
        ))  # fmt: skip

    @expose("/<number>/adopt", methods=("POST",))
    @post_permission(Permission.DECIDE_CASES)
    def adopt(self, number: str) -> ResponseReturnValue:
        """Let the account that nobody owns be this person's, with the code the person read out."""
        entry, source, typed = (request.form.get(name, "") for name in ("entry", "source", "code"))
        return self._decide(number, Act.ADOPT, lambda case: mismatch_link.adopt(
            case.id, entry, source, typed, _choice(), actor=_name(), settings=settings_of(current_app)
        ))  # fmt: skip

    @expose("/<number>/extend", methods=("POST",))
    @post_permission(Permission.DECIDE_CASES)
    def extend(self, number: str) -> ResponseReturnValue:
        """Let the account that is over be valid for more days."""
        days = whole_number(request.form.get("days"), 1, 366) or 0
        return self._decide(number, Act.EXTEND, lambda case: mismatch_account.extend(
            case.id, days, _choice(), actor=_name(), settings=settings_of(current_app)
        ))  # fmt: skip

    @expose("/<number>/log_in", methods=("POST",))
    @post_permission(Permission.DECIDE_CASES)
    def log_in(self, number: str) -> ResponseReturnValue:
        """Tell the person how to come in to the account that exists."""
        return self._decide(number, Act.LOG_IN, lambda case: mismatch_account.tell_to_log_in(
            case.id, _choice(), actor=_name(), settings=settings_of(current_app)
        ))  # fmt: skip

    @expose("/<number>/hr_right", methods=("POST",))
    @post_permission(Permission.DECIDE_CASES)
    def hr_right(self, number: str) -> ResponseReturnValue:
        """Let our register say what HR says."""
        return self._decide(number, Act.HR_RIGHT, lambda case: mismatch_holder.hr_is_right(
            case.id, _choice(), actor=_name(), settings=settings_of(current_app)
        ))  # fmt: skip

    @expose("/<number>/to_hr", methods=("POST",))
    @post_permission(Permission.DECIDE_CASES)
    def to_hr(self, number: str) -> ResponseReturnValue:
        """Refer the case to HR."""
        return self._decide(number, Act.TO_HR, lambda case: mismatch_work.send_to_hr(
            case.id, _choice(), actor=_name(), settings=settings_of(current_app)
        ))  # fmt: skip

    @expose("/<number>/ask", methods=("POST",))
    @post_permission(Permission.DECIDE_CASES)
    def ask(self, number: str) -> ResponseReturnValue:
        """Ask the person by SMS."""
        return self._decide(number, Act.ASK, lambda case: mismatch_work.ask_person(
            case.id, _choice(), actor=_name(), settings=settings_of(current_app)
        ))  # fmt: skip

    @expose("/<number>/refuse", methods=("POST",))
    @post_permission(Permission.DECIDE_CASES)
    def refuse(self, number: str) -> ResponseReturnValue:
        """Refuse the request."""
        return self._decide(number, Act.REFUSE, lambda case: mismatch_work.refuse(
            case.id, _choice(), actor=_name(), settings=settings_of(current_app)
        ))  # fmt: skip

    @expose("/<number>/recheck", methods=("POST",))
    @post_permission(Permission.DECIDE_CASES)
    def recheck(self, number: str) -> ResponseReturnValue:
        """Check the newest attempt by what is known now."""
        case = _the_mismatch(number)
        try:
            passes = mismatch_work.recheck(case.id, actor=_name(), settings=settings_of(current_app))
        except RefusedError as fault:
            return self._again(number, "", refusal(fault))
        flash(_(_PASSES) if passes else _(_SAME), "success" if passes else "message")
        return redirect(case_address(case.id), _SEE_OTHER)

    def _decide(self, number: str, act: str, work: Callable[[Case], Sequence[str] | None]) -> ResponseReturnValue:
        """Decide; ``work`` gives the causes that keep the case open although something was decided."""
        case = _the_mismatch(number)
        try:
            left = work(case)
        except StillRefusedError as fault:
            return self._again(number, act, _(_STILL, causes=_titles(fault.causes)))
        except InvalidFieldsError as fault:
            return self._again(number, act, _named(fault))
        except RefusedError as fault:
            return self._again(number, act, refusal(fault))
        if left:
            flash(_(_ROW_COUNTS, causes=_titles(left)), "message")
            return redirect(case_address(case.id), _SEE_OTHER)
        wanted = wanted_cases()
        following = cases.next_open(_the_mismatch(number), wanted, _name())
        if following is None:
            flash(_(_LAST), "success")
            return redirect(url_for("cases.index", **kept(wanted)), _SEE_OTHER)
        flash(_(_NEXT), "success")
        return redirect(case_address(following), _SEE_OTHER)

    def _again(self, number: str, act: str, error: str) -> ResponseReturnValue:
        wanted = wanted_cases()
        page = mismatch_page.render(self, _the_mismatch(number), wanted, kept(wanted), error=error, opened=act)
        return page, _UNPROCESSABLE


def _the_mismatch(number: str) -> Case:
    case = the_case(number)
    if case.kind != MISMATCH:
        abort(404)
    return case


def _titles(causes: Sequence[str]) -> str:
    return str(_(", ").join(mismatch_words.cause_title(cause) for cause in causes))


def _choice() -> Choice:
    return Choice(**{name: request.form.get(name, "") for name in ("reason", "note", "fingerprint")})


def _name() -> str:
    return the_actor().username


def _corrected(case: Case) -> dict[str, str]:
    """Read the corrected fields by the rules of the first form; a code that was not shown stays as it was typed.

    ``near``: the place of the row of HR whose code is the right one, so that it need not be shown.
    """
    id_type, _colon, code = case.key.partition(":")
    sent = {"national_code": [code], **request.form.to_dict(flat=False), "id_type": [id_type]}
    attempt = mismatch_check.attempt_of(db.session(), case.id)
    rows = mismatch_offers.near_rows(attempt.evidence) if attempt else []
    chosen = whole_number(request.form.get("near"), 1, len(rows)) if rows else None
    if chosen:
        sent["national_code"] = [rows[chosen - 1]["national_code"]]
    found = read_identity(sent, clock.now().date())
    return {name: value for name, value in found.items() if name != "id_type"}


def _named(fault: InvalidFieldsError) -> str:
    lines = (_(_WRONG_FIELD, field=field_title(name), fault=refusal(one)) for name, one in fault.faults.items())
    return " ".join(lines)
