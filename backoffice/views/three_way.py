"""What the three-way check found: register, directory and our own changes do not say the same."""

from typing import Any, ClassVar

from flask_admin.contrib.sqla.filters import BaseSQLAFilter, FilterEqual

from backoffice.i18n import N_, lazy
from backoffice.models import Discrepancy
from backoffice.rules.permissions import Permission
from backoffice.views import formats
from backoffice.views.base import DeskModelView
from backoffice.views.sentences import sentence

KINDS = {
    "gone": N_("account vanished"),
    "other_code": N_("another national code"),
    "renamed": N_("renamed or moved"),
    "enabled_again": N_("enabled again"),
    "disabled_again": N_("disabled again"),
    "changed_back": N_("changed back"),
}
_OPEN, _GONE = "open", "gone"


class _Standing(BaseSQLAFilter):  # type: ignore[misc]
    """Those that stand, or those that are no more."""

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        del alias
        gone = Discrepancy.gone_at
        return query.filter(gone.is_(None) if value == _OPEN else gone.is_not(None))

    def operation(self) -> Any:
        return lazy("is")


class ThreeWayView(DeskModelView):
    """The differences, the newest first; nothing is repaired from here."""

    permission = Permission.SEE_RUNS
    list_template = "admin/three_way.html"
    column_list = ("detail", "username", "dn", "first_seen_at", "last_seen_at", "gone_at")
    column_sortable_list = ("first_seen_at", "last_seen_at", "username")
    column_labels: ClassVar[Any] = {
        "detail": lazy("What differs"), "username": lazy("User name"), "dn": lazy("Entry"),
        "first_seen_at": lazy("First seen"), "last_seen_at": lazy("Last seen"), "gone_at": lazy("No more since"),
    }  # fmt: skip
    column_filters = (
        FilterEqual(Discrepancy.kind, lazy("Kind"), options=[(code, lazy(title)) for code, title in KINDS.items()]),
        _Standing(
            Discrepancy.gone_at, lazy("Standing"), options=[(_OPEN, lazy("still differs")), (_GONE, lazy("no more"))]
        ),
    )
    column_formatters: ClassVar[Any] = {
        "detail": lambda _view, _context, row, _name: sentence({"message": row.detail, "params": row.values}),
        "username": lambda _view, _context, row, _name: formats.ltr(formats.without_codes(row.username)),
        "dn": lambda _view, _context, row, _name: formats.ltr(formats.without_codes(row.dn)),
    }
    column_formatters_detail: ClassVar[Any] = column_formatters
