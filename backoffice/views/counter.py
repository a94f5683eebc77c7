"""Help at the counter and on the telephone. Source: mission S64; interface.md "Help desk"."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask import abort, current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from backoffice import clock
from backoffice.extensions import db, settings_of
from backoffice.i18n import N_, _
from backoffice.models import Case, Registration
from backoffice.rules import identity_fields
from backoffice.rules.case_states import OPEN
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import InvalidFieldsError, typed
from backoffice.rules.permissions import Permission
from backoffice.rules.registration_states import REJECTED
from backoffice.services import codes, counter, messages, mismatch_account, tracking
from backoffice.services.codes import CodeState
from backoffice.services.mismatch_account import Standing
from backoffice.views import masking, mismatch_caller
from backoffice.views.access import allowed, post_permission, the_actor
from backoffice.views.base import BIGGEST_ID, DeskView, expose
from backoffice.views.parameters import whole_number
from backoffice.views.runs import refusal

_SEE_OTHER, _UNPROCESSABLE = 303, 422
_CALLERS = "callers"
VERIFIED_FOR = dt.timedelta(minutes=15)
NOBODY = N_("There is no registration with this tracking code or national code.")
VERIFIED = N_("The caller is verified.")
NOT_VERIFIED = N_("Please verify the caller first.")
WAY_SENT = N_("How to log in is on its way to the addresses of the account.")
CHANGED = N_("The new number is on record now.")
DOCUMENTS = {
    "national_card": N_("National identity card"), "birth_certificate": N_("Birth certificate"),
    "passport": N_("Passport"), "staff_card": N_("Staff card"),
}  # fmt: skip


class CounterView(DeskView):
    """The counter. What is done here is done for somebody who stands in front of it or calls."""

    permission = Permission.USE_COUNTER

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Show the two beginnings: somebody with a registration, somebody without."""
        return self._begin({})

    @expose("/find", methods=("POST",))
    @post_permission(Permission.USE_COUNTER)
    def find(self) -> ResponseReturnValue:
        """Look for the registration of a tracking code or a national code."""
        row = counter.find(request.form.get("question", "")[:64])
        if row is None:
            return self._begin({"question": _(NOBODY)}), _UNPROCESSABLE
        return redirect(url_for(".caller", number=row.id), _SEE_OTHER)

    @expose("/assist", methods=("POST",))
    @post_permission(Permission.USE_COUNTER)
    def assist(self) -> ResponseReturnValue:
        """Begin a registration, and show the slip once: it is not kept."""
        sent = request.form.to_dict(flat=False)
        try:
            slip = counter.assist(sent, actor=the_actor().username, settings=settings_of(current_app))
        except InvalidFieldsError as fault:
            return self._begin({name: refusal(one) for name, one in fault.faults.items()}), _UNPROCESSABLE
        except RefusedError as fault:
            return self._begin({"": refusal(fault)}), _UNPROCESSABLE
        return str(self.render("admin/counter_slip.html", slip=slip))

    @expose("/<number>/")
    def caller(self, number: str) -> ResponseReturnValue:
        """Show what can be done for this person."""
        return self._caller(_the_row(number), {})

    @expose("/<number>/call", methods=("POST",))
    @post_permission(Permission.USE_COUNTER)
    def call(self, number: str) -> ResponseReturnValue:
        """Send a code to the number on record."""
        return self._act(number, "", lambda row, who: counter.call(row, address=_address(), **who))

    @expose("/<number>/verify", methods=("POST",))
    @post_permission(Permission.USE_COUNTER)
    def verify(self, number: str) -> ResponseReturnValue:
        """Take the code the caller reads out."""
        code = request.form.get("code", "")[:64]
        return self._proved(number, "code", lambda row, who: counter.verify(row, code, **who), VERIFIED)

    @expose("/<number>/way-in", methods=("POST",))
    @post_permission(Permission.USE_COUNTER)
    def way_in(self, number: str) -> ResponseReturnValue:
        """Send a verified caller how to log in and where the password is recovered."""
        if str(_the_row(number).id) not in _living():
            return self._caller(_the_row(number), {"": _(NOT_VERIFIED)}), _UNPROCESSABLE
        return self._act(number, "", lambda row, who: counter.send_way_in(row, **who), WAY_SENT)

    @expose("/<number>/mobile", methods=("POST",))
    @post_permission(Permission.USE_COUNTER)
    def mobile(self, number: str) -> ResponseReturnValue:
        """Send a code to a new number, after a document was shown."""
        written, document = request.form.get("mobile", "")[:64], request.form.get("document", "")
        return self._act(
            number, "mobile", lambda row, who: counter.new_mobile(row, written, document, address=_address(), **who)
        )

    @expose("/<number>/mobile/code", methods=("POST",))
    @post_permission(Permission.USE_COUNTER)
    def mobile_code(self, number: str) -> ResponseReturnValue:
        """Take the code that went to the new number; with the document that was shown it proves who it is, too."""
        code = request.form.get("mobile_code", "")[:64]
        return self._proved(number, "mobile_code", lambda row, who: counter.take_mobile(row, code, **who), CHANGED)

    def _proved(
        self, number: str, field: str, act: Callable[[int, dict[str, Any]], None], words: str
    ) -> ResponseReturnValue:
        """Act on a code; who read out the right one is verified for a while."""
        done = self._act(number, field, act, words)
        if not isinstance(done, tuple):
            session[_CALLERS] = {**_living(), str(_the_row(number).id): clock.now().isoformat()}
        return done

    def _act(
        self, number: str, field: str, act: Callable[[int, dict[str, Any]], None], done: str = ""
    ) -> ResponseReturnValue:
        row = _the_row(number)
        try:
            act(row.id, {"actor": the_actor().username, "settings": settings_of(current_app)})
        except RefusedError as fault:
            return self._caller(_the_row(number), {field: refusal(fault)}), _UNPROCESSABLE
        if done:
            flash(_(done), "success")
        return redirect(url_for(".caller", number=number), _SEE_OTHER)

    def _begin(self, faults: dict[str, str]) -> str:
        values = typed(identity_fields.NAMES, request.form.to_dict(flat=False))
        return str(self.render("admin/counter.html", faults=faults, values=values))

    def _caller(self, row: Registration, faults: dict[str, str]) -> str:
        settings = settings_of(current_app)
        account = mismatch_account.standing_of(db.session(), row, settings)
        return str(
            self.render(
                "admin/counter_caller.html", row=row, faults=faults, number=counter.number_of(row),
                verified=str(row.id) in _living(), called=_under_way(counter.caller(row.id)),
                renumbered=_under_way(counter.new_number(row.id)), documents=DOCUMENTS,
                masking=masking,
                standing=tracking.standing(row.id, settings), say=_say(row, account),
                account=account if account and account.may_log_in else None,
                may_see_case=allowed(Permission.SEE_CASES), leaves_at=messages.quiet_until(settings),
            )
        )  # fmt: skip


def _the_row(number: str) -> Registration:
    wanted = whole_number(number, 1, BIGGEST_ID)
    return (db.session.get(Registration, wanted) if wanted else None) or abort(404)


def _under_way(subject: str) -> CodeState | None:
    """Give the code that somebody is still to read out."""
    code = codes.state(codes.COUNTER, subject, settings_of(current_app))
    return code if code and not code.is_used else None


def _say(row: Registration, account: Standing | None) -> str:
    """Give the sentence for a refused caller; "" for others, and once the case is closed."""
    case = db.session.get(Case, row.case_id) if row.case_id else None
    if row.state != REJECTED or case is None or case.state not in OPEN:
        return ""
    return mismatch_caller.to_caller(case.cause, account)


def _living() -> dict[str, str]:
    """Give the callers who were verified a short while ago."""
    kept: dict[str, str] = session.get(_CALLERS, {})
    now = clock.now()
    return {number: since for number, since in kept.items() if now - dt.datetime.fromisoformat(since) < VERIFIED_FOR}


def _address() -> str:
    return request.remote_addr or ""
