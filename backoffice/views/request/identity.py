"""The first step: who are you? Source: mission S2–S4."""

from flask import render_template
from flask.typing import ResponseReturnValue

from backoffice.rules import identity_fields
from backoffice.rules.form_values import typed
from backoffice.views.request.room import blueprint, sent


@blueprint.get("/", endpoint="identity")
def form() -> ResponseReturnValue:
    """Show the empty form."""
    return page()


def page(faults: dict[str, str] | None = None, notice: str = "") -> str:
    """Give the form with what was typed, each fault beside its field, and a notice on top."""
    values = typed(identity_fields.NAMES, sent())
    return render_template("request/identity.html", values=values, faults=faults or {}, notice=notice)
