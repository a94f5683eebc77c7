"""Who may use which route: the expected table, written out by hand. Source: contract.md "Roles" and "Details".

A NEW SCREEN ADDS ITS LINES HERE, one a rule and method: ``"GET /admin/thing/<int:number>": …`` with the rule exactly
as ``flask routes`` prints it (HEAD goes with GET), and the roles that are let in (everybody else must get 403, a
stranger the way to the login). Deriving a line from the code's own permissions would prove nothing: think, then type.
A route without a line, and a line without a route, fail the tests. Nothing else is needed: strangers, CSRF tokens,
hostile parameters and "a GET writes nothing" are tried on every line by test_every_route.py, on the rows that
``filled.py`` puts into every table (``<int:…>`` becomes 1, other variables become "1").
"""

from backoffice.rules.permissions import Role

STRANGER = "stranger"
ADMIN, OPERATOR, HELPDESK, LIAISON, MANAGER, AUDITOR = (
    frozenset({role}) for role in (
        Role.IT_ADMIN, Role.IT_OPERATOR, Role.HELPDESK, Role.HR_LIAISON, Role.MANAGER, Role.AUDITOR,
    )
)  # fmt: skip
IT = ADMIN | OPERATOR
EVERY_ROLE = IT | HELPDESK | LIAISON | MANAGER | AUDITOR
EVERYBODY = EVERY_ROLE | {STRANGER}

ROUTES: dict[str, frozenset[str]] = {
    # Outside the desk
    "GET /healthz": EVERYBODY,
    "GET /readyz": EVERYBODY,
    "GET /metrics": EVERYBODY,
    "GET /static/<path:filename>": EVERYBODY,
    # The request pages: nobody logs in, and a desk user is nobody there
    "GET /request/": EVERYBODY,
    "POST /request/": EVERYBODY,
    "POST /request/anew": EVERYBODY,
    "POST /request/status/go-on": EVERYBODY,
    "GET /request/account": EVERYBODY,
    "POST /request/account": EVERYBODY,
    "GET /request/code": EVERYBODY,
    "POST /request/code": EVERYBODY,
    "GET /request/code/resend": EVERYBODY,
    "POST /request/code/resend": EVERYBODY,
    "GET /request/code/missing": EVERYBODY,
    "POST /request/code/missing": EVERYBODY,
    "GET /request/done": EVERYBODY,
    "POST /request/done": EVERYBODY,
    "GET /request/contact": EVERYBODY,
    "POST /request/contact": EVERYBODY,
    "GET /request/status": EVERYBODY,
    "POST /request/status": EVERYBODY,
    "GET /request/existing": EVERYBODY,
    "POST /request/existing": EVERYBODY,
    "GET /request/embed.js": EVERYBODY,
    # Another registration site, with a token of its own; nobody finds it where none is set
    "POST /intake": EVERYBODY,
    "GET /request/continue/<token>": EVERYBODY,
    "POST /request/continue/<token>": EVERYBODY,
    # The profile: a login of its own, and a desk user is nobody there
    "GET /profile/": EVERYBODY,
    "GET /profile/login": EVERYBODY,
    "POST /profile/login": EVERYBODY,
    "POST /profile/logout": EVERYBODY,
    "POST /profile/sync": EVERYBODY,
    "POST /profile/mailbox": EVERYBODY,
    "GET /profile/extension": EVERYBODY,
    "POST /profile/extension": EVERYBODY,
    "GET /profile/password": EVERYBODY,
    "POST /profile/password": EVERYBODY,
    "GET /profile/correction": EVERYBODY,
    "POST /profile/correction": EVERYBODY,
    "GET /profile/recover": EVERYBODY,
    "POST /profile/recover": EVERYBODY,
    "GET /profile/permanent": EVERYBODY,
    "POST /profile/permanent": EVERYBODY,
    "POST /profile/cancel": EVERYBODY,
    "POST /profile/answer": EVERYBODY,
    "GET /profile/names": EVERYBODY,
    # The way in and out
    "GET /admin/login": EVERYBODY,
    "POST /admin/login": EVERYBODY - AUDITOR,
    "GET /admin/login/again": EVERY_ROLE,
    "POST /admin/login/again": EVERY_ROLE - AUDITOR,
    "POST /admin/logout": EVERYBODY,
    # Home
    "GET /admin/": EVERY_ROLE,
    # HR files
    "GET /admin/hr/": IT | LIAISON | AUDITOR,
    "GET /admin/hr/upload/": IT | LIAISON,
    "POST /admin/hr/upload/": IT | LIAISON,
    "GET /admin/hr/upload/<token>/": IT | LIAISON,
    "POST /admin/hr/upload/<token>/": IT | LIAISON,
    "GET /admin/hr/files/": IT | LIAISON | AUDITOR,
    "GET /admin/hr/files/details/": IT | LIAISON | AUDITOR,
    "GET /admin/hr/file/": IT | LIAISON | AUDITOR,
    "GET /admin/hr/file/<number>/": IT | LIAISON | AUDITOR,
    "POST /admin/hr/file/<number>/accept": IT | LIAISON,
    "POST /admin/hr/file/<number>/unmask": IT,
    # New colleagues
    "GET /admin/announcements/": IT | LIAISON | AUDITOR,
    "GET /admin/announcements/new": IT | LIAISON,
    "POST /admin/announcements/new": IT | LIAISON,
    "GET /admin/announcements/<number>/": IT | LIAISON | AUDITOR,
    "POST /admin/announcements/<number>/end": IT | LIAISON,
    # Reconciliation
    "GET /admin/reconciliation/": IT | AUDITOR,
    "GET /admin/reconciliation/state": IT | AUDITOR,
    "POST /admin/reconciliation/start": IT,
    "GET /admin/reconciliation/<run_id>/": IT | AUDITOR,
    "POST /admin/reconciliation/<run_id>/accept-directory": IT,
    "GET /admin/reconciliation/<run_id>/findings/": IT | AUDITOR,
    "GET /admin/reconciliation/<run_id>/findings/<row>/": IT | AUDITOR,
    "POST /admin/reconciliation/<run_id>/findings/<row>/unmask": IT,
    "GET /admin/what-if/": IT | AUDITOR,
    "GET /admin/what-if/<run_id>/": IT | AUDITOR,
    "GET /admin/three-way/": IT | AUDITOR,
    "GET /admin/three-way/details/": IT | AUDITOR,
    # Statistics
    "GET /admin/statistics/": IT | MANAGER | AUDITOR,
    "POST /admin/statistics/targets": ADMIN | MANAGER,
    "GET /admin/statistics/table/<part_name>.<form>": IT | MANAGER | AUDITOR,
    # Jobs
    "GET /admin/jobs/": IT | AUDITOR,
    "GET /admin/jobs/state": IT | AUDITOR,
    "GET /admin/jobs/<job_name>/": IT | AUDITOR,
    "POST /admin/jobs/<job_name>/run": IT,
    # Temporary accounts
    "GET /admin/temporary/": IT | AUDITOR,
    "GET /admin/temporary/<number>/": IT | AUDITOR,
    "POST /admin/temporary/<number>/act": IT,
    "POST /admin/temporary/<number>/unmask": IT,
    "POST /admin/temporary/preview": IT,
    "POST /admin/temporary/carry-out": IT,
    "GET /admin/temporary/batches/<number>/": IT | AUDITOR,
    "POST /admin/temporary/batches/<number>/release": IT,
    "GET /admin/reminders/": IT | AUDITOR,
    # Requests for permanent accounts
    "GET /admin/mail/": IT | AUDITOR,
    "POST /admin/mail/preview": IT,
    "POST /admin/mail/many": IT,
    "POST /admin/mail/file": IT,
    "GET /admin/mail/<number>/": IT | AUDITOR,
    "POST /admin/mail/<number>/act": IT,
    "POST /admin/mail/<number>/report": IT,
    "GET /admin/permanent/": IT | AUDITOR,
    "GET /admin/permanent/<number>/": IT | AUDITOR,
    "POST /admin/permanent/<number>/decide": IT,
    "POST /admin/permanent/<number>/preview": IT,
    "POST /admin/permanent/<number>/unmask": IT,
    # Settings
    "GET /admin/settings/": IT | AUDITOR,
    "POST /admin/settings/auto-approve": ADMIN,
    "GET /admin/system/": IT | AUDITOR,
    "GET /admin/holidays/": IT | AUDITOR,
    "POST /admin/holidays/add": ADMIN,
    "POST /admin/holidays/list": ADMIN,
    "POST /admin/holidays/remove": ADMIN,
    # People and search
    "GET /admin/search/": IT | HELPDESK | AUDITOR,
    "GET /admin/messages/": IT | AUDITOR,
    "GET /admin/messages/details/": IT | AUDITOR,
    "GET /admin/people/": IT | HELPDESK | AUDITOR,
    "GET /admin/people/<number>/": IT | HELPDESK | AUDITOR,
    "GET /admin/people/<number>/hr": IT | HELPDESK | AUDITOR,
    "GET /admin/people/<number>/directory": IT | HELPDESK | AUDITOR,
    "GET /admin/people/<number>/history": IT | HELPDESK | AUDITOR,
    "POST /admin/people/<number>/export": IT,
    "POST /admin/people/<number>/unmask": IT,
    # Trouble with codes
    "GET /admin/code-trouble/": IT | HELPDESK | AUDITOR,
    "GET /admin/code-trouble/<number>/": IT | HELPDESK | AUDITOR,
    "POST /admin/code-trouble/<number>/resend": IT | HELPDESK,
    "POST /admin/code-trouble/<number>/close": IT | HELPDESK,
    "POST /admin/code-trouble/<number>/unmask": IT,
    # Questions to HR
    "GET /admin/questions/": IT | LIAISON | AUDITOR,
    "POST /admin/questions/<number>/answer": IT | LIAISON,
    "GET /admin/hr-waiting/": IT | LIAISON | AUDITOR,
    # Requests for corrections
    "GET /admin/corrections/": IT | LIAISON | AUDITOR,
    "POST /admin/corrections/<number>/answer": IT | LIAISON,
    "POST /admin/corrections/<number>/proof": IT | LIAISON,
    # Exceptions
    "GET /admin/overrides/": IT | LIAISON | AUDITOR,
    "GET /admin/overrides/new": IT,
    "POST /admin/overrides/new": IT,
    "GET /admin/overrides/<number>/": IT | LIAISON | AUDITOR,
    "POST /admin/overrides/<number>/end": IT,
    "POST /admin/overrides/corrections": IT | LIAISON,
    # Cases
    "GET /admin/cases/": IT | HELPDESK | LIAISON | AUDITOR,
    "GET /admin/cases/<number>/": IT | HELPDESK | LIAISON | AUDITOR,
    "POST /admin/cases/<number>/take": IT,
    "POST /admin/cases/<number>/release": IT,
    "POST /admin/cases/<number>/wait": IT,
    "POST /admin/cases/<number>/decide": IT,
    "POST /admin/cases/<number>/reopen": IT,
    "POST /admin/cases/<number>/unmask": IT,
    # Pairs in groups
    "GET /admin/reviews/": IT | AUDITOR,
    "POST /admin/reviews/decide": IT,
    "POST /admin/reviews/accept": ADMIN,
    "POST /admin/reviews/undo": ADMIN,
    # Decisions on refused registrations
    "GET /admin/mismatch/": IT | HELPDESK | LIAISON | AUDITOR,
    "POST /admin/mismatch/<number>/correct": IT,
    "POST /admin/mismatch/<number>/accept": IT,
    "POST /admin/mismatch/<number>/code": IT,
    "POST /admin/mismatch/<number>/link": IT,
    "POST /admin/mismatch/<number>/hr_right": IT,
    "POST /admin/mismatch/<number>/choose": IT,
    "POST /admin/mismatch/<number>/adopt": IT,
    "POST /admin/mismatch/<number>/extend": IT,
    "POST /admin/mismatch/<number>/log_in": IT,
    "POST /admin/mismatch/<number>/to_hr": IT,
    "POST /admin/mismatch/<number>/ask": IT,
    "POST /admin/mismatch/<number>/refuse": IT,
    "POST /admin/mismatch/<number>/recheck": IT,
    # The counter
    "GET /admin/counter/": IT | HELPDESK,
    "POST /admin/counter/find": IT | HELPDESK,
    "POST /admin/counter/assist": IT | HELPDESK,
    "GET /admin/counter/<number>/": IT | HELPDESK,
    "POST /admin/counter/<number>/call": IT | HELPDESK,
    "POST /admin/counter/<number>/verify": IT | HELPDESK,
    "POST /admin/counter/<number>/way-in": IT | HELPDESK,
    "POST /admin/counter/<number>/mobile": IT | HELPDESK,
    "POST /admin/counter/<number>/mobile/code": IT | HELPDESK,
    # Changes of a run
    "GET /admin/changes/": IT | AUDITOR,
    "GET /admin/changes/<run_id>/state": IT | AUDITOR,
    "GET /admin/changes/<run_id>/results/": IT | AUDITOR,
    "POST /admin/changes/<run_id>/apply": IT,
    "POST /admin/changes/<run_id>/undo": IT,
    "POST /admin/changes/<run_id>/inverse": IT,
    # Held changes
    "GET /admin/releases/": IT | LIAISON | AUDITOR,
    "GET /admin/releases/<run_id>/": IT | LIAISON | AUDITOR,
    "POST /admin/releases/<run_id>/release": IT | LIAISON,
    # Trust levels
    "GET /admin/trust/": IT | AUDITOR,
    "POST /admin/trust/set": ADMIN,
    # Audit
    "GET /admin/audit/": ADMIN | AUDITOR,
    "GET /admin/audit/details/": ADMIN | AUDITOR,
    "POST /admin/audit/verify": ADMIN,
    # Desk users
    "GET /admin/staff/": ADMIN | AUDITOR,
    "GET /admin/staff/add": ADMIN,
    "POST /admin/staff/add": ADMIN,
    "GET /admin/staff/<number>/": ADMIN | AUDITOR,
    "POST /admin/staff/<number>/change": ADMIN,
    "POST /admin/staff/<number>/disable": ADMIN,
    "POST /admin/staff/<number>/mail": ADMIN,
    "POST /admin/staff/<number>/enable": ADMIN,
    "POST /admin/staff/<number>/password": ADMIN,
    "POST /admin/staff/<number>/reset-totp": ADMIN,
    # The own login
    "GET /admin/own-login/": EVERY_ROLE,
    "POST /admin/own-login/password": EVERY_ROLE - AUDITOR,
    "POST /admin/own-login/digest": EVERY_ROLE - AUDITOR,
    "POST /admin/own-login/totp": EVERY_ROLE - AUDITOR,
    "POST /admin/own-login/totp/confirm": EVERY_ROLE - AUDITOR,
}

# A token of its own guards it, not the session of anybody.
OWN_TOKEN = frozenset({"POST /intake"})
MANAGERS_PAGES = ("/admin/", "/admin/login", "/admin/login/again", "/admin/logout")
MANAGERS_SCREENS = ("/admin/statistics", "/admin/own-login")
