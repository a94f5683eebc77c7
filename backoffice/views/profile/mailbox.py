"""How far the old mail is, and the password of the old mailbox where it is needed again. Source: mission S20, S21."""

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.i18n import N_, _
from backoffice.ports.mailbox import MailboxDownError
from backoffice.rules import mail_move_states as states
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import InvalidFieldsError, only
from backoffice.services import mail_move_list, mail_move_password
from backoffice.services.throttle import TooManyTriesError
from backoffice.views import formats
from backoffice.views.profile import home
from backoffice.views.profile.room import blueprint, signed_in_even_late, status_of, the_account
from backoffice.views.request.room import SEE_OTHER, UNAVAILABLE, UNPROCESSABLE, notice_of, sent, words

_SOON = N_("Your old mail will be moved soon.")
_SENTENCES = {
    states.QUEUED: ("info", _SOON),
    **dict.fromkeys(
        states.WORKING,
        ("info", N_("Your old mail is being moved: %(done)s of %(all)s messages are in your new mailbox.")),
    ),
    states.DONE: ("success", N_("Your old mail is in your new mailbox: %(all)s messages.")),
    states.FAILED: (
        "warning",
        N_("The move of your old mail has stopped; the IT office is looking into it. Nothing of your mail is lost."),
    ),
    states.CREDENTIALS_NEEDED: (
        "warning",
        N_("The password of your old mailbox %(mailbox)s is needed again, so that your old mail can be moved."),
    ),
}  # fmt: skip


@blueprint.post("/mailbox", endpoint="mailbox")
@signed_in_even_late
def give() -> ResponseReturnValue:
    """Take the password of the old mailbox."""
    try:
        mail_move_password.give(
            the_account().account_id, only(sent().get("mailbox_password", ())), address=request.remote_addr or "",
            settings=settings_of(current_app),
        )  # fmt: skip
    except InvalidFieldsError as fault:
        return home.page(faults=words(fault)), UNPROCESSABLE
    except MailboxDownError as fault:
        return home.page(notice_of(fault)), UNAVAILABLE
    except RefusedError as fault:
        status = status_of(fault) if isinstance(fault, TooManyTriesError) else UNPROCESSABLE
        return home.page(notice_of(fault)), status
    return redirect(url_for("profile.home", done="mailbox"), SEE_OTHER)


def progress(account_id: int) -> tuple[str, str, bool]:
    """Give level and sentence of how far the old mail is, "" for none; and whether a password is waited for."""
    row = mail_move_list.of_account(account_id)
    if row is None or row.move.state not in _SENTENCES:
        return "", "", False
    level, sentence = _SENTENCES[row.move.state]
    done, whole = (formats.digits(number) for number in (row.move.messages_done, row.move.messages))
    mailbox = formats.isolated(row.move.old_name)
    return level, str(_(sentence, done=done, all=whole, mailbox=mailbox)), row.move.state == states.CREDENTIALS_NEEDED
