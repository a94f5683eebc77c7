"""What the pages with two parts share: first something is asked for, then the code that was sent."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template, request, session
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import InvalidFieldsError, only
from backoffice.services import codes
from backoffice.services.throttle import TooManyTriesError
from backoffice.views.request.code import countdown, delivery_of, seconds_until
from backoffice.views.request.room import TOO_MANY, UNPROCESSABLE, notice_of, sent, status_of, words


@dataclass(frozen=True)
class Page:
    """A page with two parts. ``purpose``: what its codes are for (see services.codes)."""

    template: str
    endpoint: str
    purpose: str

    def show(self, subject: str = "", faults: dict[str, str] | None = None, notice: str = "", **values: Any) -> str:
        """Give the part for the code sent for ``subject``, the first part without one."""
        settings = settings_of(current_app)
        state = codes.state(self.purpose, subject, settings) if subject else None
        seconds = seconds_until(state.resend_at) if state else 0
        return render_template(
            self.template, endpoint=self.endpoint, asks_code=bool(subject), faults=faults or {}, notice=notice,
            masked=state.masked if state else "", seconds=seconds, countdown=countdown(seconds),
            delivery=delivery_of(state) if state else "", **({"values": {}} | values),
        )  # fmt: skip

    def refused(self, fault: RefusedError, subject: str, *, field: str, **values: Any) -> ResponseReturnValue:
        """Answer a form that was refused; what is wrong with the form itself stands beside ``field``."""
        status = TOO_MANY if isinstance(fault, TooManyTriesError) else status_of(fault) or UNPROCESSABLE
        if isinstance(fault, InvalidFieldsError):
            return self.show(subject, words(fault), **values), status
        if status == UNPROCESSABLE:
            return self.show(subject, {field: notice_of(fault)}, **values), status
        return self.show(subject, notice=notice_of(fault), **values), status


def is_second_part() -> bool:
    """Say whether the form with the code was sent, or another code is wanted."""
    return "code" in sent() or "resend" in sent()


def is_asked(key: str, value: object) -> bool:
    """Say whether a code was asked for in this session, and the person does not want to begin anew."""
    return "another" not in request.args and value is not None and session.get(key) == value


def typed_code() -> str:
    """Give the one code that was sent; a doubled field is as good as none."""
    try:
        return only(sent().get("code", ()))
    except RefusedError:
        return ""
