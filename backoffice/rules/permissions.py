"""Who may do what at the desk. Source: contract.md "Roles", mission S51."""

from enum import StrEnum


class Role(StrEnum):
    """The roles, the mightiest first."""

    IT_ADMIN = "it_admin"
    IT_OPERATOR = "it_operator"
    HELPDESK = "helpdesk"
    HR_LIAISON = "hr_liaison"
    MANAGER = "manager"
    AUDITOR = "auditor"


class Permission(StrEnum):
    """One thing a desk user may be allowed to do."""

    SEE_HOME = "see_home"
    SEE_STATISTICS = "see_statistics"
    SET_TARGETS = "set_targets"
    SEE_SNAPSHOTS = "see_snapshots"
    UPLOAD_HR = "upload_hr"
    ACCEPT_SNAPSHOT = "accept_snapshot"
    SEE_RUNS = "see_runs"
    START_RUN = "start_run"
    SEE_RELEASES = "see_releases"
    RELEASE_ROWS = "release_rows"
    APPLY_RUN = "apply_run"
    MANAGE_TRUST = "manage_trust"
    EXPORT = "export"
    SEE_CASES = "see_cases"
    DECIDE_CASES = "decide_cases"
    SEE_CODES = "see_codes"
    SEND_CODE = "send_code"
    SEE_ANNOUNCEMENTS = "see_announcements"
    ANNOUNCE = "announce"
    SEE_OVERRIDES = "see_overrides"
    OVERRIDE = "override"
    TAKE_CORRECTIONS = "take_corrections"
    SEE_QUESTIONS = "see_questions"
    ANSWER_QUESTIONS = "answer_questions"
    SEE_ACCOUNTS = "see_accounts"
    MANAGE_ACCOUNTS = "manage_accounts"
    SEE_REQUESTS = "see_requests"
    DECIDE_REQUESTS = "decide_requests"
    SEE_MESSAGES = "see_messages"
    SEE_MOVES = "see_moves"
    MANAGE_MOVES = "manage_moves"
    USE_COUNTER = "use_counter"
    SEE_PEOPLE = "see_people"
    SEARCH = "search"
    UNMASK = "unmask"
    SEE_JOBS = "see_jobs"
    RUN_JOB = "run_job"
    SEE_AUDIT = "see_audit"
    VERIFY_AUDIT = "verify_audit"
    SEE_STAFF = "see_staff"
    MANAGE_STAFF = "manage_staff"
    SEE_SETTINGS = "see_settings"
    MANAGE_SETTINGS = "manage_settings"
    SEE_OWN_LOGIN = "see_own_login"
    CHANGE_OWN_LOGIN = "change_own_login"


_P = Permission
_READING = frozenset({
    _P.SEE_HOME, _P.SEE_STATISTICS, _P.SEE_SNAPSHOTS, _P.SEE_RUNS, _P.SEE_RELEASES, _P.SEE_PEOPLE, _P.SEARCH,
    _P.SEE_JOBS, _P.SEE_AUDIT, _P.SEE_STAFF, _P.SEE_OWN_LOGIN, _P.SEE_CASES, _P.SEE_CODES, _P.SEE_ANNOUNCEMENTS,
    _P.SEE_OVERRIDES, _P.SEE_QUESTIONS, _P.SEE_ACCOUNTS, _P.SEE_REQUESTS, _P.SEE_SETTINGS,
    _P.SEE_MOVES, _P.SEE_MESSAGES,
})  # fmt: skip
_OWN = frozenset({_P.SEE_HOME, _P.SEE_OWN_LOGIN, _P.CHANGE_OWN_LOGIN})
_ADMINISTRATION = frozenset({
    _P.SEE_AUDIT, _P.VERIFY_AUDIT, _P.SEE_STAFF, _P.MANAGE_STAFF, _P.MANAGE_TRUST, _P.MANAGE_SETTINGS,
    _P.SET_TARGETS,
})  # fmt: skip

TABLE: dict[Role, frozenset[Permission]] = {
    Role.IT_ADMIN: frozenset(Permission),
    Role.IT_OPERATOR: frozenset(Permission) - _ADMINISTRATION,
    Role.HELPDESK: _OWN | {_P.SEARCH, _P.SEE_PEOPLE, _P.SEE_CASES, _P.SEE_CODES, _P.SEND_CODE, _P.USE_COUNTER},
    Role.HR_LIAISON: _OWN
    | {
        _P.SEE_SNAPSHOTS,
        _P.UPLOAD_HR,
        _P.ACCEPT_SNAPSHOT,
        _P.SEE_RELEASES,
        _P.RELEASE_ROWS,
        _P.SEE_CASES,
        _P.SEE_ANNOUNCEMENTS,
        _P.ANNOUNCE,
        _P.SEE_OVERRIDES,
        _P.TAKE_CORRECTIONS,
        _P.SEE_QUESTIONS,
        _P.ANSWER_QUESTIONS,
    },
    Role.MANAGER: _OWN | {_P.SEE_STATISTICS, _P.SET_TARGETS},
    Role.AUDITOR: _READING,
}

_BOUND_TO_SOURCES = frozenset({Role.HR_LIAISON})


def may(role: str, permission: Permission) -> bool:
    """Say whether a role holds a permission; an unknown role holds none."""
    return role in TABLE and permission in TABLE[Role(role)]


def may_use_source(role: str, own_sources: tuple[str, ...], source: str) -> bool:
    """Say whether a role may work with an HR source; liaisons only with their own. Source: mission S51."""
    return role in TABLE and (role not in _BOUND_TO_SOURCES or source in own_sources)


def highest(roles: set[str]) -> Role | None:
    """Give the mightiest of the roles, None where none is known."""
    return next((role for role in Role if role in roles), None)
