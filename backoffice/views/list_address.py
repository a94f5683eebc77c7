"""Reading the address of a list (page, sorting, search, filters) without trusting it. Source: reliability.md §1."""

from typing import Any

from flask import flash, request
from flask_admin.model.base import ViewArgs

from backoffice.i18n import _
from backoffice.views.parameters import clamped, whole_number

PAGE_SIZES = (20, 50, 100)
LAST_PAGE = 100_000
TEXT_LENGTH = 100

Filter = tuple[int, str, str]


class ListAddress:
    """For model views, in front of Flask-Admin's class.

    Numbers have bounds, a filter box left blank is no filter (so the form works without JavaScript), and parameters
    nobody named are dropped: Flask-Admin would hand them to ``url_for``, whose own names then collide.
    """

    _filter_args: dict[str, tuple[int, Any]] | None
    _list_columns: list[Any]

    def _get_list_extra_args(self) -> ViewArgs:
        asked = request.args
        return ViewArgs(
            page=clamped(asked.get("page"), 0, LAST_PAGE),
            page_size=clamped(asked.get("page_size"), 0, PAGE_SIZES[-1]),
            sort=whole_number(asked.get("sort"), 0, len(self._list_columns) - 1),
            sort_desc=whole_number(asked.get("desc"), 0, 1),
            search=(asked.get("search") or "")[:TEXT_LENGTH] or None,
            filters=self._get_list_filter_args(),
            extra_args={},
        )

    def _get_list_filter_args(self) -> list[Filter]:
        asked = ((name.partition("_")[2], value) for name, value in request.args.items() if name.startswith("flt"))
        return [found for key, value in asked if value and (found := self._filter(key, value))]

    def _filter(self, key: str, value: str) -> Filter | None:
        index, wanted = (self._filter_args or {}).get(key, (0, None))
        if wanted is None:
            return None
        options = wanted.get_options(self)
        known = not options or value in {str(option) for option, _title in options}
        if known and len(value) <= TEXT_LENGTH and wanted.validate(value):
            return index, str(wanted.name), value
        flash(_("That filter was not understood."), "error")
        return None
