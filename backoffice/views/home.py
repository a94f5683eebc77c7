"""The first page of the desk: a work list, not a menu. Source: interface.md "The desk"."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar

from flask import current_app
from flask.typing import ResponseReturnValue

from backoffice import clock
from backoffice.extensions import settings_of
from backoffice.models import AccountBatch
from backoffice.rules.approval import HR, IT
from backoffice.rules.deadlines import day_of
from backoffice.rules.permissions import Permission, Role
from backoffice.services import (
    account_bulk_release,
    account_list,
    announcements,
    audit_summary,
    case_levels,
    correction_lines,
    correction_requests,
    hr_overview,
    mail_move_list,
    purges,
    questions,
    queue_waits,
    registration_retry,
    release_groups,
    request_list,
    request_waits,
    roles,
    runs,
    service_level,
)  # fmt: skip
from backoffice.services.hr_overview import SourceState
from backoffice.services.request_waits import Summary, summary
from backoffice.services.work_list import WorkList, work_list
from backoffice.settings import Settings
from backoffice.views import down, finding_words, labels, mismatch_words, run_words
from backoffice.views.access import allowed, the_actor
from backoffice.views.audit import acts_since
from backoffice.views.audit_words import act_title
from backoffice.views.base import DeskView, expose
from backoffice.views.cases import own_sources
from backoffice.views.runs import source_title


class HomeView(DeskView):
    """The work list."""

    permission = Permission.SEE_HOME
    extra_css: ClassVar = ["/static/reconciliation.css"]
    extra_js: ClassVar = ["/static/wait.js"]

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Show what waits for the person."""
        settings, sees_runs = settings_of(current_app), allowed(Permission.SEE_RUNS)
        level = service_level.of_now(settings)
        sources = _sources() if allowed(Permission.SEE_SNAPSHOTS) else []
        return str(
            self.render(
                "admin/home.html", work=work_list() if sees_runs else WorkList(), sources=sources,
                has_file=any(state.newest for state in sources),
                down=down.sentences(settings) if sources or sees_runs else [],
                sees_runs=sees_runs, may_start=allowed(Permission.START_RUN), may_upload=allowed(Permission.UPLOAD_HR),
                progress=runs.progress() if sees_runs else "idle:0", second=_second(), asked=_asked(), stuck=_stuck(),
                locks=_locks(), roles=roles.refused() if allowed(Permission.DECIDE_CASES) else [],
                refusals=case_levels.of_registrations(level, own_sources()) if allowed(Permission.SEE_CASES) else [],
                level=level, case_levels=case_levels.of_runs(level) if sees_runs else {},
                mine=case_levels.taken(level, the_actor().username) if allowed(Permission.DECIDE_CASES) else None,
                colleagues=_colleagues(), corrections_of=_correction_files(sources), acts=_acts(settings),
                waits=queue_waits.waits() if sees_runs else None, inquiries=_inquiries(),
                sees_jobs=allowed(Permission.SEE_JOBS),
                requests=request_list.to_decide() if allowed(Permission.DECIDE_REQUESTS) else (0, None),
                mailboxes=request_list.mailboxes_to_make() if allowed(Permission.DECIDE_REQUESTS) else (0, None),
                moves=mail_move_list.stopped() if allowed(Permission.MANAGE_MOVES) else (0, None),
                corrections=_corrections(), waits_for_hr=_waits_for_hr(), late=_late(), proposed=_proposed(),
                mismatch_words=mismatch_words,
                labels=labels, words=finding_words, run_words=run_words, source_title=source_title,
            )
        )  # fmt: skip


def _sources() -> list[SourceState]:
    return hr_overview.overview(settings_of(current_app), the_actor())


def _colleagues() -> tuple[int, dt.datetime | None]:
    """Say how many new colleagues are announced by HR's own people, and since when; IT has the plan for them."""
    is_hr = the_actor().role == Role.HR_LIAISON and allowed(Permission.SEE_ANNOUNCEMENTS)
    return announcements.live(own_sources()) if is_hr else (0, None)


def _correction_files(sources: Sequence[SourceState]) -> dict[str, int]:
    """Give source -> lines of its correction file, to HR's own people; IT has the file beside the exceptions."""
    is_hr = the_actor().role == Role.HR_LIAISON and allowed(Permission.TAKE_CORRECTIONS)
    sizes = {state.source.name: correction_lines.size(state.source.name) for state in sources if is_hr}
    return {name: size for name, size in sizes.items() if size}


def _acts(settings: Settings) -> dict[str, Any] | None:
    """Give what was done lately to whoever looks after the others and does nothing here."""
    if not allowed(Permission.SEE_AUDIT) or allowed(Permission.DECIDE_CASES):
        return None
    first = day_of(clock.now() - dt.timedelta(days=audit_summary.DAYS), settings.timezone)
    rows = [(acts, act_title(acts.action), acts_since(acts.action, first)) for acts in audit_summary.weighty()]
    return {"rows": rows, "days": audit_summary.DAYS, "trail": audit_summary.trail(settings.instance)}


def _asked() -> int:
    """Say how many questions wait for HR's answer."""
    actor = the_actor()
    sources = actor.sources if actor.role == Role.HR_LIAISON else None
    return questions.count_waiting(sources) if allowed(Permission.ANSWER_QUESTIONS) else 0


def _corrections() -> int:
    """Say how many requests for corrections wait for HR's answer."""
    return correction_requests.count_waiting(own_sources()) if allowed(Permission.ANSWER_QUESTIONS) else 0


def _waits_for_hr() -> Summary:
    """Say whose permanent accounts wait for HR."""
    may = allowed(Permission.ANSWER_QUESTIONS)
    return summary(request_waits.of_party(HR, settings_of(current_app), own_sources())) if may else Summary()


def _late() -> Summary:
    """Say which requests wait for IT longer than they should."""
    may = allowed(Permission.DECIDE_REQUESTS)
    waits = request_waits.of_party(IT, settings_of(current_app)) if may else ()
    return summary([wait for wait in waits if wait.days_over])


def _proposed() -> tuple[int, dt.datetime | None]:
    """Say how many deletions are proposed, and since when."""
    return purges.waiting() if allowed(Permission.MANAGE_ACCOUNTS) else (0, None)


def _inquiries() -> tuple[int, dt.datetime | None]:
    """Say how many registrations wait for a service that did not answer, and since when."""
    return registration_retry.summary() if allowed(Permission.USE_COUNTER) else (0, None)


def _stuck() -> tuple[int, dt.datetime | None]:
    """Say how many accounts wait for a change that could not be made, and since when."""
    return account_list.stuck() if allowed(Permission.MANAGE_ACCOUNTS) else (0, None)


def _locks() -> Sequence[tuple[AccountBatch, int]]:
    """Give the locks of many accounts that wait for this person as the second one."""
    may = allowed(Permission.MANAGE_ACCOUNTS)
    return account_bulk_release.waiting(but_not_of=the_actor().username) if may else ()


def _second() -> int:
    """Say how many rows wait for this person as the second one who releases them."""
    return release_groups.waiting_for(the_actor().username) if allowed(Permission.RELEASE_ROWS) else 0
