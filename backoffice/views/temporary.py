"""Temporary accounts: days left, stage, reminders; one act on many of them with a preview, or on one."""

from collections.abc import Callable
from typing import Any, ClassVar

from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backoffice import clock
from backoffice.extensions import settings_of
from backoffice.i18n import N_, _
from backoffice.models import Account, AccountBatch
from backoffice.rules.deadlines import days_left
from backoffice.rules.errors import RefusedError
from backoffice.rules.permissions import Permission
from backoffice.services import (
    account_acts,
    account_bulk,
    account_bulk_release,
    account_list,
    account_stuck,
    purges,
    reminder_history,
)  # fmt: skip
from backoffice.services.account_bulk import Act, Preview
from backoffice.services.account_list import Line, Wanted
from backoffice.services.account_operations import subject_of
from backoffice.views import account_words, masking, reminder_words, sentences
from backoffice.views.access import allowed, post_permission, require_fresh, the_actor
from backoffice.views.base import BIGGEST_ID, DeskView, expose
from backoffice.views.list_address import LAST_PAGE, PAGE_SIZES
from backoffice.views.parameters import choice, clamped, whole_number
from backoffice.views.runs import REASON_LENGTH, page_size, refusal, source_title

_SEE_OTHER, _UNPROCESSABLE = 303, 422
_MOST_DAYS = 999
_ACTS: dict[str, Callable[..., object]] = {
    "extend": account_acts.extend, "lock": account_acts.lock, "unlock": account_acts.unlock,
    "forget": account_stuck.give_up,
}  # fmt: skip
_DONE = {
    "extend": N_("The account is extended; the directory follows in a moment."),
    "lock": N_("The account is locked; the directory follows in a moment."),
    "unlock": N_("The account is unlocked; the directory follows in a moment."),
    "again": N_("The account is being made again."),
    "forget": N_("The account is given up; the person can register again."),
}


class TemporaryView(DeskView):
    """Temporary accounts."""

    permission = Permission.SEE_ACCOUNTS
    extra_css: ClassVar = ["/static/reconciliation.css", "/static/changes.css"]

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """List the accounts that answer the filter, those that end first at the top."""
        return self._index()

    @expose("/<number>/")
    def account(self, number: str) -> ResponseReturnValue:
        """Show one account and what can be done to it."""
        return self._one(the_line(number))

    @expose("/<number>/act", methods=("POST",))
    @post_permission(Permission.MANAGE_ACCOUNTS)
    def act(self, number: str) -> ResponseReturnValue:
        """Extend, lock or unlock one account, or have its creation tried again or given up."""
        line = the_line(number)
        try:
            done = _carry_out(line.account)
        except RefusedError as fault:
            return self._one(the_line(number), refusal(fault)), _UNPROCESSABLE
        flash(_(done), "success")
        return redirect(url_for(".account", number=number), _SEE_OTHER)

    @expose("/<number>/unmask", methods=("POST",))
    @post_permission(Permission.UNMASK)
    def unmask(self, number: str) -> ResponseReturnValue:
        """Show the code and mobile of an account for some minutes; an audited act."""
        line = the_line(number)
        masking.unmask(subject_of(line.account.id))
        return redirect(url_for(".account", number=number), _SEE_OTHER)

    @expose("/preview", methods=("POST",))
    @post_permission(Permission.MANAGE_ACCOUNTS)
    def preview(self) -> ResponseReturnValue:
        """Show who takes part in an act on many accounts and who does not; nothing is done yet."""
        try:
            found = account_bulk.preview(_chosen(), _act(), settings_of(current_app))
        except RefusedError as fault:
            return self._index(refusal(fault)), _UNPROCESSABLE
        return self._preview(found)

    @expose("/carry-out", methods=("POST",))
    @post_permission(Permission.MANAGE_ACCOUNTS)
    def carry_out(self) -> ResponseReturnValue:
        """Do what the preview showed."""
        ids, act, settings = _chosen(), _act(), settings_of(current_app)
        if act.name == account_bulk.PURGE:
            require_fresh()
        reason = request.form.get("reason", "")[:REASON_LENGTH]
        try:
            batch = account_bulk.carry_out(ids, act, reason=reason, actor=the_actor().username, settings=settings)
        except RefusedError as fault:
            return self._preview_again(ids, act, reason, fault), _UNPROCESSABLE
        return redirect(url_for(".batch", number=batch), _SEE_OTHER)

    @expose("/batches/<number>/")
    def batch(self, number: str) -> ResponseReturnValue:
        """Show what came of each row."""
        return self._batch(_the_batch(number))

    @expose("/batches/<number>/release", methods=("POST",))
    @post_permission(Permission.MANAGE_ACCOUNTS)
    def release(self, number: str) -> ResponseReturnValue:
        """Have an act carried out that waits for a second person."""
        found, reason = _the_batch(number), request.form.get("reason", "")[:REASON_LENGTH]
        require_fresh()
        try:
            account_bulk_release.release(
                found.id, reason=reason, actor=the_actor().username, settings=settings_of(current_app)
            )
        except RefusedError as fault:
            return self._batch(_the_batch(number), refusal(fault)), _UNPROCESSABLE
        return redirect(url_for(".batch", number=number), _SEE_OTHER)

    def _batch(self, batch: AccountBatch, error: str = "") -> str:
        rows = account_bulk.results(batch.id)
        under_way = sum(any(not one.finished_at for one in row.operations) for row in rows)
        return self._page(
            "admin/temporary_batch.html", batch=batch, rows=rows, under_way=under_way, error=error,
            waits=account_bulk_release.is_waiting(batch), over=account_bulk_release.is_over(batch),
            is_second=allowed(Permission.MANAGE_ACCOUNTS) and the_actor().username != batch.requested_by,
        )  # fmt: skip

    def _preview(self, found: Preview, error: str = "", reason: str = "") -> str:
        settings = settings_of(current_app)
        return self._page(
            "admin/temporary_preview.html", found=found, error=error, reason=reason,
            people=account_bulk.people_of(found),
            takes_two=account_bulk.takes_two(found, the_actor().username, settings), most=settings.limits.disable_min,
        )  # fmt: skip

    def _index(self, error: str = "") -> str:
        wanted, settings = wanted_accounts(), settings_of(current_app)
        asked, size = clamped(request.args.get("page"), 0, LAST_PAGE), page_size()
        lines, total = account_list.page(wanted, asked, size, settings)
        last = max(0, (total - 1) // size)
        return self._page(
            "admin/temporary.html", lines=lines, total=total, page=min(asked, last), pages=last + 1, size=size,
            wanted=wanted, kept=kept(wanted), counts=account_list.counts(), stuck=account_list.stuck()[0],
            sources=account_list.sources(), error=error, states=account_list.SHOWN, proposed=purges.waiting()[0],
            acts=account_bulk.PURGE_ACTS if wanted.state == account_list.PROPOSED else account_bulk.ACTS,
            ends=account_list.ENDS, waiting=account_bulk_release.waiting(),
        )  # fmt: skip

    def _preview_again(self, ids: list[int], act: Act, reason: str, fault: RefusedError) -> str:
        try:
            found = account_bulk.preview(ids, act, settings_of(current_app))
        except RefusedError:
            return self._index(refusal(fault))
        return self._preview(found, refusal(fault), reason)

    def _one(self, line: Line, error: str = "") -> str:
        shown = masking.is_shown(subject_of(line.account.id))
        return self._page(
            "admin/temporary_account.html", line=line, error=error, shown=shown, reminder_words=reminder_words,
            history=reminder_history.of_account(line.account.id), is_proposed=purges.why_not(line.account) is None,
        )  # fmt: skip

    def _page(self, template: str, **values: Any) -> str:
        return str(
            self.render(
                template, words=account_words, masking=masking, source_title=source_title, page_sizes=PAGE_SIZES,
                days_left=_days_left, told=_told, most_days=settings_of(current_app).policy.extension_days,
                may_manage=allowed(Permission.MANAGE_ACCOUNTS), may_unmask=allowed(Permission.UNMASK),
                sees_people=allowed(Permission.SEE_PEOPLE), **values,
            )
        )  # fmt: skip


def the_line(number: str) -> Line:
    """Give the account of an address; 404 for anything else."""
    wanted = whole_number(number, 1, BIGGEST_ID)
    return (account_list.one(wanted) if wanted else None) or abort(404)


def _the_batch(number: str) -> AccountBatch:
    """Give the batch of an address; 404 for anything else."""
    wanted = whole_number(number, 1, BIGGEST_ID)
    return (account_bulk.find(wanted) if wanted else None) or abort(404)


def wanted_accounts() -> Wanted:
    """Read the filter of the address; what is no known choice is left out."""
    known = {source.name for source in settings_of(current_app).hr.sources}
    return Wanted(
        choice(request.args.get("state"), (*account_list.SHOWN, account_list.STUCK, account_list.PROPOSED)) or "",
        choice(request.args.get("source"), known) or "",
        choice(request.args.get("ends"), tuple(account_list.ENDS)) or "",
    )


def kept(wanted: Wanted) -> dict[str, str]:
    """Give the parameters of an address that keep the filter."""
    values = {"state": wanted.state, "source": wanted.source, "ends": wanted.ends}
    return {name: value for name, value in values.items() if value}


def _chosen() -> list[int]:
    """Give the accounts of the form: the ticked ones, or all that answer the filter."""
    if request.form.get("everything"):
        return account_list.ids(wanted_accounts(), settings_of(current_app))
    numbers = (whole_number(text, 1, BIGGEST_ID) for text in request.form.getlist("account"))
    return sorted({number for number in numbers if number})


def _act() -> Act:
    name = request.form.get("act", "")
    return Act(name, clamped(request.form.get("days"), 0, _MOST_DAYS) if name == account_bulk.EXTEND else 0)


def _carry_out(account: Account) -> str:
    """Do what the form asks for; give the sentence that says so. Raises RefusedError."""
    name, settings, actor = request.form.get("act", ""), settings_of(current_app), the_actor().username
    if name == "again":
        account_stuck.try_again(account.id, actor=actor, settings=settings)
    elif name in _ACTS:
        days = {"days": clamped(request.form.get("days"), 0, _MOST_DAYS)} if name == "extend" else {}
        reason = request.form.get("reason", "")[:REASON_LENGTH]
        _ACTS[name](account.id, **days, reason=reason, actor=actor, settings=settings)
    else:
        raise RefusedError(account_acts.WRONG_STATE)
    return _DONE[name]


def _days_left(account: Account) -> int | None:
    """Give the days until the last one, None for an account without an end."""
    zone = settings_of(current_app).timezone
    return days_left(account.expires_at, clock.now(), zone) if account.expires_at else None


def _told(message: str, values: dict[str, Any]) -> str:
    """Give a stored sentence in the language of the page."""
    return sentences.sentence({"message": message, "params": values}) if message else ""
