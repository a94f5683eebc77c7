"""Requests for permanent accounts: what waits for a decision, why, and how far the account is. Source: mission S45."""

from collections.abc import Callable
from typing import Any, ClassVar

from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.i18n import N_, _
from backoffice.rules import request_states
from backoffice.rules.errors import RefusedError
from backoffice.rules.permissions import Permission
from backoffice.services import (
    approval,
    mailboxes,
    promotion,
    request_claims,
    request_list,
    request_messages,
    request_questions,
)  # fmt: skip
from backoffice.services.directory_login import DirectoryDownError
from backoffice.services.permanent_requests import subject_of
from backoffice.services.request_list import TABS, Row
from backoffice.settings import Settings
from backoffice.views import masking, permanent_words
from backoffice.views.access import allowed, post_permission, the_actor
from backoffice.views.base import BIGGEST_ID, DeskView, expose
from backoffice.views.parameters import choice, whole_number
from backoffice.views.runs import REASON_LENGTH, refusal, source_title

_SEE_OTHER, _UNPROCESSABLE, _UNAVAILABLE = 303, 422, 503
LOOKED_FOR = N_("The mailbox is looked for at the new mail server; the request is done once it is found.")
_DONE = {
    "approve": N_("The request is approved; the account is being made permanent."),
    "reject": N_("The request is refused, and the person is told why."),
    "again": N_("It is being tried again."),
    "mailbox": N_("The mailbox is noted; the request is done."),
    "ask": N_("The question is on its way; the request waits for the answer."),
    "read": N_("The answer is noted as read; the request goes on."),
    "take": N_("The request is yours for half an hour."),
    "let_go": N_("Others can decide again."),
}
_CLAIMING: dict[str, Callable[..., None]] = {
    "take": request_claims.take, "let_go": request_claims.let_go, "read": request_questions.read,
}  # fmt: skip
_DECIDING: dict[str, Callable[..., None]] = {
    "approve": approval.approve, "reject": approval.reject, "ask": request_questions.ask,
}  # fmt: skip
# What the person is told of: the message, what the words are called in it, and how they are checked.
_SENT: dict[str, tuple[str, str, Callable[[str, Settings], str]]] = {
    "ask": (request_messages.ASKED, "note", request_questions.checked),
    "reject": (request_messages.REJECTED, "reason", approval.checked_reason),
}


class PermanentView(DeskView):
    """Requests for permanent accounts."""

    permission = Permission.SEE_REQUESTS
    extra_css: ClassVar = ["/static/reconciliation.css", "/static/cases.css"]

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """List the requests of a tab, those that should be decided first at the top."""
        tab = choice(request.args.get("tab"), tuple(TABS)) or next(iter(TABS))
        counts = request_list.counts()
        return self._page(
            "admin/permanent.html", tab=tab, tabs=tuple(TABS), counts=counts, rows=request_list.of_tab(tab)
        )

    @expose("/<number>/")
    def one(self, number: str) -> ResponseReturnValue:
        """Show one request: what it waits for, what decided, what is made already."""
        return self._one(_the_row(number))

    @expose("/<number>/decide", methods=("POST",))
    @post_permission(Permission.DECIDE_REQUESTS)
    def decide(self, number: str) -> ResponseReturnValue:
        """Approve, refuse, try again, or note that the mailbox is there."""
        row = _the_row(number)
        try:
            done = _carry_out(row.request.id)
        except DirectoryDownError as fault:
            return self._one(_the_row(number), refusal(fault)), _UNAVAILABLE
        except RefusedError as fault:
            return self._one(_the_row(number), refusal(fault)), _UNPROCESSABLE
        flash(_(done), "success")
        return redirect(url_for(".one", number=number), _SEE_OTHER)

    @expose("/<number>/preview", methods=("POST",))
    @post_permission(Permission.DECIDE_REQUESTS)
    def preview(self, number: str) -> ResponseReturnValue:
        """Show what would be sent with a question or a refusal; nothing is sent yet."""
        row, settings = _the_row(number), settings_of(current_app)
        act = choice(request.form.get("act"), tuple(_SENT))
        if act is None:
            return self._one(row, _(request_states.WRONG_STATE)), _UNPROCESSABLE
        template, name, checked = _SENT[act]
        try:
            said = checked(request.form.get("reason", ""), settings)
        except RefusedError as fault:
            return self._one(row, refusal(fault)), _UNPROCESSABLE
        shown = request_messages.preview(row.request, row.account, template, settings, {name: said})
        return self._one(row, sending=act, said=said, preview=shown)

    @expose("/<number>/unmask", methods=("POST",))
    @post_permission(Permission.UNMASK)
    def unmask(self, number: str) -> ResponseReturnValue:
        """Show the national code of the person for some minutes; an audited act."""
        masking.unmask(subject_of(_the_row(number).request.id))
        return redirect(url_for(".one", number=number), _SEE_OTHER)

    def _one(self, row: Row, error: str = "", **values: Any) -> str:
        taken_by = request_claims.taken_by(row.request)
        return self._page(
            "admin/permanent_request.html", row=row, error=error, shown=masking.is_shown(subject_of(row.request.id)),
            questions=request_questions.of_request(row.request.id), taken_by=taken_by,
            is_mine=taken_by == the_actor().username, most_asked=request_questions.MOST_ASKED, **values,
            may_approve=approval.may_approve(row.request), awaits_mailbox=mailboxes.is_awaited(row.request),
            trouble=permanent_words.trouble(row.request),
            by_hand=mailboxes.is_by_hand(settings_of(current_app)),
        )  # fmt: skip

    def _page(self, template: str, **values: Any) -> str:
        return str(
            self.render(
                template, words=permanent_words, masking=masking, source_title=source_title,
                may_decide=allowed(Permission.DECIDE_REQUESTS), may_unmask=allowed(Permission.UNMASK),
                sees_people=allowed(Permission.SEE_PEOPLE), **values,
            )
        )  # fmt: skip


def _the_row(number: str) -> Row:
    wanted = whole_number(number, 1, BIGGEST_ID)
    return (request_list.find(wanted) if wanted else None) or abort(404)


def _carry_out(request_id: int) -> str:
    """Do what the form asks for; give the sentence that says so. Raises RefusedError."""
    act, actor, settings = request.form.get("act", ""), the_actor().username, settings_of(current_app)
    words = request.form.get("reason", "")[:REASON_LENGTH]
    if act in _CLAIMING:
        _CLAIMING[act](request_id, actor=actor)
    elif act in _DECIDING:
        _DECIDING[act](request_id, words, actor=actor, settings=settings)
    elif act == "again":
        promotion.try_again(request_id, actor=actor, settings=settings)
    elif act != "mailbox":
        raise RefusedError(request_states.WRONG_STATE)
    elif not mailboxes.there(request_id, actor=actor, settings=settings):
        return LOOKED_FOR
    return _DONE[act]
