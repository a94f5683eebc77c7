"""The desk's own look: our templates in place of Flask-Admin's Bootstrap 4 ones."""

from dataclasses import dataclass
from typing import Any

from flask import flash, request
from flask_admin.theme import Theme

MAX_PAGE = 100_000


@dataclass
class DeskTheme(Theme):  # type: ignore[misc]
    """Right-to-left theme. ``folder`` names no folder of Flask-Admin, so only templates/admin is ever used."""

    folder: str = "desk"
    base_template: str = "admin/base.html"


class ListAddress:
    """For model views: the address of a list is read with care.

    A filter box left blank is no filter (so the filter form works without JavaScript), page numbers have a bound, and
    parameters nobody named are dropped: Flask-Admin would hand them to ``url_for``, whose own names then collide.
    """

    _filters: list[Any] | None
    _filter_args: dict[str, tuple[int, Any]] | None

    def _get_list_extra_args(self) -> Any:
        found = super()._get_list_extra_args()  # type: ignore[misc]
        found.page = min(max(found.page, 0), MAX_PAGE)
        found.extra_args = {}
        return found

    def _get_list_filter_args(self) -> list[tuple[int, str, str]] | None:
        """Give (index, name, value) of the filters that were filled in, as Flask-Admin's own method does."""
        if not self._filters:
            return None
        filled = ((name, value) for name, value in request.args.items() if name.startswith("flt") and value)
        found = (self._one_filter(name, value) for name, value in filled)
        return [entry for entry in found if entry]

    def _one_filter(self, name: str, value: str) -> tuple[int, str, str] | None:
        _, _, key = name.partition("_")
        index, wanted = (self._filter_args or {}).get(key, (0, None))
        if wanted is None:
            return None
        if wanted.validate(value):
            return index, str(wanted.name), value
        flash(self.get_invalid_value_msg(value, wanted), "error")  # type: ignore[attr-defined]
        return None
