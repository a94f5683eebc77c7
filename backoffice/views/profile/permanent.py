"""«درخواست اکانت دائم»: the old mailbox or a name of one's own, and how the request stands. Source: mission S18-S23."""

from flask import current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.ports.mailbox import MailboxDownError
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import InvalidFieldsError, only, typed
from backoffice.services import old_mailboxes, permanent_requests, request_questions, user_names
from backoffice.services.directory_login import DirectoryDownError
from backoffice.services.permanent_requests import Wanted
from backoffice.services.profile_steps import stage_of
from backoffice.services.throttle import TooManyTriesError
from backoffice.views.profile import permanent_words
from backoffice.views.profile.room import blueprint, signed_in_even_late, status_of, the_account
from backoffice.views.request.room import SEE_OTHER, UNAVAILABLE, UNPROCESSABLE, notice_of, sent, words

_SHOWN_AGAIN = ("had_mailbox", "mailbox", "preferred_name")
_FIELDS = (*_SHOWN_AGAIN, "mailbox_password")
_LONGEST = 64


@blueprint.get("/permanent", endpoint="permanent")
@signed_in_even_late
def form() -> ResponseReturnValue:
    """Show the form, or how the request stands."""
    return _page()


@blueprint.post("/permanent", endpoint="send_permanent")
@signed_in_even_late
def send() -> ResponseReturnValue:
    """File the request."""
    values = typed(_SHOWN_AGAIN, sent())
    try:
        wanted = Wanted(**{name: only(sent().get(name, ())) for name in _FIELDS})
        permanent_requests.submit(
            the_account().account_id, wanted, address=request.remote_addr or "", settings=settings_of(current_app)
        )
    except InvalidFieldsError as fault:
        return _page(values, words(fault)), UNPROCESSABLE
    except RefusedError as fault:
        return _page(values, notice=notice_of(fault)), _status(fault)
    return redirect(url_for("profile.permanent"), SEE_OTHER)


@blueprint.post("/cancel", endpoint="cancel")
@signed_in_even_late
def cancel() -> ResponseReturnValue:
    """Take the request back."""
    try:
        permanent_requests.cancel(the_account().account_id)
    except RefusedError as fault:
        return _page(notice=notice_of(fault)), UNPROCESSABLE
    return redirect(url_for("profile.permanent"), SEE_OTHER)


@blueprint.post("/answer", endpoint="answer")
@signed_in_even_late
def answer() -> ResponseReturnValue:
    """Take the answer to the desk's question."""
    try:
        said = only(sent().get("answer", ()))
        request_questions.answer(the_account().account_id, said, settings_of(current_app))
    except InvalidFieldsError as fault:
        return _page(faults=words(fault)), UNPROCESSABLE
    except RefusedError as fault:
        return _page(notice=notice_of(fault)), UNPROCESSABLE
    return redirect(url_for("profile.permanent"), SEE_OTHER)


@blueprint.get("/names", endpoint="names")
@signed_in_even_late
def names() -> ResponseReturnValue:
    """Say as JSON whether a name is free, with some that are; for the page while somebody types."""
    name = request.args.get("name", "")[:_LONGEST].strip().lower()
    settings, visitor = settings_of(current_app), the_account()
    try:
        suggestions = user_names.suggest(visitor.latin_first_name, visitor.latin_last_name, settings)
        user_names.refuse_taken(name, settings)
    except DirectoryDownError as fault:
        return jsonify({"name": name, "free": None, "why": notice_of(fault), "suggestions": []}), UNAVAILABLE
    except RefusedError as fault:
        return jsonify({"name": name, "free": False, "why": notice_of(fault), "suggestions": suggestions})
    return jsonify({"name": name, "free": True, "why": "", "suggestions": suggestions})


def _page(values: dict[str, str] | None = None, faults: dict[str, str] | None = None, notice: str = "") -> str:
    visitor, settings = the_account(), settings_of(current_app)
    asked = permanent_requests.of_account(visitor.account_id)
    shows_form = not visitor.is_permanent and (asked is None or permanent_words.is_over(asked))
    return render_template(
        "profile/permanent.html", asked=asked, shows_form=shows_form, values=values or {}, faults=faults or {},
        notice=notice, questions=request_questions.of_request(asked.id) if asked else (),
        suggestions=_suggestions() if shows_form else [], step=int(stage_of(visitor)),
        standing=permanent_words.standing(asked, settings.timezone) if asked else "",
        reasons=permanent_words.reasons(asked) if asked else [],
        parts=permanent_words.parts(asked) if asked else [],
        may_cancel=bool(asked and permanent_words.is_open(asked)),
        has_old_server=old_mailboxes.can_try(settings), domain=next(iter(settings.university_domains), ""),
    )  # fmt: skip


def _suggestions() -> list[str]:
    """Give free names, none while the directory does not answer: the form works without."""
    visitor = the_account()
    try:
        return user_names.suggest(visitor.latin_first_name, visitor.latin_last_name, settings_of(current_app))
    except DirectoryDownError:
        return []


def _status(fault: RefusedError) -> int:
    if isinstance(fault, (MailboxDownError, DirectoryDownError)):
        return UNAVAILABLE
    return status_of(fault) if isinstance(fault, TooManyTriesError) else UNPROCESSABLE
