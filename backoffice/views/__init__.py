"""The web pages, one screen a file: read the request, call a service, answer."""

from typing import Any

from flask import Flask
from flask_admin import Admin

from backoffice.i18n import lazy
from backoffice.models import AuditEntry, Discrepancy, Message, Snapshot
from backoffice.views import (
    access,
    ages,
    context,
    errors,
    formats,
    health,
    intake,
    language,
    login,
    metrics,
    request_log,
    security,
    sentences,
    statistic_digest,
)
from backoffice.views.announcements import AnnouncementsView
from backoffice.views.audit import AuditView
from backoffice.views.base import DeskView, check_declared
from backoffice.views.cases import CasesView
from backoffice.views.code_trouble import CodeTroubleView
from backoffice.views.corrections import CorrectionsView
from backoffice.views.counter import CounterView
from backoffice.views.holidays import HolidaysView
from backoffice.views.home import HomeView
from backoffice.views.hr import HrView
from backoffice.views.hr_file import HrFileView
from backoffice.views.hr_files import HrFilesView
from backoffice.views.hr_upload import HrUploadView
from backoffice.views.hr_waiting import HrWaitingView
from backoffice.views.jobs import JobsView
from backoffice.views.mail import MailView
from backoffice.views.messages import MessagesView
from backoffice.views.mismatch import MismatchView
from backoffice.views.overrides import OverridesView
from backoffice.views.own_login import OwnLoginView
from backoffice.views.people import PeopleView
from backoffice.views.permanent import PermanentView
from backoffice.views.profile import blueprint as profile_pages
from backoffice.views.questions import QuestionsView
from backoffice.views.releases import ReleasesView
from backoffice.views.reminders import RemindersView
from backoffice.views.request import blueprint as request_pages
from backoffice.views.reviews import ReviewsView
from backoffice.views.run_changes import RunChangesView
from backoffice.views.runs import RunsView
from backoffice.views.search import SearchView
from backoffice.views.settings import SettingsView
from backoffice.views.staff import StaffView
from backoffice.views.statistics import StatisticsView
from backoffice.views.system import SystemView
from backoffice.views.temporary import TemporaryView
from backoffice.views.theme import DeskTheme
from backoffice.views.three_way import ThreeWayView
from backoffice.views.trust import TrustView
from backoffice.views.what_if import WhatIfView


def weekly_figures(language: str) -> dict[str, Any]:
    """Give what the weekly mail shows, in a language."""
    return statistic_digest.make(language)


def register(app: Flask) -> None:
    """Put every page on the application."""
    rooms = (request_log, security, errors, access, language, formats, sentences, ages, context)
    for part in rooms:
        part.register(app)
    app.register_blueprint(login.blueprint)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(metrics.blueprint)
    app.register_blueprint(intake.blueprint)
    app.register_blueprint(request_pages)
    app.register_blueprint(profile_pages)
    index, *others = screens()
    for view in (index, *others):
        check_declared(view)
    admin = Admin(app, name="desk", theme=DeskTheme(), index_view=index)
    admin.add_views(*others)


def screens() -> list[DeskView]:
    """Give the screens in the order of the menu; the first is the home page."""
    return [*_of_files_and_runs(), *_of_accounts(), *_of_cases(), *_of_the_desk()]


def _of_files_and_runs() -> list[DeskView]:
    return [
        HomeView(name=lazy("Work list"), endpoint="admin", url="/admin", menu_icon_value="home"),
        HrView(name=lazy("HR files"), endpoint="hr", url="/admin/hr", menu_icon_value="file-spreadsheet"),
        HrUploadView(name=lazy("Upload an HR file"), endpoint="hr_upload", url="/admin/hr/upload"),
        HrFilesView(Snapshot, name=lazy("All HR files"), endpoint="hr_files", url="/admin/hr/files"),
        HrFileView(name=lazy("HR file"), endpoint="hr_file", url="/admin/hr/file"),
        AnnouncementsView(name=lazy("New colleagues"), endpoint="announcements", menu_icon_value="users"),
        RunsView(name=lazy("Reconciliation"), endpoint="reconciliation", menu_icon_value="scale"),
        RunChangesView(name=lazy("Changes of a run"), endpoint="changes", url="/admin/changes"),
        ReleasesView(name=lazy("Held changes"), endpoint="releases", menu_icon_value="hand-stop"),
        TrustView(name=lazy("Trust levels"), endpoint="trust", url="/admin/trust", menu_icon_value="adjustments"),
        WhatIfView(name=lazy("Other limits"), endpoint="what_if", url="/admin/what-if"),
        ThreeWayView(
            Discrepancy, name=lazy("Three-way check"), endpoint="three_way", url="/admin/three-way",
            menu_icon_value="git-compare",
        ),
    ]  # fmt: skip


def _of_accounts() -> list[DeskView]:
    return [
        TemporaryView(name=lazy("Temporary accounts"), endpoint="temporary", menu_icon_value="hourglass"),
        RemindersView(name=lazy("Reminders"), endpoint="reminders", url="/admin/reminders"),
        PermanentView(name=lazy("Permanent accounts"), endpoint="permanent", menu_icon_value="user-check"),
        MailView(name=lazy("Mail moves"), endpoint="mail", url="/admin/mail", menu_icon_value="mail"),
        MessagesView(
            Message, name=lazy("Messages"), endpoint="messages", url="/admin/messages", menu_icon_value="message"
        ),
        PeopleView(name=lazy("People"), endpoint="people", menu_icon_value="users"),
        SearchView(name=lazy("Search"), endpoint="search"),
    ]


def _of_cases() -> list[DeskView]:
    return [
        CasesView(name=lazy("Cases"), endpoint="cases", url="/admin/cases", menu_icon_value="inbox"),
        ReviewsView(name=lazy("Review in groups"), endpoint="reviews", menu_icon_value="clipboard-check"),
        MismatchView(name=lazy("Refused registration"), endpoint="mismatch", url="/admin/mismatch"),
        CodeTroubleView(name=lazy("Trouble with codes"), endpoint="code_trouble", url="/admin/code-trouble"),
        QuestionsView(name=lazy("Questions to HR"), endpoint="questions", menu_icon_value="help"),
        HrWaitingView(
            name=lazy("Waiting for HR"), endpoint="hr_waiting", url="/admin/hr-waiting", menu_icon_value="user-check"
        ),
        CorrectionsView(name=lazy("Requests for corrections"), endpoint="corrections", menu_icon_value="pencil"),
        OverridesView(name=lazy("Exceptions"), endpoint="overrides", url="/admin/overrides", menu_icon_value="flag"),
        CounterView(name=lazy("Counter"), endpoint="counter", menu_icon_value="phone"),
    ]


def _of_the_desk() -> list[DeskView]:
    return [
        StatisticsView(
            name=lazy("Statistics"), endpoint="statistics", url="/admin/statistics", menu_icon_value="chart-bar"
        ),
        JobsView(name=lazy("Jobs"), endpoint="jobs", menu_icon_value="clock"),
        AuditView(AuditEntry, name=lazy("Audit trail"), endpoint="audit", menu_icon_value="history"),
        StaffView(name=lazy("Desk users"), endpoint="staff", url="/admin/staff", menu_icon_value="user-cog"),
        SettingsView(name=lazy("Settings"), endpoint="settings", url="/admin/settings", menu_icon_value="settings"),
        SystemView(name=lazy("System"), endpoint="system", url="/admin/system", menu_icon_value="server"),
        HolidaysView(name=lazy("Holidays"), endpoint="holidays", url="/admin/holidays"),
        OwnLoginView(name=lazy("My login"), endpoint="own_login", url="/admin/own-login"),
    ]
