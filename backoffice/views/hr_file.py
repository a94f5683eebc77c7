"""One HR file: what the gates found, and the decision of a person where it is held."""

from typing import TYPE_CHECKING, Any, ClassVar

from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.i18n import N_, _
from backoffice.models.hr import ACCEPTED
from backoffice.rules.errors import RefusedError
from backoffice.rules.permissions import Permission
from backoffice.views import hr_words, masking
from backoffice.views.access import post_permission, require_fresh, require_source, the_actor
from backoffice.views.base import BIGGEST_ID, DeskView, expose
from backoffice.views.parameters import whole_number

if TYPE_CHECKING:
    from backoffice.models import Snapshot

ROWS_SHOWN = 20
REASON_LENGTH = 1000
NOW_COUNTS = N_("The file was accepted and counts from now on.")
WAITS = N_("Your acceptance is noted; a second person must accept the file too.")
_SEE_OTHER = 303


class HrFileView(DeskView):
    """The page of a file."""

    menu_parent = "hr"
    extra_css: ClassVar[Any] = ["/static/hr.css"]
    permission = Permission.SEE_SNAPSHOTS

    def is_visible(self) -> bool:
        """Leave the page out of the menu: it is reached from the sources."""
        return False

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Lead to the list."""
        return redirect(url_for("hr_files.index_view"), _SEE_OTHER)

    @expose("/<number>/")
    def show(self, number: str) -> ResponseReturnValue:
        """Show a file."""
        return self._page(the_file(number))

    @expose("/<number>/accept", methods=("POST",))
    @post_permission(Permission.ACCEPT_SNAPSHOT)
    def accept(self, number: str) -> ResponseReturnValue:
        """Accept a file that only comparisons hold."""
        from backoffice.services.snapshots import accept  # noqa: PLC0415 - loads pandas

        snapshot, reason = the_file(number), request.form.get("reason", "").strip()
        require_fresh()
        settings, actor = settings_of(current_app), the_actor().username
        try:
            done = accept(snapshot.id, actor=actor, reason=reason[:REASON_LENGTH], settings=settings)
        except RefusedError as fault:
            return self._page(snapshot, _(fault.message, **fault.values)), 422
        flash(_(NOW_COUNTS if done.status == ACCEPTED else WAITS), "success")
        return redirect(url_for(".show", number=snapshot.id), _SEE_OTHER)

    @expose("/<number>/unmask", methods=("POST",))
    @post_permission(Permission.UNMASK)
    def unmask(self, number: str) -> ResponseReturnValue:
        """Show the codes of a file for some minutes; an audited act."""
        snapshot = the_file(number)
        masking.unmask(subject_of(snapshot))
        return redirect(url_for(".show", number=snapshot.id), _SEE_OTHER)

    def _page(self, snapshot: "Snapshot", fault: str = "") -> str:
        from backoffice.services.snapshot_page import page_of  # noqa: PLC0415 - loads pandas

        page = page_of(snapshot, the_actor().username, settings_of(current_app))
        limit = None if request.args.get("all") else ROWS_SHOWN
        return str(
            self.render(
                "admin/hr_file.html", page=page, snapshot=page.snapshot, words=hr_words, fault=fault, limit=limit,
                reason=request.form.get("reason", ""), is_fresh=the_actor().is_fresh,
                masking=masking, shown=masking.is_shown(subject_of(snapshot)),
            )
        )  # fmt: skip


def subject_of(snapshot: "Snapshot") -> str:
    """Name a file as the audit trail does."""
    return f"snapshot:{snapshot.id}"


def the_file(number: str) -> "Snapshot":
    """Give a file of a source of the person; 404 for any other."""
    from backoffice.services.snapshots import find  # noqa: PLC0415 - loads pandas

    try:
        snapshot = find(whole_number(number, 1, BIGGEST_ID) or 0)
    except RefusedError:
        abort(404)
    require_source(snapshot.source)
    return snapshot
