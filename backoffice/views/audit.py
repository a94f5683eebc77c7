"""The audit trail: who did what and when; nothing here can be changed."""

import datetime as dt
from typing import Any, ClassVar

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_admin.contrib.sqla.filters import FilterEqual, FilterLike

from backoffice.i18n import N_, _, lazy
from backoffice.models import AuditEntry
from backoffice.rules import jalali
from backoffice.rules.permissions import Permission
from backoffice.services import audit
from backoffice.views import formats
from backoffice.views.access import post_permission
from backoffice.views.audit_words import ACTS, act_title
from backoffice.views.base import DeskModelView, expose
from backoffice.views.day_filters import FromDay, UntilDay

_SEE_OTHER = 303
_MOST = 200_000
_INTACT = N_("The trail is intact: %(count)s rows.")
_BROKEN = N_("The trail is NOT intact; the first row that does not fit is number %(number)s.")
_LONG = N_("The trail is too long to be checked while you wait; please run: %(command)s")
_COMMAND = "flask audit verify"


class AuditView(DeskModelView):
    """The trail, the newest act first."""

    permission = Permission.SEE_AUDIT
    list_template = "admin/audit.html"
    details_template = "admin/audit_entry.html"
    column_list = ("at", "actor", "action", "subject", "reason")
    column_details_list = ("id", "at", "actor", "action", "code", "subject", "reason", "hash")
    column_sortable_list = ("at", "actor", "action", "subject")
    column_labels: ClassVar[Any] = {
        "id": lazy("Number"),
        "at": lazy("When"),
        "actor": lazy("By whom"),
        "action": lazy("Act"),
        "subject": lazy("On what"),
        "reason": lazy("Reason"),
        "code": lazy("Code of the act"),
        "hash": lazy("Hash"),
    }
    column_filters = (
        FilterEqual(AuditEntry.actor, lazy("By whom")),
        FilterEqual(AuditEntry.action, lazy("Act"), options=[(code, lazy(title)) for code, title in ACTS.items()]),
        FilterLike(AuditEntry.subject, lazy("On what")),
        FromDay(AuditEntry.at, lazy("From the day")),
        UntilDay(AuditEntry.at, lazy("To the day")),
    )
    column_formatters: ClassVar[Any] = {
        "actor": lambda _view, _context, row, _name: formats.ltr(row.actor),
        "action": lambda _view, _context, row, _name: act_title(row.action),
        "subject": lambda _view, _context, row, _name: formats.ltr(row.subject),
    }
    column_formatters_detail: ClassVar[Any] = {
        **column_formatters,
        "code": lambda _view, _context, row, _name: formats.ltr(row.action),
        "hash": lambda _view, _context, row, _name: formats.ltr(row.hash),
    }

    @expose("/verify", methods=("POST",))
    @post_permission(Permission.VERIFY_AUDIT)
    def verify(self) -> ResponseReturnValue:
        """Check the whole trail and say whether a row was changed, cut or swapped."""
        flash(*_verdict())
        return redirect(url_for(".index_view"), _SEE_OTHER)


def acts_since(action: str, day: dt.date) -> str:
    """Give the address of the trail with one act only, from a day on: the second and the fourth of the filters."""
    return url_for("audit.index_view", flt0_1=action, flt1_3=jalali.to_jalali(day))


def _verdict() -> tuple[str, str]:
    if audit.size() > _MOST:
        return _(_LONG, command=formats.isolated(_COMMAND)), "warning"
    try:
        count, _last = audit.verify()
    except audit.ChainBrokenError as fault:
        return _(_BROKEN, number=formats.digits(fault.entry_id)), "error"
    return _(_INTACT, count=formats.digits(count)), "success"
