"""The same plan under other limits, side by side. Reads only."""

from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from flask import abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.rules.errors import RefusedError
from backoffice.rules.permissions import Permission
from backoffice.rules.text import fold_digits
from backoffice.settings import Limits
from backoffice.views import labels, run_words
from backoffice.views.base import DeskView, expose
from backoffice.views.parameters import clamped
from backoffice.views.runs import source_title, the_run

MOST = 1_000_000
_SEE_OTHER = 303


class WhatIfView(DeskView):
    """The page of one plan under other limits."""

    permission = Permission.SEE_RUNS
    menu_parent = "reconciliation"
    extra_css: ClassVar = ["/static/reconciliation.css"]

    def is_visible(self) -> bool:
        """Leave the page out of the menu: it is reached from a run."""
        return False

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Lead to the runs."""
        return redirect(url_for("reconciliation.index"), _SEE_OTHER)

    @expose("/<run_id>/")
    def show(self, run_id: str) -> ResponseReturnValue:
        """Judge the plan under the limits of the address."""
        from backoffice.services.what_if import what_if  # noqa: PLC0415 - brings pandas

        run, limits = the_run(run_id), asked_limits(settings_of(current_app).limits)
        try:
            rows = what_if(run.id, limits)
        except RefusedError:
            abort(404)
        kinds = sorted({row.kind for row in rows}, key=list(labels.KINDS).index)
        asked = {kind: (getattr(limits, f"{kind}_min"), percent(getattr(limits, f"{kind}_share"))) for kind in kinds}
        return str(
            self.render(
                "admin/what_if.html", run=run, rows=rows, asked=asked, labels=labels, run_words=run_words,
                source_title=source_title,
            )
        )  # fmt: skip


def asked_limits(now: Limits) -> Limits:
    """Give the limits in force with those of the address put in: ``KIND_min``, and ``KIND_share`` in percent."""
    changed: dict[str, Any] = {}
    for kind in labels.KINDS:
        least, share = request.args.get(f"{kind}_min"), request.args.get(f"{kind}_share")
        if least:
            changed[f"{kind}_min"] = clamped(least, 0, MOST)
        if share and (found := _share(share)) is not None:
            changed[f"{kind}_share"] = found
    return now.model_copy(update=changed)


def percent(share: float) -> str:
    """Give a share as percent for a field, without a needless fraction."""
    return f"{Decimal(str(share)) * 100:f}".rstrip("0").rstrip(".") or "0"


def _share(text: str) -> float | None:
    """Give the share that a percentage of 0–100 means, None for anything else."""
    try:
        found = Decimal(fold_digits(text.strip()).replace("٫", ".").replace(",", "."))
    except InvalidOperation:
        return None
    return float(found / 100) if found.is_finite() and 0 <= found <= 100 else None  # noqa: PLR2004 - percent
