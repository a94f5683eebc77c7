"""Holidays: days that are no working days, kept by an administrator. Source: mission S40."""

import datetime as dt
from collections.abc import Callable
from typing import ClassVar

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from persiantools.jdatetime import JalaliDate

from backoffice import clock
from backoffice.extensions import settings_of
from backoffice.i18n import N_, _, current_language
from backoffice.rules.deadlines import day_of
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import InvalidFieldsError
from backoffice.rules.jalali import YEARS, to_jalali
from backoffice.rules.permissions import Permission
from backoffice.services import holidays
from backoffice.settings import Settings
from backoffice.views import formats
from backoffice.views.access import allowed, post_permission, the_actor
from backoffice.views.base import DeskView, expose
from backoffice.views.parameters import whole_number
from backoffice.views.runs import refusal

_SEE_OTHER, _UNPROCESSABLE = 303, 422
_LONGEST_LIST = 20_000
ADDED = N_("%(count)s holidays are kept.")
REMOVED = N_("The day is a working day again.")
Act = Callable[[str, Settings], str]


class HolidaysView(DeskView):
    """Holidays. Who sees the settings sees them; an administrator keeps them."""

    permission = Permission.SEE_SETTINGS
    menu_parent = "settings"
    extra_css: ClassVar = ["/static/reconciliation.css"]

    def is_visible(self) -> bool:
        """Stay out of the menu: the page of the settings leads here."""
        return False

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """List the holidays of a year."""
        return self._page()

    @expose("/add", methods=("POST",))
    @post_permission(Permission.MANAGE_SETTINGS)
    def add(self) -> ResponseReturnValue:
        """Add one day."""
        return self._act(_add)

    @expose("/list", methods=("POST",))
    @post_permission(Permission.MANAGE_SETTINGS)
    def add_list(self) -> ResponseReturnValue:
        """Add the days of a pasted list."""
        return self._act(_add_list)

    @expose("/remove", methods=("POST",))
    @post_permission(Permission.MANAGE_SETTINGS)
    def remove(self) -> ResponseReturnValue:
        """Let a day be a holiday no longer."""
        return self._act(_remove)

    def _act(self, act: Act) -> ResponseReturnValue:
        try:
            done = act(the_actor().username, settings_of(current_app))
        except InvalidFieldsError as fault:
            return self._page({name: refusal(why) for name, why in fault.faults.items()}), _UNPROCESSABLE
        except RefusedError as fault:
            return self._page({"day": refusal(fault)}), _UNPROCESSABLE
        flash(done, "success")
        return redirect(url_for(".index", year=_year()), _SEE_OTHER)

    def _page(self, faults: dict[str, str] | None = None) -> str:
        year, settings = _year(), settings_of(current_app)
        return str(
            self.render(
                "admin/holidays.html", year=year, this_year=_this_year(), lines=holidays.of_year(year, settings),
                faults=faults or {}, may_change=allowed(Permission.MANAGE_SETTINGS), written=_written, weekday=_weekday,
            )
        )  # fmt: skip


def _add(actor: str, settings: Settings) -> str:
    holidays.add(request.form.get("day", ""), request.form.get("words", ""), actor=actor, settings=settings)
    return str(_(ADDED, count=formats.digits(1)))


def _add_list(actor: str, settings: Settings) -> str:
    count = holidays.add_list(request.form.get("list", "")[:_LONGEST_LIST], actor=actor, settings=settings)
    return str(_(ADDED, count=formats.digits(count)))


def _remove(actor: str, settings: Settings) -> str:
    holidays.remove(request.form.get("day", ""), actor=actor, settings=settings)
    return str(_(REMOVED))


def _this_year() -> int:
    return int(to_jalali(day_of(clock.now(), settings_of(current_app).timezone))[:4])


def _year() -> int:
    years = YEARS["jalali"]
    return whole_number(request.args.get("year"), years.start, years.stop - 2) or _this_year()


def _written(day: dt.date) -> str:
    return formats.digits(to_jalali(day))


def _weekday(day: dt.date) -> str:
    if current_language() != "fa":
        return f"{day:%A}"
    return str(JalaliDate(day, locale="fa").strftime("%A"))  # type: ignore[no-untyped-call]
