"""HR's answers to "left, or still here?". Source: interface.md "HR liaison", reconciliation.md MISSING."""

from typing import Any, ClassVar

from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.i18n import N_, _
from backoffice.rules.errors import RefusedError
from backoffice.rules.leavers import HERE, LATER, LEFT
from backoffice.rules.permissions import Permission, Role
from backoffice.services import questions
from backoffice.views.access import allowed, post_permission, the_actor
from backoffice.views.base import BIGGEST_ID, DeskView, expose
from backoffice.views.list_address import LAST_PAGE, PAGE_SIZES
from backoffice.views.parameters import choice, clamped, whole_number
from backoffice.views.runs import REASON_LENGTH, page_size, refusal, source_title

_SEE_OTHER = 303
ANSWERS = {LEFT: N_("Has left"), HERE: N_("Is still here"), LATER: N_("Cannot be said yet")}
KEPT = N_("The answer is kept; the next run goes by it.")


class QuestionsView(DeskView):
    """Questions to HR."""

    permission = Permission.SEE_QUESTIONS
    extra_css: ClassVar[Any] = ["/static/reconciliation.css"]

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """List the questions that wait, or those that were answered."""
        which = choice(request.args.get("state"), (questions.ANSWERED,)) or questions.WAITING
        asked = clamped(request.args.get("page"), 0, LAST_PAGE)
        page = questions.page(which, asked, page_size(), own_sources())
        return str(
            self.render(
                "admin/questions.html", page=page, which=which, answers=ANSWERS, source_title=source_title,
                kept={"state": which} if which == questions.ANSWERED else {}, page_sizes=PAGE_SIZES,
                may_answer=allowed(Permission.ANSWER_QUESTIONS),
            )
        )  # fmt: skip

    @expose("/<number>/answer", methods=("POST",))
    @post_permission(Permission.ANSWER_QUESTIONS)
    def answer(self, number: str) -> ResponseReturnValue:
        """Keep an answer."""
        wanted, own = whole_number(number, 1, BIGGEST_ID), own_sources()
        found = questions.find(wanted) if wanted else None
        if found is None or (own is not None and found.source not in own):
            abort(404)
        note = request.form.get("note", "")[:REASON_LENGTH]
        try:
            questions.answer(found.id, request.form.get("answer", ""), actor=the_actor().username, note=note)
            flash(_(KEPT), "success")
        except RefusedError as fault:
            flash(refusal(fault), "error")
        return redirect(url_for(".index"), _SEE_OTHER)


def own_sources() -> tuple[str, ...] | None:
    """Give the sources of a liaison, None for whoever takes care of all."""
    actor, every = the_actor(), settings_of(current_app).hr.sources
    names = {source.name for source in every}
    return tuple(name for name in actor.sources if name in names) if actor.role == Role.HR_LIAISON else None
