"""What all steps of a registration share: the door that is shut in observe mode, and who is here."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Blueprint, current_app, g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.i18n import _, current_language
from backoffice.ports.seal import SealError
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import InvalidFieldsError
from backoffice.services import registrations
from backoffice.services.codes import CodeError, TooManyError, TooSoonError
from backoffice.services.registration_identity import OutageError
from backoffice.services.registrations import Applicant, Attempt, Step
from backoffice.views import formats

blueprint = Blueprint("request", __name__, url_prefix="/request")
ALWAYS_OPEN = frozenset({"request.embed"})
SEE_OTHER, UNPROCESSABLE, TOO_MANY, UNAVAILABLE = 303, 422, 429, 503
ADDRESS_OF = {
    Step.IDENTITY: "request.identity",
    Step.ACCOUNT: "request.account",
    Step.CODE: "request.code",
    Step.DONE: "request.done",
}
_STATUS: dict[type[RefusedError], int] = {
    InvalidFieldsError: UNPROCESSABLE,
    TooManyError: TOO_MANY,
    TooSoonError: TOO_MANY,
    CodeError: UNPROCESSABLE,
    OutageError: UNAVAILABLE,
    SealError: UNAVAILABLE,
}
P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]


@blueprint.before_request
def _shut_in_observe_mode() -> ResponseReturnValue | None:
    if settings_of(current_app).policy.mode == "observe" and request.endpoint not in ALWAYS_OPEN:
        return make_response(render_template("request/closed.html"), UNAVAILABLE)
    return None


def sent() -> dict[str, list[str]]:
    """Give the fields of the form with every value each was sent with."""
    return request.form.to_dict(flat=False)


def applicant() -> Applicant:
    """Give who sends this request, as the services know it."""
    return Applicant(address=request.remote_addr or "", language=current_language())


def words(fault: InvalidFieldsError) -> dict[str, str]:
    """Give the faults of a form by field, in the language of the page."""
    return {name: notice_of(one) for name, one in fault.faults.items()}


def notice_of(fault: RefusedError) -> str:
    """Give a fault in the language of the page."""
    return formats.digits_of_prose(_(fault.message, **fault.values))


def status_of(fault: RefusedError) -> int:
    """Give the status that goes with a fault, 0 where the registration is at another step."""
    return next((status for kind, status in _STATUS.items() if isinstance(fault, kind)), 0)


def attempt() -> Attempt | None:
    """Give the registration of this session, None where there is none."""
    if "attempt" not in g:
        number = session.get(registrations.KEY)
        g.attempt = registrations.find(number) if isinstance(number, int) else None
    found: Attempt | None = g.attempt
    return found


def the_attempt() -> Attempt:
    """Give the registration of a step that needs one."""
    found = attempt()
    assert found is not None
    return found


def go_on_with(registration_id: int) -> None:
    """Let this session go on with a registration."""
    if session.get(registrations.KEY) != registration_id:
        session[registrations.KEY] = registration_id
    g.pop("attempt", None)


def here() -> ResponseReturnValue:
    """Answer with the way to the step the person is at."""
    found = attempt()
    return redirect(url_for(ADDRESS_OF[found.step if found else Step.IDENTITY]), SEE_OTHER)


def needs(step: Step) -> Callable[[View[P]], View[P]]:
    """Let a view be reached only where the registration is at this step; else show the way to the first missing one.

    A form that was opened for another registration (two tabs, two people) does nothing either.
    """

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            found = attempt()
            if found is None or not found.may_see(step) or request.form.get("attempt", found.mark) != found.mark:
                return here()
            return view(*args, **kwargs)

        return guarded

    return guard
