"""Every SMS and mail that left or is to leave: to whom, about what, and what became of it. None is sent here."""

from typing import Any, ClassVar

from flask import url_for
from flask_admin.contrib.sqla.filters import FilterEqual
from markupsafe import Markup

from backoffice.extensions import db
from backoffice.i18n import lazy
from backoffice.models import Message, Operation
from backoffice.models.message import MAIL, SMS
from backoffice.rules.permissions import Permission
from backoffice.views import formats, masking
from backoffice.views.access import allowed
from backoffice.views.base import DeskModelView
from backoffice.views.change_words import detail
from backoffice.views.day_filters import FromDay, UntilDay
from backoffice.views.story_words import DELIVERIES, TEMPLATES, delivery_badge, message_title

_CHANNELS = ((SMS, lazy("SMS")), (MAIL, lazy("E-mail")))
_BADGE = Markup('<span class="pill pill-{}">{}</span>')
_LINK = Markup('<a href="{}">{}</a>')


class MessagesView(DeskModelView):
    """Messages, the newest first."""

    permission = Permission.SEE_MESSAGES
    column_list = ("created_at", "template", "address", "state", "delivered_at")
    column_details_list = (
        "id", "created_at", "template", "address", "language", "state", "delivered_at", "gateway_number", "tries",
        "last_answer", "person_id",
    )  # fmt: skip
    column_sortable_list = ("created_at", "delivered_at")
    column_labels: ClassVar[Any] = {
        "id": lazy("Number"),
        "created_at": lazy("When"),
        "template": lazy("Message"),
        "address": lazy("To"),
        "language": lazy("Language"),
        "state": lazy("State"),
        "delivered_at": lazy("Handed over"),
        "gateway_number": lazy("Number at the gateway"),
        "tries": lazy("Tries"),
        "last_answer": lazy("Last answer"),
        "person_id": lazy("Person"),
    }
    column_filters = (
        FilterEqual(
            Message.template, lazy("Message"), options=[(code, lazy(name)) for code, name in TEMPLATES.items()]
        ),
        FilterEqual(Message.channel, lazy("Way"), options=_CHANNELS),
        FilterEqual(
            Message.state, lazy("State"), options=[(code, lazy(name)) for code, (_, name) in DELIVERIES.items()]
        ),
        FromDay(Message.created_at, lazy("From the day")),
        UntilDay(Message.created_at, lazy("To the day")),
    )
    column_formatters: ClassVar[Any] = {
        "template": lambda _view, _context, row, _name: message_title(row),
        "address": lambda _view, _context, row, _name: _address(row),
        "state": lambda _view, _context, row, _name: _BADGE.format(*delivery_badge(row)),
    }
    column_formatters_detail: ClassVar[Any] = {
        **column_formatters,
        "gateway_number": lambda _view, _context, row, _name: formats.ltr(row.gateway_number),
        "tries": lambda _view, _context, row, _name: formats.digits(_operation(row).attempts),
        "last_answer": lambda _view, _context, row, _name: detail(_operation(row)),
        "person_id": lambda _view, _context, row, _name: _person(row),
    }


def _address(row: Message) -> Markup:
    """Mask an address: the page of the person shows it, as an audited act."""
    return masking.mobile(row.address, shown=False) if row.channel == SMS else masking.mail(row.address, shown=False)


def _operation(row: Message) -> Operation:
    return db.session.get_one(Operation, row.operation_id)


def _person(row: Message) -> Markup | str:
    if row.person_id is None or not allowed(Permission.SEE_PEOPLE):
        return ""
    return _LINK.format(url_for("people.story", number=row.person_id), formats.digits(row.person_id))
