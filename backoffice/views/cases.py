"""Cases: the list of what waits for a decision, one case with its evidence, and the decision."""

from collections.abc import Callable
from typing import Any, ClassVar

from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.i18n import N_, _
from backoffice.models import Case
from backoffice.rules import case_states, identity_causes
from backoffice.rules.case_states import MISMATCH, OTP_TROUBLE
from backoffice.rules.errors import RefusedError
from backoffice.rules.permissions import Permission, Role
from backoffice.rules.urgency import rank_of
from backoffice.services import cases, runs
from backoffice.services.cases import Wanted
from backoffice.views import (
    audit_words,
    case_choices,
    case_words,
    comparison,
    finding_words,
    labels,
    masking,
    mismatch_page,
    mismatch_words,
)
from backoffice.views.access import allowed, post_permission, require_fresh, require_source, the_actor
from backoffice.views.base import BIGGEST_ID, DeskView, expose
from backoffice.views.list_address import LAST_PAGE, PAGE_SIZES
from backoffice.views.parameters import clamped, whole_number
from backoffice.views.runs import page_size, refusal, source_title

_SEE_OTHER, _UNPROCESSABLE = 303, 422
AGES = (3, 7, 30)
_TAKEN = N_("The case is yours now; nobody else can decide it.")
_RELEASED = N_("The case is free again.")
_WAITING = N_("The case waits; it closes by itself when the source is repaired.")
_REOPENED = N_("The case is open again, and what the decision changed is undone.")
_DECIDED = N_("Decided. Later runs respect it. Here is the next case.")
_ALL_DECIDED = N_("Decided. Later runs respect it. No other case waits here.")


class CasesView(DeskView):
    """Cases."""

    permission = Permission.SEE_CASES
    extra_css: ClassVar = ["/static/reconciliation.css", "/static/cases.css"]
    extra_js: ClassVar = ["/static/keys.js"]

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """List the cases that answer the filter."""
        wanted = wanted_cases()
        number = clamped(request.args.get("page"), 0, LAST_PAGE)
        open_ones = cases.counts(own_sources(), own_kinds())
        page = cases.page(wanted, number, page_size())
        return self._page(
            "admin/cases.html", wanted=wanted, kept=kept(wanted), page=page,
            attempts=cases.attempts([case.id for case in page.rows]),
            counts=sorted(open_ones.items(), key=lambda item: rank_of(item[0])), open_total=sum(open_ones.values()),
            sources=own_sources() or [source.name for source in settings_of(current_app).hr.sources], ages=AGES,
            causes=cases.causes_open(own_sources()),
        )  # fmt: skip

    @expose("/<number>/")
    def case(self, number: str) -> ResponseReturnValue:
        """Show one case: the sides, why we think so, and what can be decided."""
        case = the_case(number)
        if case.kind == OTP_TROUBLE:
            return redirect(url_for("code_trouble.show", number=case.id))
        return self._case_page(case)

    @expose("/<number>/take", methods=("POST",))
    @post_permission(Permission.DECIDE_CASES)
    def take(self, number: str) -> ResponseReturnValue:
        """Take the case."""
        return self._act(number, _TAKEN, lambda work, case: work.take(case.id, actor=the_actor().username))

    @expose("/<number>/release", methods=("POST",))
    @post_permission(Permission.DECIDE_CASES)
    def release(self, number: str) -> ResponseReturnValue:
        """Let the case go; an administrator also somebody else's."""
        actor = the_actor()
        force = actor.role == Role.IT_ADMIN
        return self._act(
            number, _RELEASED, lambda work, case: work.release_taking(case.id, actor=actor.username, may_force=force)
        )

    @expose("/<number>/wait", methods=("POST",))
    @post_permission(Permission.DECIDE_CASES)
    def wait(self, number: str) -> ResponseReturnValue:
        """Let the case wait for HR or for more information."""
        state, note = request.form.get("state", ""), request.form.get("note", "")
        return self._act(
            number, _WAITING, lambda work, case: work.wait(case.id, state, note=note, actor=the_actor().username)
        )

    @expose("/<number>/reopen", methods=("POST",))
    @post_permission(Permission.DECIDE_CASES)
    def reopen(self, number: str) -> ResponseReturnValue:
        """Take the decision back."""
        from backoffice.services import mismatch_undo  # noqa: PLC0415 - brings pandas

        note = request.form.get("note", "")
        return self._act(
            number, _REOPENED,
            lambda work, case: (mismatch_undo if case.kind == MISMATCH else work).reopen(
                case.id, note=note, actor=the_actor().username
            ),
        )  # fmt: skip

    @expose("/<number>/decide", methods=("POST",))
    @post_permission(Permission.DECIDE_CASES)
    def decide(self, number: str) -> ResponseReturnValue:
        """Decide the case and go on to the next one."""
        from backoffice.services import case_work  # noqa: PLC0415 - brings pandas, which no other page needs

        case, actor = the_case(number), the_actor().username
        names = ("verdict", "reason", "note", "entry", "national_code", "fingerprint")
        values: dict[str, Any] = {name: request.form.get(name, "") for name in names}
        if values["verdict"] in case_states.WEIGHTY:
            require_fresh()
        try:
            case_work.decide(case.id, case_work.Decision(**values), actor=actor, settings=settings_of(current_app))
        except RefusedError as fault:
            return self._case_page(the_case(number), refusal(fault)), _UNPROCESSABLE
        wanted = wanted_cases()
        following = cases.next_open(the_case(number), wanted, actor)
        if following is None:
            flash(_(_ALL_DECIDED), "success")
            return redirect(url_for(".index", **kept(wanted)), _SEE_OTHER)
        flash(_(_DECIDED), "success")
        return redirect(url_for(".case", number=following, **kept(wanted)), _SEE_OTHER)

    @expose("/<number>/unmask", methods=("POST",))
    @post_permission(Permission.UNMASK)
    def unmask(self, number: str) -> ResponseReturnValue:
        """Show the codes of a case for some minutes; an audited act."""
        case = the_case(number)
        masking.unmask(cases.subject_of(case.id))
        return redirect(url_for(".case", number=case.id, **kept(wanted_cases())), _SEE_OTHER)

    def _act(self, number: str, done: str, act: Callable[[Any, Case], None]) -> ResponseReturnValue:
        from backoffice.services import case_work  # noqa: PLC0415 - brings pandas

        case = the_case(number)
        try:
            act(case_work, case)
        except RefusedError as fault:
            return self._case_page(the_case(number), refusal(fault)), _UNPROCESSABLE
        flash(_(done), "success")
        return redirect(url_for(".case", number=number, **kept(wanted_cases())), _SEE_OTHER)

    def _case_page(self, case: Case, error: str = "") -> str:
        if case.kind == MISMATCH:
            wanted = wanted_cases()
            return mismatch_page.render(self, case, wanted, kept(wanted), error=error)
        finding, wanted = cases.finding_of(case), wanted_cases()
        shown = masking.is_shown(cases.subject_of(case.id))
        actor = the_actor()
        return self._page(
            "admin/case.html", case=case, finding=finding, shown=shown, error=error, kept=kept(wanted),
            table=comparison.compare(finding, shown=shown) if finding else None,
            run=runs.find(case.last_run) if case.last_run else None,
            person_id=cases.person_id_of(case), acts=cases.acts_of(case.id),
            **case_choices.choices(case, finding), following=cases.next_open(case, wanted, actor.username),
            is_free=case.taken_by in ("", actor.username), is_mine=case.taken_by == actor.username,
            may_force=actor.role == Role.IT_ADMIN, may_decide=allowed(Permission.DECIDE_CASES),
        )  # fmt: skip

    def _page(self, template: str, **values: Any) -> str:
        return str(
            self.render(
                template, labels=labels, words=finding_words, case_words=case_words, states=case_states,
                mismatch_words=mismatch_words, masking=masking, source_title=source_title,
                act_title=audit_words.act_title, page_sizes=PAGE_SIZES,
                may_unmask=allowed(Permission.UNMASK), **values,
            )
        )  # fmt: skip


def the_case(number: str) -> Case:
    """Give the case of an address; 404 for anything else and for another source's, to a liaison."""
    wanted = whole_number(number, 1, BIGGEST_ID)
    found = cases.find(wanted) if wanted else None
    if found is None:
        abort(404)
    require_source(found.source or "")
    kinds = own_kinds()
    if kinds is not None and found.kind not in kinds:
        abort(404)
    return found


def case_address(case_id: int) -> str:
    """Give the address of a case within the filter of this request."""
    return url_for("cases.case", number=case_id, **kept(wanted_cases()))


def own_kinds() -> frozenset[str] | None:
    """Give the kinds of case the help desk is bound to, None for people who see all."""
    return case_states.OF_REGISTRATIONS if the_actor().role == Role.HELPDESK else None


def own_sources() -> tuple[str, ...] | None:
    """Give the sources a liaison is bound to, None for people who see all."""
    actor = the_actor()
    return actor.sources if actor.role == Role.HR_LIAISON else None


def wanted_cases() -> Wanted:
    """Read the filter of the address; what is no known choice is left out, and said."""
    choices: dict[str, Any] = {
        "kind": case_states.KINDS | case_states.OF_REGISTRATIONS, "cause": {*identity_causes.ORDER},
        "state": {*cases.GROUPS, "all"}, "mine": {"yes"},
        "source": {source.name for source in settings_of(current_app).hr.sources},
    }  # fmt: skip
    asked = {name: request.args.get(name, "") for name in choices}
    known = {name: value if value in choices[name] else "" for name, value in asked.items()}
    if known != asked:
        flash(_("That filter was not understood."), "error")
    days = clamped(request.args.get("days"), 0, AGES[-1])
    return Wanted(
        known["kind"], known["state"] or "open", known["source"], the_actor().username if known["mine"] else "",
        days if days in AGES else 0, own_sources(), known["cause"], own_kinds(),
    )  # fmt: skip


def kept(wanted: Wanted) -> dict[str, Any]:
    """Give the parameters of an address that keep the filter."""
    values = {
        "kind": wanted.kind, "cause": wanted.cause, "source": wanted.source, "days": wanted.days,
        "mine": "yes" if wanted.mine else "",
    }  # fmt: skip
    state = {"state": wanted.state} if wanted.state != "open" else {}
    return {name: value for name, value in {**values, **state}.items() if value}
