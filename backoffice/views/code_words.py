"""Codes in words: what they are for, whether they left, why the desk hears of it, and what to say to the caller."""

from collections.abc import Sequence

from markupsafe import Markup, escape

from backoffice import clock
from backoffice.i18n import N_, _
from backoffice.models.message import DELIVERED, FAILED, QUEUED, WITHDRAWN
from backoffice.services import codes, intake, otp_cases
from backoffice.services.otp_trouble import Attempt
from backoffice.views import formats

PURPOSES = {
    codes.REGISTER: N_("Registration"), codes.CONTACT: N_("Number to be told at"), codes.STATUS: N_("Tracking"),
    codes.EXISTING: N_("Account that exists"), codes.COUNTER: N_("At the counter"), codes.LOGIN: N_("Login"),
    codes.RECOVER: N_("Recovery of the password"),
}  # fmt: skip
DELIVERIES = {
    QUEUED: ("warning", N_("Waits for the SMS gateway")), DELIVERED: ("success", N_("Taken by the SMS gateway")),
    FAILED: ("danger", N_("Not taken by the SMS gateway")), WITHDRAWN: ("neutral", N_("Replaced by a newer one")),
}  # fmt: skip
CAUSES = {
    otp_cases.SAID: N_("The person says that no code has come."),
    otp_cases.TRIES: N_("All tries of a code were used up."),
    otp_cases.NOT_SENT: N_("The SMS gateway did not take the message."),
}
_SENDERS = {
    codes.APPLICANT: N_("the person"), otp_cases.SYSTEM: N_("by itself"), intake.CHANNEL: N_("other registration site"),
}  # fmt: skip
_SAY = {
    QUEUED: N_("The message has not left yet, because the SMS gateway does not answer; it leaves by itself soon."),
    FAILED: N_("The SMS gateway did not take the message; please look whether the number you gave is right."),
    WITHDRAWN: N_("Please ask for a new code on the page."),
}  # fmt: skip
_SAY_OVER = N_("The time of the code is over; a new one is being sent to you.")
_SAY_ARRIVES = N_(
    "The message left our side at once. If it has not come after some minutes, your operator holds it back, for "
    "example because you have blocked messages of companies; please lift that block and ask for a new code."
)
_SAY_TYPED = N_("The code came but was typed wrongly; a new one is being sent to you, and only the newest counts.")
_SAY_NOTHING = N_("Please ask for a new code on the page.")
_SAY_DONE = N_("Your number is confirmed; please go on on the page.")


def purpose_title(purpose: str) -> str:
    """Say what a code is for."""
    return _(PURPOSES[purpose]) if purpose in PURPOSES else purpose


def delivery_badge(attempt: Attempt) -> tuple[str, str]:
    """Give level and words of how far a code has come."""
    if attempt.used_at:
        return "success", _("Typed correctly")
    level, text = DELIVERIES.get(attempt.delivery, ("neutral", attempt.delivery))
    return level, _(text)


def sender(name: str) -> Markup:
    """Say who it was: the person, nobody at the desk, another registration site, or a desk user."""
    return escape(_(_SENDERS[name])) if name in _SENDERS else formats.ltr(name)


def cause_sentence(cause: str) -> str:
    """Say why the desk hears of it."""
    return _(CAUSES[cause]) if cause in CAUSES else cause


def say(attempts: Sequence[Attempt]) -> str:
    """Give what to say to the caller. Source: glossary.md."""
    return str(_(_say_about(attempts[0]) if attempts else _SAY_NOTHING))


def _say_about(newest: Attempt) -> str:
    if newest.used_at:
        return _SAY_DONE
    if newest.delivery != DELIVERED:
        return _SAY.get(newest.delivery, _SAY_NOTHING)
    if newest.tries:
        return _SAY_TYPED
    is_over = newest.expires_at is not None and newest.expires_at <= clock.now()
    return _SAY_OVER if is_over else _SAY_ARRIVES
