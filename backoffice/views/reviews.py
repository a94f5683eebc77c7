"""Pairs of person and account in groups of twenty, by match rule; and the acceptance of a rule that proved itself.

Source: reconciliation.md "Review in groups".
"""

from collections import Counter
from typing import Any, ClassVar

from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.i18n import N_, _
from backoffice.rules.case_states import ACCEPTED_TIERS, DIFFERENT, REVIEW_TIERS, SAME
from backoffice.rules.errors import RefusedError
from backoffice.rules.permissions import Permission
from backoffice.rules.precision import SAMPLE, has_earned, may_accept_rest, still_needed
from backoffice.services import case_scores, review_groups
from backoffice.views import case_words, labels, review_words
from backoffice.views.access import allowed, post_permission, require_fresh, the_actor
from backoffice.views.base import BIGGEST_ID, DeskView, expose
from backoffice.views.list_address import LAST_PAGE
from backoffice.views.parameters import clamped, whole_number
from backoffice.views.runs import REASON_LENGTH, refusal
from backoffice.views.sentences import number

_SEE_OTHER, _UNPROCESSABLE = 303, 422
DECIDED = N_("Decided: %(same)s pairs are the same person, %(different)s are not.")
LEFT_OUT = N_("%(count)s pairs were left out: %(why)s")
ACCEPTED = N_("%(count)s pairs were accepted by rule.")
TAKEN_BACK = N_("Taken back: %(count)s pairs are open again.")


class ReviewsView(DeskView):
    """Pairs that wait for a look, in groups."""

    permission = Permission.SEE_RUNS
    extra_css: ClassVar = ["/static/reconciliation.css", "/static/reviews.css"]

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Show one group of a rule."""
        waiting = review_groups.counts()
        asked = request.args.get("rule", "")
        first = next((tier for tier, count in waiting.items() if count), REVIEW_TIERS[0])
        return self._page(asked if asked in waiting else first)

    @expose("/decide", methods=("POST",))
    @post_permission(Permission.DECIDE_CASES)
    def decide(self) -> ResponseReturnValue:
        """Decide exactly the pairs of the form."""
        from backoffice.services import review_work  # noqa: PLC0415 - brings pandas, which no other page needs

        tier, ticked = the_tier(), set(request.form.getlist("different"))
        shown = [
            review_work.Shown(case_id, fingerprint, str(case_id) in ticked) for case_id, fingerprint in pairs_shown()
        ]
        try:
            found = review_work.decide(tier, shown, actor=the_actor().username, settings=settings_of(current_app))
        except RefusedError as fault:
            return self._page(tier, {"group": refusal(fault)}), _UNPROCESSABLE
        same, different = (number(len(found.decided[word])) for word in (SAME, DIFFERENT))
        if any(found.decided.values()):
            flash(_(DECIDED, same=same, different=different), "success")
        say_left(found.left)
        return redirect(url_for(".index", rule=tier, page=page_asked() or None), _SEE_OTHER)

    @expose("/accept", methods=("POST",))
    @post_permission(Permission.MANAGE_TRUST)
    def accept(self) -> ResponseReturnValue:
        """Accept all that waits of a rule that has proved itself."""
        from backoffice.services import review_work  # noqa: PLC0415 - brings pandas

        tier = the_tier()
        require_fresh()
        try:
            _batch, found = review_work.accept_rest(
                tier, actor=the_actor().username, reason=the_reason(), settings=settings_of(current_app)
            )
        except RefusedError as fault:
            return self._page(tier, {"reason": refusal(fault)}), _UNPROCESSABLE
        flash(_(ACCEPTED, count=number(len(found.decided[SAME]))), "success")
        say_left(found.left)
        return redirect(url_for(".index", rule=tier), _SEE_OTHER)

    @expose("/undo", methods=("POST",))
    @post_permission(Permission.MANAGE_TRUST)
    def undo(self) -> ResponseReturnValue:
        """Take back what was accepted at once."""
        from backoffice.services import review_work  # noqa: PLC0415 - brings pandas

        tier, batch_id = the_tier(), whole_number(request.form.get("batch"), 1, BIGGEST_ID) or abort(404)
        require_fresh()
        try:
            count = review_work.undo(batch_id, actor=the_actor().username, reason=the_reason())
        except RefusedError as fault:
            return self._page(tier, {f"undo-{batch_id}": refusal(fault)}), _UNPROCESSABLE
        flash(_(TAKEN_BACK, count=number(count)), "success")
        return redirect(url_for(".index", rule=tier), _SEE_OTHER)

    def _page(self, tier: str, faults: dict[str, str] | None = None) -> str:
        actor, score = the_actor(), case_scores.score_of(tier)
        page = review_groups.group(tier, page_asked(), actor.username)
        values: dict[str, Any] = {
            "tier": tier, "waiting": review_groups.counts(), "page": page, "score": score, "faults": faults or {},
            "pairs": [(pair, review_words.sides(pair.finding) if pair.finding else None) for pair in page.rows],
            "aside": review_groups.set_aside(tier), "batches": review_groups.batches(tier),
            "may_accept": tier in ACCEPTED_TIERS and may_accept_rest(score.right, score.wrong),
            "earned": has_earned(score.right, score.wrong), "needed": still_needed(score.right, score.wrong),
            "sample": SAMPLE, "most": review_groups.MOST_ACCEPTED,
            "is_fresh": actor.is_fresh, "ticked": set(request.form.getlist("different")),
            "may_decide": allowed(Permission.DECIDE_CASES), "may_trust": allowed(Permission.MANAGE_TRUST),
            "links": tier in ACCEPTED_TIERS, "reason": the_reason(),
        }  # fmt: skip
        return str(
            self.render("admin/reviews.html", labels=labels, words=review_words, case_words=case_words, **values)
        )


def the_tier() -> str:
    """Give the rule of a form; 404 for one that is not reviewed in groups."""
    tier = request.args.get("rule", "")
    return tier if tier in REVIEW_TIERS else abort(404)


def the_reason() -> str:
    """Give the reason typed."""
    return request.form.get("reason", "")[:REASON_LENGTH]


def page_asked() -> int:
    """Give the page of the address."""
    return clamped(request.args.get("page"), 0, LAST_PAGE)


def pairs_shown() -> list[tuple[int, str]]:
    """Read which cases the form showed, and how they were; what is no such pair is left out."""
    parts = [text.partition(":") for text in request.form.getlist("shown")]
    found = [(whole_number(case_id, 1, BIGGEST_ID), fingerprint) for case_id, _colon, fingerprint in parts]
    return [(case_id, fingerprint) for case_id, fingerprint in found if case_id and fingerprint]


def say_left(left: list[Any]) -> None:
    """Say how many pairs were left out, and why."""
    for why, count in Counter(refusal(one.why) for one in left).items():
        flash(_(LEFT_OUT, count=number(count), why=why), "warning")
