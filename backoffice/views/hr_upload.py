"""Uploading an HR file in three steps: choose it, confirm its columns and look at it, import it."""

import datetime as dt
from typing import TYPE_CHECKING, Any, ClassVar

from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backoffice import clock
from backoffice.extensions import settings_of
from backoffice.i18n import N_, _
from backoffice.rules import fields, jalali
from backoffice.rules.errors import RefusedError
from backoffice.rules.permissions import Permission
from backoffice.services.hr_overview import own_sources
from backoffice.views import hr_words
from backoffice.views.access import post_permission, require_source, the_actor
from backoffice.views.base import DeskView, expose
from backoffice.views.errors import error_page
from backoffice.views.security import body_limit

if TYPE_CHECKING:
    from backoffice.services.uploads import Upload

FILE_LIMIT = 50 * 1024**2
FORM_ROOM = 64 * 1024  # the other fields and the borders between them
ACTS = ("import", "look", "discard")

NO_FILE = N_("Please choose a file.")
NO_SOURCE = N_("Please choose a source.")
NO_DAY = N_("This is no day of the Jalali calendar; write it like %(example)s.")
FUTURE_DAY = N_("This day has not come yet.")
GONE = N_("The uploaded file is no longer here: it waits for an hour at most. Please upload it again.")
DISCARDED = N_("The uploaded file was thrown away; nothing was imported.")
SAME = N_("These are the same bytes as the accepted file; it was confirmed again.")
TAKEN = N_("The file passed all gates and counts from now on.")
_SEE_OTHER, _UNPROCESSABLE = 303, 422


class HrUploadView(DeskView):
    """Upload."""

    menu_parent = "hr"
    extra_css: ClassVar[Any] = ["/static/hr.css"]
    permission = Permission.UPLOAD_HR

    def is_visible(self) -> bool:
        """Leave the form out of the menu: it is reached from the sources."""
        return False

    @expose("/")
    def choose(self) -> ResponseReturnValue:
        """Show the form for a file."""
        return self._form({}, chosen=request.args.get("source", ""))

    @expose("/", methods=("POST",))
    @post_permission(Permission.UPLOAD_HR)
    @body_limit(FILE_LIMIT + FORM_ROOM)
    def send(self) -> ResponseReturnValue:
        """Take a file and lead to its preview."""
        from backoffice.services import uploads  # noqa: PLC0415 - with the rest of the import

        source, file = request.form.get("source", ""), request.files.get("file")
        faults, as_of = _faults()
        if faults or file is None:
            return self._form(faults, chosen=source), _UNPROCESSABLE
        known_source(source)
        try:
            upload = uploads.keep(
                file.stream, file_name=file.filename or "", source=source, as_of=as_of, actor=the_actor(),
                settings=settings_of(current_app),
            )  # fmt: skip
        except RefusedError as fault:
            return self._form({"file": _(fault.message, **fault.values)}, chosen=source), _UNPROCESSABLE
        return redirect(url_for(".look", token=upload.token), _SEE_OTHER)

    @expose("/<token>/")
    def look(self, token: str) -> ResponseReturnValue:
        """Show what the columns mean and what would become of the file."""
        upload = own_upload(token)
        return error_page(404, _(GONE)) if upload is None else self._preview(upload)

    @expose("/<token>/", methods=("POST",))
    @post_permission(Permission.UPLOAD_HR)
    def decide(self, token: str) -> ResponseReturnValue:
        """Take the columns; then look again, import, or throw the file away."""
        from backoffice.services import upload_steps, uploads  # noqa: PLC0415 - loads pandas

        upload, act = own_upload(token), request.form.get("act")
        if upload is None:
            return error_page(404, _(GONE))
        if act not in ACTS:
            abort(400)
        if act == "discard":
            uploads.discard(upload)
            flash(_(DISCARDED), "message")
            return redirect(url_for("hr.index"), _SEE_OTHER)
        settings = settings_of(current_app)
        is_new = upload_steps.choose(upload, request.form, settings) is not None
        if act == "look" or is_new:
            return redirect(url_for(".look", token=token), _SEE_OTHER)
        return self._import(upload)

    def _import(self, upload: "Upload") -> ResponseReturnValue:
        from backoffice.services import upload_steps  # noqa: PLC0415 - loads pandas

        try:
            done = upload_steps.take_in(upload, actor=the_actor(), settings=settings_of(current_app))
        except RefusedError as fault:
            return self._preview(upload, _(fault.message, **fault.values)), _UNPROCESSABLE
        sentence = {"unchanged": SAME, "accepted": TAKEN}.get(done.status)
        if sentence:
            flash(_(sentence), "success")
        return redirect(url_for("hr_file.show", number=done.snapshot), _SEE_OTHER)

    def _form(self, faults: dict[str, str], *, chosen: str) -> str:
        sources = own_sources(settings_of(current_app), the_actor())
        return str(
            self.render(
                "admin/hr_upload.html", sources=sources, chosen=chosen, faults=faults, words=hr_words,
                as_of=request.form.get("as_of", ""), limit_mb=FILE_LIMIT // 1024**2,
            )
        )  # fmt: skip

    def _preview(self, upload: "Upload", fault: str = "") -> str:
        from backoffice.services import upload_steps  # noqa: PLC0415 - loads pandas

        look = upload_steps.look(upload, settings_of(current_app))
        return str(
            self.render(
                "admin/hr_preview.html", upload=upload, look=look, fault=fault, words=hr_words, fields=fields.HR_FIELDS
            )
        )


def known_source(name: str) -> None:
    """Refuse a source that is not in the settings or not the liaison's own: it does not exist (404)."""
    if name not in {source.name for source in settings_of(current_app).hr.sources}:
        abort(404)
    require_source(name)


def own_upload(token: str) -> "Upload | None":
    """Give the person's waiting file; None once it is gone. 404 for a source that is no longer the person's."""
    from backoffice.services import uploads  # noqa: PLC0415 - with the rest of the import

    upload = uploads.find(token, actor=the_actor(), settings=settings_of(current_app))
    if upload is not None:
        known_source(upload.source)
    return upload


def _faults() -> tuple[dict[str, str], dt.date | None]:
    written, file = request.form.get("as_of", "").strip(), request.files.get("file")
    as_of = jalali.parse(written, "jalali") if written else None
    faults = {}
    if not request.form.get("source"):
        faults["source"] = _(NO_SOURCE)
    if file is None or not file.filename:
        faults["file"] = _(NO_FILE)
    if written and as_of is None:
        faults["as_of"] = _(NO_DAY, example=hr_words.example_day())
    elif as_of and as_of > hr_words.local_day(clock.now()):
        faults["as_of"] = _(FUTURE_DAY)
    return faults, as_of
