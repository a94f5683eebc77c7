"""Wishes of account holders for corrections, answered by the HR liaison of the source. Source: mission S54."""

from typing import Any, ClassVar

from flask import Response, abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.i18n import N_, _
from backoffice.models import CorrectionRequest
from backoffice.rules.errors import RefusedError
from backoffice.rules.permissions import Permission
from backoffice.services import correction_requests
from backoffice.services.correction_requests import DONE, REFUSED, WAITING
from backoffice.services.sentences import field_title
from backoffice.views import correction_words
from backoffice.views.access import allowed, post_permission, the_actor
from backoffice.views.base import BIGGEST_ID, DeskView, expose
from backoffice.views.list_address import LAST_PAGE, PAGE_SIZES
from backoffice.views.parameters import choice, clamped, whole_number
from backoffice.views.questions import own_sources
from backoffice.views.runs import page_size, refusal, source_title

_SEE_OTHER = 303
_DECIDED = "decided"
ANSWERS = {DONE: N_("Corrected"), REFUSED: N_("Not corrected")}
KEPT = N_("The answer is kept; the person sees it in the profile.")
_ENDING = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


class CorrectionsView(DeskView):
    """Requests for corrections."""

    permission = Permission.SEE_QUESTIONS
    extra_css: ClassVar[Any] = ["/static/reconciliation.css"]

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """List the requests that wait, or those that were decided."""
        which = choice(request.args.get("state"), (_DECIDED,)) or WAITING
        asked = clamped(request.args.get("page"), 0, LAST_PAGE)
        page = correction_requests.page(which, asked, page_size(), own_sources())
        return str(
            self.render(
                "admin/corrections.html", page=page, which=which, answers=ANSWERS, source_title=source_title,
                kept={"state": which} if which == _DECIDED else {}, page_sizes=PAGE_SIZES, title=field_title,
                shown=correction_words.shown, may_answer=allowed(Permission.ANSWER_QUESTIONS),
            )
        )  # fmt: skip

    @expose("/<number>/answer", methods=("POST",))
    @post_permission(Permission.ANSWER_QUESTIONS)
    def answer(self, number: str) -> ResponseReturnValue:
        """Keep an answer."""
        found = _the_request(number)
        decision, note = request.form.get("answer", ""), request.form.get("note", "")
        try:
            correction_requests.decide(
                found.id, decision, note, actor=the_actor().username, settings=settings_of(current_app)
            )
            flash(_(KEPT), "success")
        except RefusedError as fault:
            flash(refusal(fault), "error")
        return redirect(url_for(".index"), _SEE_OTHER)

    @expose("/<number>/proof", methods=("POST",))
    @post_permission(Permission.ANSWER_QUESTIONS)
    def proof(self, number: str) -> ResponseReturnValue:
        """Give the proof; an audited act."""
        found = _the_request(number)
        kind, actor = found.proof_kind, the_actor().username
        try:
            content = correction_requests.proof_of(found.id, actor=actor, settings=settings_of(current_app))
        except RefusedError as fault:
            flash(refusal(fault), "error")
            return redirect(url_for(".index"), _SEE_OTHER)
        named = {"Content-Disposition": f'attachment; filename="proof-{number}.{_ENDING.get(kind, "bin")}"'}
        return Response(content, mimetype=kind, headers=named)


def _the_request(number: str) -> CorrectionRequest:
    wanted, own = whole_number(number, 1, BIGGEST_ID), own_sources()
    found = correction_requests.find(wanted) if wanted else None
    if found is None or (own is not None and found.source not in own):
        abort(404)
    return found
