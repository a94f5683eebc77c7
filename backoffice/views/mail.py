"""Mail moves: how far each mailbox is, what could not be moved and why, tried again one by one or many at once.

Source: mission S46; issue "Mail moves" 4.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from flask import Response, abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backoffice import clock
from backoffice.extensions import settings_of
from backoffice.i18n import N_, _
from backoffice.rules import mail_move_states as states
from backoffice.rules.errors import RefusedError
from backoffice.rules.permissions import Permission
from backoffice.services import mail_move_bulk, mail_move_filter, mail_move_list, mail_move_password, mail_moves
from backoffice.services.mail_move_filter import AGES, SIZES, TABS, TRIES
from backoffice.services.mail_move_list import Row
from backoffice.views import formats, mail_wanted, mail_words
from backoffice.views.access import allowed, post_permission, the_actor
from backoffice.views.base import BIGGEST_ID, DeskView, expose
from backoffice.views.list_address import LAST_PAGE, PAGE_SIZES
from backoffice.views.parameters import choice, clamped, whole_number
from backoffice.views.runs import page_size, refusal

_SEE_OTHER, _UNPROCESSABLE = 303, 422
_SHOWN_REFUSED = _SHOWN_MANY = 100
_KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_MANY_DONE = {
    mail_move_bulk.RETRY: N_("Tried again: %(number)s."),
    mail_move_bulk.ASK: N_("Asked for the password: %(number)s."),
    mail_move_bulk.PAUSE: N_("Paused: %(number)s."),
    mail_move_bulk.RESUME: N_("Going on: %(number)s."),
    mail_move_bulk.CANCEL: N_("Cancelled: %(number)s."),
}
_LEFT = N_("Left as they are, because that cannot be done with them now: %(number)s.")


def _with_settings(act: Callable[..., None], move_id: int, *, actor: str) -> None:
    act(move_id, actor=actor, settings=settings_of(current_app))


_ACTS: dict[str, tuple[Callable[..., None], str]] = {
    "pause": (mail_moves.pause, N_("The move is paused.")),
    "resume": (mail_moves.resume, N_("The move goes on.")),
    "retry": (mail_moves.retry, N_("It is being tried again.")),
    "ask": (
        partial(_with_settings, mail_move_password.ask),
        N_("The person is told by SMS, and sees in the profile that the password is needed again."),
    ),
    "cancel": (mail_moves.cancel, N_("The move is cancelled; what has arrived at the new server stays there.")),
    "delivered": (mail_moves.delivered, N_("Noted; what came meanwhile is being brought.")),
}


class MailView(DeskView):
    """Mail moves."""

    permission = Permission.SEE_MOVES
    extra_css: ClassVar = ["/static/reconciliation.css", "/static/cases.css", "/static/changes.css"]

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """List the moves of a tab, the newest first."""
        return self._list()

    @expose("/preview", methods=("POST",))
    @post_permission(Permission.MANAGE_MOVES)
    def preview(self) -> ResponseReturnValue:
        """Show with which moves something would be done: of those ticked, or of all that answer the filter."""
        try:
            found = mail_move_bulk.preview(_act(), _chosen())
        except RefusedError as fault:
            return self._list(refusal(fault)), _UNPROCESSABLE
        return self._page(
            "admin/mail_preview.html", found=found, shown=_SHOWN_MANY, kept=mail_wanted.kept(mail_wanted.read())
        )

    @expose("/many", methods=("POST",))
    @post_permission(Permission.MANAGE_MOVES)
    def many(self) -> ResponseReturnValue:
        """Do what the preview showed."""
        act = _act()
        try:
            done, left = mail_move_bulk.carry_out(
                act, _chosen(), actor=the_actor().username, settings=settings_of(current_app)
            )
        except RefusedError as fault:
            return self._list(refusal(fault)), _UNPROCESSABLE
        flash(_(_MANY_DONE[act], number=formats.digits(done)), "success")
        if left:
            flash(_(_LEFT, number=formats.digits(left)))
        return redirect(mail_wanted.address(".index"), _SEE_OTHER)

    @expose("/file", methods=("POST",))
    @post_permission(Permission.MANAGE_MOVES)
    def file(self) -> ResponseReturnValue:
        """Give the moves that answer the filter as a file."""
        from backoffice.services import mail_move_report  # noqa: PLC0415 - brings the library for Excel files

        form = choice(request.form.get("form"), tuple(_KINDS)) or "xlsx"
        content = mail_move_report.listing(
            mail_wanted.read(), form, actor=the_actor().username, settings=settings_of(current_app)
        )
        return _file(content, f"mail-moves.{form}", form)

    @expose("/<number>/")
    def one(self, number: str) -> ResponseReturnValue:
        """Show one move: its numbers, its folders, and what could not be moved."""
        return self._one(_the_row(number))

    @expose("/<number>/act", methods=("POST",))
    @post_permission(Permission.MANAGE_MOVES)
    def act(self, number: str) -> ResponseReturnValue:
        """Pause, go on, try again, cancel, or note that new mail goes to the new server."""
        row = _the_row(number)
        try:
            act, said = _ACTS.get(request.form.get("act", ""), (_unknown, ""))
            act(row.move.id, actor=the_actor().username)
        except RefusedError as fault:
            return self._one(_the_row(number), refusal(fault)), _UNPROCESSABLE
        flash(_(said), "success")
        return redirect(url_for(".one", number=number), _SEE_OTHER)

    @expose("/<number>/report", methods=("POST",))
    @post_permission(Permission.MANAGE_MOVES)
    def report(self, number: str) -> ResponseReturnValue:
        """Give what could not be moved as a file."""
        # Excel files need a library that the desk starts without.
        from backoffice.services import mail_move_report  # noqa: PLC0415

        row, form = _the_row(number), choice(request.form.get("form"), tuple(_KINDS)) or "xlsx"
        content = mail_move_report.report(
            row.move.id, form, actor=the_actor().username, settings=settings_of(current_app)
        )
        return _file(content, f"mail-{row.move.id}.{form}", form)

    def _list(self, error: str = "") -> str:
        wanted, size = mail_wanted.read(), page_size()
        asked = clamped(request.args.get("page"), 0, LAST_PAGE)
        rows, total = mail_move_list.page(wanted, asked, size)
        last = max(0, (total - 1) // size)
        return self._page(
            "admin/mail.html", wanted=wanted, kept=mail_wanted.kept(wanted), tabs=tuple(TABS),
            counts=mail_move_list.counts(), rows=rows, total=total, page=min(asked, last), pages=last + 1, size=size,
            page_sizes=PAGE_SIZES, states=mail_wanted.states_of(wanted.tab), failures=tuple(states.FAILURE_WORDS),
            hosts=mail_move_filter.hosts(), sizes=tuple(SIZES), tries=tuple(TRIES),
            ages=tuple(AGES), acts=mail_move_bulk.ACTS, error=error,
        )  # fmt: skip

    def _one(self, row: Row, error: str = "") -> str:
        return self._page(
            "admin/mail_move.html", row=row, error=error, folders=mail_move_list.folders(row.move.id),
            refused=mail_move_list.refused(row.move.id, _SHOWN_REFUSED),
            is_open=row.move.state in states.OPEN, is_working=row.move.state in states.WORKING,
            by_hand=settings_of(current_app).mail_move.delivery == "by_hand",
        )  # fmt: skip

    def _page(self, template: str, **values: Any) -> str:
        return str(
            self.render(
                template, words=mail_words, said=mail_move_list.said, opens_at=_opens_at(),
                may_manage=allowed(Permission.MANAGE_MOVES), sees_people=allowed(Permission.SEE_PEOPLE), **values,
            )
        )  # fmt: skip


def _the_row(number: str) -> Row:
    wanted = whole_number(number, 1, BIGGEST_ID)
    return (mail_move_list.find(wanted) if wanted else None) or abort(404)


def _chosen() -> list[int]:
    """Give the moves of the form: the ticked ones, or all that answer the filter."""
    if request.form.get("everything"):
        return [row.move.id for row in mail_move_list.of_filter(mail_wanted.read())]
    numbers = {whole_number(text, 1, BIGGEST_ID) for text in request.form.getlist("move")[: mail_move_list.MOST]}
    return sorted(filter(None, numbers))


def _act() -> str:
    return choice(request.form.get("act"), mail_move_bulk.ACTS) or mail_move_bulk.RETRY


def _opens_at() -> int | None:
    """Give the hour at which mail moves again, None where it does now."""
    return mail_moves.opens_at(settings_of(current_app), clock.now())


def _file(content: bytes, name: str, form: str) -> Response:
    return Response(
        content, mimetype=_KINDS[form], headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )  # fmt: skip


def _unknown(_move_id: int, *, actor: str) -> None:
    raise RefusedError(states.WRONG_STATE, {"actor": actor})
