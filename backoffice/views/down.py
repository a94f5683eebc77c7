"""What does not work at this moment, as sentences for the top of the work list."""

from collections.abc import Iterator, Mapping
from typing import Any

from backoffice.i18n import N_
from backoffice.services import code_limits, readiness, servers
from backoffice.settings import Settings
from backoffice.views.system_words import server_title

DOWN = {
    readiness.DATABASE: N_("The database does not answer."),
    readiness.DIRECTORY: N_("Runs and logins through the directory wait. %(why)s"),
    readiness.WORKER: N_("The worker does not run: new files, runs and jobs wait until it is started."),
}
SERVER_DOWN = N_("%(server)s is unavailable; what needs it waits. %(why)s")
# Seconds for the servers around us; a slow one is told at the next look.
PATIENCE = 0.3
MANY_WRONG_CODES = N_("Very many wrong codes were typed within this hour; somebody may be guessing.")


def sentences(settings: Settings) -> list[Mapping[str, Any]]:
    """Give them as the filter ``sentence`` takes them."""
    return [*_parts(settings), *_servers(settings), *_guessing()]


def _parts(settings: Settings) -> Iterator[Mapping[str, Any]]:
    for name in readiness.what_is_down(settings):
        if name != readiness.DIRECTORY:
            yield {"message": DOWN[name]}
    if settings.ldap_uri and (fault := readiness.directory_fault(settings)):
        yield {"message": DOWN[readiness.DIRECTORY], "params": fault.because}


def _servers(settings: Settings) -> Iterator[Mapping[str, Any]]:
    for server in servers.look(settings, patience=PATIENCE):
        if server.fault:
            yield {"message": SERVER_DOWN, "params": {"server": server_title(server.name), **server.fault.because}}


def _guessing() -> Iterator[Mapping[str, Any]]:
    if code_limits.failures() >= code_limits.ALARM:
        yield {"message": MANY_WRONG_CODES}
