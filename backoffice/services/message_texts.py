"""The words of messages: a file of templates/message for each template, channel and language. Source: glossary.md."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from flask import current_app

from backoffice.i18n import text_direction
from backoffice.models.message import MAIL
from backoffice.services.sentences import in_digits
from backoffice.settings import Settings

TEMPORARY_ENDS, TEMPORARY_OVER = "temporary_ends", "temporary_over"
PERMANENT_READY, PERMANENT_REFUSED, PERMANENT_ASKED = "permanent_ready", "permanent_refused", "permanent_asked"
LEAVER, ON_LEAVE, MISSING, QUESTION = "leaver", "on_leave", "missing", "question"
INVITATION, CODE, ESCALATION, DIGEST = "invitation", "code", "escalation", "digest"
PASSWORD_CHANGED, CORRECTION_DECIDED = "password_changed", "correction_decided"
OLD_MAIL_PASSWORD = "old_mail_password"  # noqa: S105 - the name of a message
ACCOUNT_EXTENDED, ACCOUNT_EXISTS, ACCOUNT_OVER, ENDED = (
    "account_extended", "account_exists", "account_over", "mismatch_ended",
)  # fmt: skip
GO_ON, TO_HR, ASKED, REFUSED, LINKED = (
    "mismatch_go_on", "mismatch_to_hr", "mismatch_asked", "mismatch_refused", "mismatch_linked",
)  # fmt: skip
ADOPTED = "mismatch_adopted"
UNDER_REVIEW, BEGIN_AGAIN = "inquiry_under_review", "inquiry_begin_again"


class Words(NamedTuple):
    """What a message says; an SMS has no subject."""

    subject: str
    text: str


def words(template: str, channel: str, language: str, params: Mapping[str, Any]) -> Words:
    """Give subject and text of a message; the first line of a mail's file is its subject."""
    file = current_app.jinja_env.get_template(f"message/{template}.{channel}.{language}.txt")
    text = file.render(**params).strip()
    if channel != MAIL:
        return Words("", text)
    subject, _, body = text.partition("\n")
    return Words(subject, body.strip())


def html(template: str, language: str, params: Mapping[str, Any], pictures: Collection[str]) -> str:
    """Give the same as a page for mail programs; ``pictures``: the names of those that are sent along."""
    file = current_app.jinja_env.get_template(f"letter/{template}.html")
    values = {**params, "language": language, "direction": text_direction(language), "pictures": pictures}
    return file.render(values)


def support_params(settings: Settings, language: str) -> dict[str, str]:
    """Give whom to call: ``phone`` and ``extension``, the latter in the digits of the language."""
    support = settings.support
    return {"phone": support.phone, "extension": in_digits(support.extension, language)}
