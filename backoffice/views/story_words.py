"""Attempts and messages of a person's story in words."""

from backoffice.i18n import N_, _
from backoffice.models import Message, Registration
from backoffice.models.message import DELIVERED, FAILED, MAIL, QUEUED, WITHDRAWN
from backoffice.rules import registration_states as states
from backoffice.services import message_texts as texts

_ATTEMPTS = {
    states.STARTED: ("info", N_("begun")), states.WAITING_SERVICE: ("warning", N_("waits for a service")),
    states.REJECTED: ("danger", N_("refused")), states.IDENTITY_OK: ("info", N_("identity confirmed")),
    states.MOBILE_INVALID: ("warning", N_("mobile not the person's")),
    states.WAITING_OWNER: ("warning", N_("waits for a service")), states.OTP_SENT: ("info", N_("code sent")),
    states.OTP_VERIFIED: ("info", N_("account is being made")), states.TEMPORARY: ("success", N_("account made")),
    states.LINKED: ("success", N_("account claimed")), states.FAILED: ("danger", N_("account could not be made")),
    states.ABANDONED: ("neutral", N_("given up")),
}  # fmt: skip
DELIVERIES = {
    QUEUED: ("info", N_("waits")), DELIVERED: ("success", N_("handed over")), FAILED: ("danger", N_("not handed over")),
    WITHDRAWN: ("neutral", N_("withdrawn")),
}  # fmt: skip
TEMPLATES = {
    texts.TEMPORARY_ENDS: N_("Temporary account ends soon"), texts.LEAVER: N_("Account is disabled: left"),
    texts.ON_LEAVE: N_("Account is disabled: on leave"), texts.MISSING: N_("Account is disabled: missing in HR"),
    texts.QUESTION: N_("Question to HR"), texts.INVITATION: N_("Invitation to register"),
    texts.CODE: N_("One-time code"),
    texts.UNDER_REVIEW: N_("After an outage: under review"), texts.BEGIN_AGAIN: N_("After an outage: to begin again"),
    texts.GO_ON: N_("The registration can go on"), texts.TO_HR: N_("Referred to HR"),
    texts.ASKED: N_("Question of the desk"), texts.REFUSED: N_("Request refused"), texts.LINKED: N_("Account linked"),
    texts.ADOPTED: N_("Account adopted"),
    texts.ACCOUNT_EXTENDED: N_("Account extended"), texts.ACCOUNT_EXISTS: N_("How to log in to the account"),
    texts.ACCOUNT_OVER: N_("How to come in with a code"), texts.ENDED: N_("The check has ended"),
    texts.TEMPORARY_OVER: N_("Temporary account has ended"), texts.PERMANENT_READY: N_("Permanent account is ready"),
    texts.PERMANENT_REFUSED: N_("Request for the permanent account refused"),
    texts.PERMANENT_ASKED: N_("Question about the permanent account"),
    texts.PASSWORD_CHANGED: N_("Password was changed"),
    texts.CORRECTION_DECIDED: N_("Answer to a wish for a correction"),
    texts.OLD_MAIL_PASSWORD: N_("Password of the old mailbox is needed again"),
    texts.ESCALATION: N_("Reminder of what is late"), texts.DIGEST: N_("Weekly figures"),
}  # fmt: skip


def attempt_badge(attempt: Registration) -> tuple[str, str]:
    """Give level and words of how far an attempt came."""
    level, words = _ATTEMPTS.get(attempt.state, ("neutral", attempt.state))
    return level, _(words)


def delivery_badge(message: Message) -> tuple[str, str]:
    """Give level and words of what became of a message."""
    level, words = DELIVERIES.get(message.state, ("neutral", message.state))
    return level, _(words)


def message_title(message: Message) -> str:
    """Say what a message is about, and how it goes."""
    title = _(TEMPLATES[message.template]) if message.template in TEMPLATES else message.template
    way = _("by e-mail") if message.channel == MAIL else _("by SMS")
    return f"{title} ({way})"
