"""The one search box: people, registrations that led to nobody yet, and what the newest plan says of them."""

from typing import ClassVar

from flask import request
from flask.typing import ResponseReturnValue

from backoffice.models import Finding
from backoffice.rules.permissions import Permission
from backoffice.services import runs, search
from backoffice.services.paging import Page
from backoffice.services.runs import Wanted
from backoffice.views import finding_words, labels, mismatch_words, story_words
from backoffice.views.access import allowed
from backoffice.views.base import DeskView, expose
from backoffice.views.runs import source_title

FINDINGS_SHOWN = 20


class SearchView(DeskView):
    """Search."""

    permission = Permission.SEARCH
    extra_css: ClassVar = ["/static/reconciliation.css"]

    def is_visible(self) -> bool:
        """Stay out of the menu: the box stands on every page."""
        return False

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Show whom and what the question finds."""
        question = request.args.get("q", "")[: search.MOST]
        found = search.find(question)
        run = runs.newest_planned() if allowed(Permission.SEE_RUNS) and not found.too_short else None
        findings = runs.page_of_findings(run.id, Wanted(text=question), 0, FINDINGS_SHOWN) if run else NOTHING
        return str(
            self.render(
                "admin/search.html", question=question.strip(), found=found, run=run, findings=findings,
                labels=labels, words=finding_words, source_title=source_title, story_words=story_words,
                mismatch_words=mismatch_words, sees_cases=allowed(Permission.SEE_CASES),
            )
        )  # fmt: skip


NOTHING: Page[Finding] = Page((), 0, 0, FINDINGS_SHOWN)
