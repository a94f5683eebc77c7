"""«اطلاعات هویتی»: who the account belongs to, how far it is, and until when. Source: mission S17, S24, S56."""

import datetime as dt
from collections.abc import Mapping

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from backoffice import clock
from backoffice.extensions import settings_of
from backoffice.i18n import N_, _
from backoffice.rules import deadlines, jalali
from backoffice.rules.approval import Reason
from backoffice.rules.profile_access import Access
from backoffice.services import permanent_requests, profile_steps, synchronise
from backoffice.services.profile_sessions import Visitor
from backoffice.views import formats
from backoffice.views.formats import mask_mail
from backoffice.views.profile import sync_words
from backoffice.views.profile.room import blueprint, signed_in_even_late, the_account

_DONE = {
    "password": N_("Your password was changed. The new one counts within a few seconds."),
    "extension": N_("Your account was extended."),
    "mailbox": N_("Thank you; your old mail is moved as soon as possible."),
}


@blueprint.get("/", endpoint="home")
@signed_in_even_late
def home() -> ResponseReturnValue:
    """Show the account."""
    return page()


def page(notice: str = "", faults: Mapping[str, str] | None = None) -> str:
    """Give the page; ``notice``: what was the matter with an act on it."""
    visitor = the_account()
    answer = synchronise.answer_of(visitor.synced)
    # The page of the mailbox shows this one where something is the matter.
    from backoffice.views.profile.mailbox import progress  # noqa: PLC0415

    mail_level, mail_said, asks_password = progress(visitor.account_id)
    return render_template(
        "profile/home.html", step=int(profile_steps.stage_of(visitor)), nags=profile_steps.wants_request(visitor),
        days_left=_days_left(visitor), grace_ends=_grace_ends(visitor), birth_date=_birth_date(visitor),
        mail=mask_mail(visitor.personal_email), notice=notice, done=_done(), is_asked=_is_asked(visitor),
        synced=sync_words.sentence(answer) if answer else "", synced_level=sync_words.level(answer) if answer else "",
        mail_level=mail_level, mail_said=mail_said, asks_password=asks_password, faults=faults or {},
    )  # fmt: skip


def _grace_ends(visitor: Visitor) -> str:
    """Give until when an account whose time is over may still be extended, "" for one that has time left."""
    grace = dt.timedelta(days=settings_of(current_app).policy.grace_days)
    is_over = visitor.access == Access.GRACE
    return formats.jalali_text(visitor.expires_at + grace) if is_over and visitor.expires_at else ""


def _is_asked(visitor: Visitor) -> bool:
    asked = permanent_requests.of_account(visitor.account_id)
    return asked is not None and Reason.ASKED in asked.reasons


def _done() -> str:
    what = request.args.get("done", "")
    return _(_DONE[what]) if what in _DONE else ""


def _days_left(visitor: Visitor) -> int:
    if visitor.expires_at is None:
        return 0
    return deadlines.days_left(visitor.expires_at, clock.now(), settings_of(current_app).timezone)


def _birth_date(visitor: Visitor) -> str:
    day = jalali.parse(visitor.birth_date, "gregorian")
    return formats.digits(jalali.to_jalali(day)) if day else ""
