"""New colleagues whom HR announces before its file has them."""

import datetime as dt
from typing import Any, ClassVar

from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.i18n import N_, _
from backoffice.models.message import DELIVERED, FAILED, QUEUED, WITHDRAWN
from backoffice.rules import account_states as accounts
from backoffice.rules import jalali
from backoffice.rules.errors import FormError, RefusedError
from backoffice.rules.permissions import Permission, Role, may_use_source
from backoffice.services import announcements
from backoffice.services.announcements import Line
from backoffice.views import formats, masking
from backoffice.views.access import allowed, post_permission, the_actor
from backoffice.views.base import BIGGEST_ID, DeskView, expose
from backoffice.views.list_address import LAST_PAGE, PAGE_SIZES
from backoffice.views.parameters import choice, clamped, whole_number
from backoffice.views.runs import REASON_LENGTH, page_size, refusal, source_title

_SEE_OTHER, _UNPROCESSABLE = 303, 422
FIELDS = ("national_code", "first_name", "last_name", "father_name", "birth_date", "start_date", "mobile")
_LONGEST = 255
INVITED = N_("The new colleague is announced; the invitation goes out by SMS.")
NOT_INVITED = N_("The new colleague is announced. No invitation goes out: please tell the person yourself.")
TAKEN_BACK = N_("The announcement was taken back; it no longer counts.")
ENDS = {
    announcements.ARRIVED: ("success", N_("HR's file has the person")),
    announcements.TAKEN_BACK: ("neutral", N_("Taken back")),
    announcements.RAN_OUT: ("warning", N_("Ran out; HR's file never had the person")),
}
INVITATIONS = {
    "": ("neutral", N_("No invitation")), QUEUED: ("info", N_("The invitation waits to be sent")),
    DELIVERED: ("success", N_("Invited by SMS")), FAILED: ("danger", N_("The invitation could not be sent")),
    WITHDRAWN: ("neutral", N_("The invitation was withdrawn")),
}  # fmt: skip
ACCOUNTS = {
    "": ("neutral", N_("Has not registered yet")), accounts.CREATING: ("info", N_("The account is being made")),
    accounts.TEMPORARY: ("success", N_("Has a temporary account")),
    accounts.EXPIRED: ("warning", N_("The temporary account has expired")),
    accounts.LOCKED: ("warning", N_("The account is locked")),
    accounts.PERMANENT: ("success", N_("Has a permanent account")),
    accounts.PURGING: ("neutral", N_("The account is being deleted")),
    accounts.PURGED: ("neutral", N_("The account was removed")),
}  # fmt: skip


class AnnouncementsView(DeskView):
    """New colleagues. HR announces those of own sources; IT may do it too."""

    permission = Permission.SEE_ANNOUNCEMENTS
    extra_css: ClassVar[Any] = ["/static/reconciliation.css"]

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """List those that count, or those that ended."""
        which = choice(request.args.get("state"), (announcements.ENDED,)) or announcements.LIVE
        asked, size = clamped(request.args.get("page"), 0, LAST_PAGE), page_size()
        lines, total = announcements.page(which, asked, size, _own_sources())
        last = max(0, (total - 1) // size)
        return self._page(
            "admin/announcements.html", lines=lines, total=total, page=min(asked, last), pages=last + 1, size=size,
            which=which, kept={"state": which} if which == announcements.ENDED else {},
        )  # fmt: skip

    @expose("/new")
    def form(self) -> ResponseReturnValue:
        """Show the empty form."""
        if not allowed(Permission.ANNOUNCE):
            abort(403)
        return self._form({})

    @expose("/new", methods=("POST",))
    @post_permission(Permission.ANNOUNCE)
    def announce(self) -> ResponseReturnValue:
        """Announce a new colleague."""
        actor, source = the_actor(), request.form.get("source", "")
        settings = settings_of(current_app)
        if source and not may_use_source(actor.role, actor.sources, source):
            abort(404)
        typed = {name: request.form.get(name, "")[:_LONGEST] for name in FIELDS}
        try:
            row = announcements.announce(typed, source, actor=actor.username, settings=settings)
        except FormError as fault:
            faults = {name: _(message, **values) for name, (message, values) in fault.faults.items()}
            return self._form(faults), _UNPROCESSABLE
        flash(_(INVITED if row.message_id else NOT_INVITED), "success")
        return redirect(url_for(".index"), _SEE_OTHER)

    @expose("/<number>/")
    def show(self, number: str) -> ResponseReturnValue:
        """Show one announcement."""
        return self._one(_the_line(number))

    @expose("/<number>/end", methods=("POST",))
    @post_permission(Permission.ANNOUNCE)
    def end(self, number: str) -> ResponseReturnValue:
        """Take an announcement back."""
        line, reason = _the_line(number), request.form.get("reason", "")[:REASON_LENGTH]
        try:
            announcements.end(line.row.id, reason=reason, actor=the_actor().username)
        except RefusedError as fault:
            return self._one(line, {"reason": refusal(fault)}), _UNPROCESSABLE
        flash(_(TAKEN_BACK), "success")
        return redirect(url_for(".index"), _SEE_OTHER)

    def _form(self, faults: dict[str, str]) -> str:
        actor = the_actor()
        sources = [
            one for one in settings_of(current_app).hr.sources if may_use_source(actor.role, actor.sources, one.name)
        ]
        return self._page("admin/announcement_new.html", faults=faults, sources=sources)

    def _one(self, line: Line, faults: dict[str, str] | None = None) -> str:
        return self._page("admin/announcement.html", line=line, faults=faults or {})

    def _page(self, template: str, **values: Any) -> str:
        return str(
            self.render(
                template, may_announce=allowed(Permission.ANNOUNCE), page_sizes=PAGE_SIZES, source_title=source_title,
                day=_day, pill=_pill, ends=ENDS, invitations=INVITATIONS, accounts=ACCOUNTS, masking=masking, **values,
            )
        )  # fmt: skip


def _own_sources() -> tuple[str, ...] | None:
    actor = the_actor()
    return actor.sources if actor.role == Role.HR_LIAISON else None


def _the_line(number: str) -> Line:
    """Give the announcement of the address; 404 for none and for one of another liaison's source."""
    wanted, own = whole_number(number, 1, BIGGEST_ID), _own_sources()
    line = announcements.find(wanted) if wanted else None
    if line is None or (own is not None and line.row.source not in own):
        abort(404)
    return line


def _day(iso: str) -> str:
    """Give an ISO date as the desk shows days, "" for none."""
    return formats.digits(jalali.to_jalali(dt.date.fromisoformat(iso))) if iso else ""


def _pill(words: dict[str, tuple[str, str]], key: str) -> tuple[str, str]:
    level, text = words.get(key, ("neutral", key))
    return level, _(text)
