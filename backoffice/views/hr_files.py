"""The list of all HR files that came in."""

from collections.abc import Iterator
from typing import Any, ClassVar

from flask import abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin.contrib.sqla.filters import FilterEqual

from backoffice.extensions import settings_of
from backoffice.i18n import lazy
from backoffice.models import Snapshot
from backoffice.models.hr import ACCEPTED, HELD, REFUSED
from backoffice.rules.permissions import Permission, Role
from backoffice.services.hr_overview import own_sources
from backoffice.views import formats
from backoffice.views.access import the_actor
from backoffice.views.base import DeskModelView, expose
from backoffice.views.day_filters import FromDay, UntilDay
from backoffice.views.hr_words import file_link, source_title, status_pill

_SEE_OTHER = 303
_STATUSES = ((ACCEPTED, lazy("Accepted")), (HELD, lazy("On hold")), (REFUSED, lazy("Refused")))


class _OwnSources:
    """The choices of the filter by source, asked for anew in each request."""

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return (
            (source.name, source.title or source.name) for source in own_sources(settings_of(current_app), the_actor())
        )


class HrFilesView(DeskModelView):
    """HR files with filters by source, status and day; a liaison sees those of own sources."""

    menu_parent = "hr"
    extra_css: ClassVar[Any] = ["/static/hr.css"]
    permission = Permission.SEE_SNAPSHOTS
    list_template = "admin/hr_files.html"
    column_list = ("id", "source", "file_name", "status", "rows", "as_of", "created_at", "created_by")
    column_sortable_list = ("id", "rows", "as_of", "created_at")
    column_labels: ClassVar[Any] = {
        "id": lazy("Number"),
        "source": lazy("HR source"),
        "file_name": lazy("File"),
        "status": lazy("Status"),
        "rows": lazy("Rows"),
        "as_of": lazy("As of"),
        "created_at": lazy("Received"),
        "created_by": lazy("Sent by"),
    }
    column_filters = (
        FilterEqual(Snapshot.source, lazy("HR source"), options=_OwnSources()),
        FilterEqual(Snapshot.status, lazy("Status"), options=_STATUSES),
        FromDay(Snapshot.created_at, lazy("Received from")),
        UntilDay(Snapshot.created_at, lazy("Received until")),
    )
    column_formatters: ClassVar[Any] = {
        "source": lambda _view, _context, row, _name: source_title(row.source),
        "file_name": lambda _view, _context, row, _name: file_link(row),
        "status": lambda _view, _context, row, _name: status_pill(row.status),
        "as_of": lambda _view, _context, row, _name: formats.jalali_date(row.as_of),
        "created_by": lambda _view, _context, row, _name: formats.ltr(row.created_by),
    }
    column_display_actions = False

    def is_visible(self) -> bool:
        """Leave the list out of the menu: it is reached from the sources."""
        return False

    def get_query(self) -> Any:
        """Leave out what is not the liaison's own."""
        actor = the_actor()
        query = super().get_query()
        return query.filter(Snapshot.source.in_(actor.sources)) if actor.role == Role.HR_LIAISON else query

    @expose("/details/")
    def details_view(self) -> ResponseReturnValue:
        """Lead to the page of the file; 404 for one that is hidden."""
        row = self.get_one(request.args.get("id"))
        if row is None:
            abort(404)
        return redirect(url_for("hr_file.show", number=row.id), _SEE_OTHER)
