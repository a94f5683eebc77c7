"""The base of every screen: Flask-Admin with everything off. Source: reliability.md §1.

A view states its ``permission``; each of its POST routes states its own with ``@post_permission``. What is not
stated stops the start of the application.
"""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar, cast

import sqlalchemy as sa
from flask import abort, flash, request
from flask.typing import ResponseReturnValue
from flask_admin import BaseView
from flask_admin.base import expose as flask_admin_expose
from flask_admin.contrib.sqla import ModelView
from sqlalchemy.exc import DataError, OperationalError, ProgrammingError, StatementError
from wtforms import Form

from backoffice.extensions import db
from backoffice.i18n import _
from backoffice.rules.permissions import Permission
from backoffice.views import formats
from backoffice.views.access import allowed, guard
from backoffice.views.list_address import PAGE_SIZES, ListAddress
from backoffice.views.parameters import whole_number

__all__ = ["DeskModelView", "DeskView", "UndeclaredPermissionError", "expose"]

BIGGEST_ID = 2**63 - 1
_METHODS = frozenset({"GET", "HEAD", "POST"})
_NOT_A_QUESTION = (DataError, ProgrammingError, StatementError, ValueError, OverflowError)


F = TypeVar("F", bound=Callable[..., object])


class UndeclaredPermissionError(Exception):
    """A view does not say who may use it; the application refuses to start."""


def expose(url: str = "/", methods: tuple[str, ...] = ("GET",)) -> Callable[[F], F]:
    """Give an address to a method of a view; Flask-Admin's decorator, typed."""
    return cast("Callable[[F], F]", flask_admin_expose(url, methods))


class DeskView(BaseView):  # type: ignore[misc]
    """A screen of our own. Nobody gets in without the permission of the class."""

    permission: ClassVar[Permission | None] = None

    def is_accessible(self) -> bool:
        """Say whether the person of this request may open the screen (menus ask this)."""
        return self.permission is not None and allowed(self.permission)

    def _handle_view(self, name: str, **_: Any) -> ResponseReturnValue | None:
        if request.method != "POST":
            return guard(self.permission)
        return guard(self.permission, declared_post(getattr(self, name)))

    def _run_view(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        # Flask-Admin's own runs a view a second time after any TypeError inside it.
        return fn(self, *args, **kwargs)


class DeskModelView(ListAddress, DeskView, ModelView):  # type: ignore[misc]
    """A list of rows with filters and a page of details. Rows are never changed here: services do that.

    State ``column_list``; filters, search and sorting only for the columns named. A row that ``get_query`` leaves
    out does not exist for any address of the view.
    """

    can_create = can_edit = can_delete = can_export = False
    can_view_details = True
    can_set_page_size = True
    page_size = PAGE_SIZES[0]
    page_size_options = PAGE_SIZES
    column_display_actions = True
    column_list: Any = None
    column_details_list: Any = None
    column_sortable_list: Any = ()
    column_filters: Any = ()
    column_searchable_list: Any = ()
    column_default_sort: Any = ("id", True)
    column_type_formatters: ClassVar[Any] = {object: formats.shown}
    column_type_formatters_detail: ClassVar[Any] = {object: formats.shown}
    named_filter_urls = False
    form_columns: Any = ()

    # Routes of Flask-Admin that change rows or answer without our guards: not exposed at all.
    create_view = edit_view = delete_view = action_view = None
    export = ajax_lookup = ajax_update = None

    def __init__(self, model: type[Any], **kwargs: Any) -> None:
        if self.column_list is None:
            raise UndeclaredPermissionError(f"{type(self).__name__} does not name its columns")
        if self.column_details_list is None:
            self.column_details_list = self.column_list
        super().__init__(model, db, **kwargs)

    def scaffold_form(self) -> type[Any]:
        """Give an empty form: nothing is edited here."""
        return cast("type[Any]", Form)

    def scaffold_auto_joins(self) -> list[Any]:
        """Join nothing that was not asked for."""
        return []

    def get_count_query(self) -> Any:
        """Count what ``get_query`` gives, so that no count tells of hidden rows."""
        return self.get_query().order_by(None).with_entities(sa.func.count(self.model.id))

    def get_list(self, *args: Any, **kwargs: Any) -> Any:
        """Give count and rows; a question the database cannot understand gives none."""
        try:
            return super().get_list(*args, **kwargs)
        except OperationalError:
            raise
        except _NOT_A_QUESTION:
            db.session.rollback()
            flash(_("That filter was not understood."), "error")
            return 0, []

    def get_one(self, id: Any) -> Any:  # noqa: A002 - Flask-Admin's name
        """Give the row, if ``get_query`` includes it, else None."""
        number = whole_number(id, 1, BIGGEST_ID)
        return None if number is None else self.get_query().filter(self.model.id == number).one_or_none()

    @expose("/details/")
    def details_view(self) -> ResponseReturnValue:
        """Show one row; 404 for one that is not there or hidden."""
        row = self.get_one(request.args.get("id"))
        if row is None or not self.can_view_details:
            abort(404)
        return str(
            self.render(
                self.details_template, model=row, details_columns=self._details_columns,
                get_value=self.get_detail_value, return_url=self.get_url(".index_view"),
            )
        )  # fmt: skip


def declared_post(view: Callable[..., Any]) -> Permission | None:
    """Give what ``@post_permission`` declared for a view method."""
    found = getattr(view, "post_permission", None)
    return found if isinstance(found, Permission) else None


def check_declared(view: BaseView) -> None:
    """Refuse a view that does not say who may use it, or takes unusual methods. Raises UndeclaredPermissionError."""
    name = type(view).__name__
    if not isinstance(view, DeskView) or not isinstance(view.permission, Permission):
        raise UndeclaredPermissionError(f"{name} states no permission")
    for url, method_name, methods in view._urls:  # noqa: SLF001 - what Flask-Admin will register
        unusual = set(methods) - _METHODS
        undeclared = "POST" in methods and declared_post(getattr(view, method_name)) is None
        if unusual or undeclared:
            raise UndeclaredPermissionError(f"{name}{url} takes {sorted(methods)} without a declared permission")
