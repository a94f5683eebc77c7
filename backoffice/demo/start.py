"""`flask demo start`: everything the demo needs, until Ctrl-C or until one part ends by itself."""

import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

from backoffice.demo import first_run, instance, mail_servers, portal
from backoffice.demo.children import Child
from backoffice.demo.dovecot import LocalDovecot
from backoffice.demo.instance import DemoError
from backoffice.demo.loopback import HOST, answers_well, fault_of, is_free
from backoffice.demo.slapd import LocalSlapd
from backoffice.demo.terminal import say
from backoffice.settings import PREFIX, Settings, load

OWN = (
    "SECRET_KEY", "SEAL_KEY", "LDAP_URI", "LDAP_BIND_DN", "LDAP_BIND_PASSWORD", "LDAP_BASE_DN", "LDAP_START_TLS",
    *(f"{end}_IMAP_{name}" for end in ("OLD", "NEW") for name in ("URL", "MASTER_USER", "MASTER_PASSWORD")),
    "MAILBOX_PROVIDER", "MAILBOX_DOVEADM",
)  # fmt: skip
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
READY_SECONDS = 60.0
LOOK_SECONDS = 0.2
EMBED_ORIGINS = f"{PREFIX}EMBED_ORIGINS"
FROM_COMMAND = "FLASK_RUN_FROM_CLI"  # flask sets it; the desk is no command
READY_PAGE = "/readyz"
WEB = ("--workers", "8", "--graceful-timeout", "5")


class Stopped(BaseException):
    """Somebody wants the demo to end."""


def start(settings: Settings, people: int) -> None:
    """Serve the demo of this instance, built first if need be. Raises DemoError; returns when it was asked to end."""
    refuse_early(settings)
    os.umask(0o077)
    settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    with instance.locked(settings.instance), stop_signals(), ExitStack() as running:
        try:
            serve(settings, people, running)
        except Stopped:
            say("Ending everything ...")
        finally:
            _ignore_stop_signals()


def refuse_early(settings: Settings) -> None:
    """Raise DemoError where the demo cannot be served, before anything is touched."""
    if (settings.instance / instance.LOCK).exists():
        with instance.locked(settings.instance):
            pass
    if fault := fault_of(settings.port):
        raise DemoError(f"Port {settings.port} cannot be used ({fault.lower()}); choose another one with PORT=.")


def serve(settings: Settings, people: int, running: ExitStack) -> None:
    """Build, start, announce, and watch; what is started ends with `running`."""
    folder, origin = settings.instance, running.enter_context(portal.serving(settings.port, settings.url))
    environment = environment_of(settings) | ({EMBED_ORIGINS: origin} if origin else {})
    flask, logs = [sys.executable, "-m", "flask"], folder / first_run.LOGS
    if not instance.is_ready(folder):
        make = Child("The first run", [*flask, "demo", "build", "--people", str(people)], environment)
        running.enter_context(make).wait()
    else:
        upgrade = Child("The database", [*flask, "db", "upgrade"], environment, logs / "database.log")
        running.enter_context(upgrade).wait()
    kept = load({"instance": folder}, environ={})
    server = start_directory(kept, running)
    mail = mail_servers.start(kept.model_copy(update={"port": settings.port}), server, running)
    first_run.write_addresses(folder, server.uri, settings.port, mail.addresses)
    say("Starting the desk and the worker ...")
    web = [sys.executable, "-m", "gunicorn", "wsgi:app", *WEB, "--bind", f"{HOST}:{settings.port}"]
    parts = [
        running.enter_context(Child("The desk", web, environment, logs / "desk.log")),
        running.enter_context(Child("The worker", [*flask, "jobs", "start"], environment, logs / "worker.log")),
    ]
    for part in parts:
        running.callback(part.ask_to_end)  # all at once, then each is waited for
    served = load(environ=environment)
    wait_until_ready(served, parts)
    say(announcement(served, origin))
    watch([server, *mail.running.values()], parts)


def start_directory(kept: Settings, running: ExitStack) -> LocalSlapd:
    """Start slapd, on the port it had last time if that is free."""
    last = urlsplit(kept.ldap_uri).port
    server = LocalSlapd.open(kept.instance / first_run.DIRECTORY, port=last if last and is_free(last) else None)
    return running.enter_context(server)


def environment_of(settings: Settings) -> dict[str, str]:
    """Give the environment of the children: ours, without a real installation's keys and directory."""
    strange = {f"{PREFIX}{name}{end}" for name in OWN for end in ("", "_FILE")}
    found = sorted(strange & os.environ.keys())
    if found:
        say(f"The demo has keys and a directory of its own; left aside: {', '.join(found)}")
    kept = {name: value for name, value in os.environ.items() if name not in {*strange, FROM_COMMAND}}
    return kept | {f"{PREFIX}INSTANCE": str(settings.instance), f"{PREFIX}PORT": str(settings.port)}


def wait_until_ready(settings: Settings, children: list[Child]) -> None:
    """Wait until the desk says that nothing is missing. Raises DemoError if it does not within a minute."""
    host = urlsplit(settings.url).netloc
    deadline = time.monotonic() + READY_SECONDS
    while not answers_well(settings.port, READY_PAGE, host):
        _refuse_ended(children)
        if time.monotonic() > deadline:
            raise DemoError(f"The desk was not ready after {READY_SECONDS:.0f} s; see {settings.instance / 'log'}.")
        time.sleep(LOOK_SECONDS)


def watch(servers: Sequence[LocalSlapd | LocalDovecot], children: list[Child]) -> None:
    """Look until one part ends by itself, which ends all. Raises DemoError."""
    while all(server.running for server in servers):
        _refuse_ended(children)
        time.sleep(LOOK_SECONDS)
    raise DemoError("The directory or a mail server ended by itself.")


def announcement(settings: Settings, origin: str) -> str:
    """Write what a person needs to begin. ``origin``: where the portal is, "" where there is none."""
    logins = instance.content(settings.instance)["logins"]
    exports = sorted((settings.instance / first_run.EXPORTS).iterdir())
    widths = [max(len(login[name]) for login in logins) for name in ("uid", "password")]
    lines = [f"    {login['uid']:{widths[0]}}  {login['password']:{widths[1]}}  {login['role']}" for login in logins]
    return "\n".join(
        [
            "",
            "The desk is ready:",
            f"    {settings.url}/admin/",
            "",
            "People ask for an account here; what is sent to them is in outbox/sms.jsonl of the instance folder:",
            f"    {settings.url}/request/",
            *([f"    {origin}/  (the same inside the portal of the university)"] if origin else []),
            "",
            "Log in with one of these:",
            f"    {'user name':{widths[0]}}  {'password':{widths[1]}}  role",
            *lines,
            "",
            "Today's exports of the two HR offices, and two broken ones, wait to be uploaded:",
            *(f"    {path}" for path in exports),
            "",
            "New colleagues to register as, some with an old mailbox to bring along:",
            f"    {settings.instance / first_run.NEWCOMERS}",
            "",
            "Colleagues whose old mail is being moved now, for /profile/:",
            f"    {settings.instance / first_run.MOVERS}",
            "",
            f"The directory: {settings.ldap_uri}, below {settings.ldap_base_dn}",
            *(f"The {end} mail server: {url}" for end, url in mail_addresses(settings) if url),
            "Ctrl-C ends everything; `make run` goes on where you left, `make reset` starts over.",
        ]
    )


def mail_addresses(settings: Settings) -> list[tuple[str, str]]:
    """Give (which, address, "" for none) of the mail servers."""
    return [("old", settings.old_imap_url), ("new", settings.new_imap_url)]


@contextmanager
def stop_signals() -> Iterator[None]:
    """Turn the first SIGINT, SIGTERM or SIGHUP into Stopped; while things end, further ones are ignored."""

    def stop(_number: int, _frame: object) -> None:
        _ignore_stop_signals()
        raise Stopped

    before = {number: signal.signal(number, stop) for number in STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ignore_stop_signals() -> None:
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _refuse_ended(children: list[Child]) -> None:
    for child in children:
        if not child.running:
            raise DemoError(child.last_words)
