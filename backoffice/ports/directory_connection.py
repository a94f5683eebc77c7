"""Connecting to an LDAP server with every unsafe default of ldap3 turned off.

Source: reliability.md §1 (each default below was seen to be a hole).
"""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal

import ldap3
from ldap3.core.exceptions import (
    LDAPException,
    LDAPOperationResult,
    LDAPSocketOpenError,
    LDAPSSLConfigurationError,
    LDAPStartTLSError,
)

from backoffice.i18n import N_
from backoffice.ports.directory_answers import keep_raw
from backoffice.ports.directory_contract import (
    DirectoryError,
    DirectoryReadFailed,
    DirectoryRefused,
    DirectoryUnavailable,
)
from backoffice.settings import Settings, is_loopback

Profile = Literal["bulk", "page", "probe"]
CONNECT_SECONDS: dict[Profile, int] = {"bulk": 2, "page": 2, "probe": 1}
# Whole numbers: ldap3 packs them into a C long. A page has to answer within three seconds in all (contract.md), and
# within two where it only wants to know whether the directory is there.
RECEIVE_SECONDS: dict[Profile, int] = {"bulk": 10, "page": 2, "probe": 1}

_NO_TLS = N_("Plain ldap:// is refused except to this machine: use ldaps:// or LDAP_START_TLS.")
_NO_PASSWORD = N_("LDAP_BIND_DN is set but LDAP_BIND_PASSWORD is empty.")
_WRONG_PASSWORD = N_("The directory does not accept LDAP_BIND_DN with this password.")
_WANTS_TLS = N_("The directory accepts this login only over TLS: use ldaps:// or LDAP_START_TLS.")
_BAD_TLS = N_("The directory's certificate or TLS is not accepted; nothing was sent in clear.")
_SILENT = N_("The directory does not answer.")
_BUSY = N_("The directory is busy or out of service.")
_CUT = N_("The directory closed the connection before the answer was complete.")
_OTHER = N_("The directory answered «%(result)s».")

# LDAP result code -> error. Source: RFC 4511 §4.1.9 and appendix A.
RESULTS: dict[int, tuple[type[DirectoryError], str]] = {
    3: (DirectoryReadFailed, N_("The directory stopped at its time limit; the read is incomplete.")),
    4: (DirectoryReadFailed, N_("The directory stopped at its size limit; the read is incomplete.")),
    7: (DirectoryRefused, N_("The directory does not accept this kind of login.")),
    8: (DirectoryRefused, _WANTS_TLS),
    10: (DirectoryReadFailed, N_("The directory refers to another server; a referral is never followed.")),
    11: (DirectoryReadFailed, N_("The directory stopped at a limit of its administrator; the read is incomplete.")),
    12: (DirectoryReadFailed, N_("The directory cannot give its answer in pages.")),
    13: (DirectoryRefused, _WANTS_TLS),
    32: (DirectoryReadFailed, N_("The base does not exist in the directory, or may not be read.")),
    34: (DirectoryReadFailed, N_("The directory does not accept the form of a distinguished name.")),
    48: (DirectoryRefused, _WRONG_PASSWORD),
    49: (DirectoryRefused, _WRONG_PASSWORD),
    50: (DirectoryReadFailed, N_("The directory does not allow this account to read here.")),
    51: (DirectoryUnavailable, _BUSY),
    52: (DirectoryUnavailable, _BUSY),
}


def require_safe(settings: Settings) -> None:
    """Raise DirectoryRefused where a password would travel in clear or none is given for the bind DN."""
    plain = settings.ldap_uri.lower().startswith("ldap://") and not settings.ldap_start_tls
    if plain and not is_loopback(settings.ldap_uri):
        raise DirectoryRefused(_NO_TLS)
    if settings.ldap_bind_dn and not settings.ldap_bind_password.get_secret_value():
        raise DirectoryRefused(_NO_PASSWORD)


def connect(settings: Settings, dn: str, password: bytes, *, profile: Profile) -> ldap3.Connection:
    """Give a connection that is bound as ``dn`` (anonymous for an empty one), over TLS where it is asked for.

    Its searches give entries as ``directory_answers`` does. Raises DirectoryError.
    """
    with named_errors():
        connection = _connection(settings, dn, password, profile)
        try:
            connection.open(read_server_info=False)
            if settings.ldap_start_tls and not connection.server.ssl:
                connection.start_tls(read_server_info=False)
            _done, result, *_ = connection.bind(read_server_info=False)
            _require_success(result)
            keep_raw(connection)
        except BaseException:
            close(connection)
            raise
    return connection


def close(connection: ldap3.Connection | None) -> None:
    """Close a connection in whatever state it is."""
    if connection is None:
        return
    opened = connection.socket
    try:
        connection.unbind()
    except (LDAPException, OSError):
        connection.strategy.close()
    # ldap3 forgets a socket that could not be connected, and one whose TLS does not end as it should.
    for left in (opened, connection.socket):
        if left is not None:
            left.close()


def error_of(result: int, words: str) -> DirectoryError:
    """Give the named error for a result code that is not success; ``words`` is the code's own name."""
    kind, message = RESULTS.get(result, (DirectoryReadFailed, _OTHER))
    return kind(message, {"result": words}, result=result)


@contextmanager
def named_errors() -> Iterator[None]:
    """Turn what ldap3 and the socket raise into the errors of this port, without their details."""
    try:
        yield
    except LDAPOperationResult as error:
        raise error_of(error.result, error.description) from None
    except (LDAPStartTLSError, LDAPSSLConfigurationError):
        raise DirectoryRefused(_BAD_TLS) from None
    except ssl.SSLError:
        raise DirectoryRefused(_BAD_TLS) from None
    except LDAPSocketOpenError as error:
        # ldap3 mixes the cause into its class, so a refused connection would also count as one that was cut.
        raise _of_communication(str(error)) from None
    except ConnectionError:
        raise DirectoryReadFailed(_CUT) from None
    except (LDAPException, OSError) as error:
        raise _of_communication(str(error)) from None


def _require_success(answer: Mapping[str, Any]) -> None:
    """Raise for what ldap3 takes without a word: a referral would count as the right password."""
    if answer["result"]:
        raise error_of(answer["result"], answer["description"])


def _of_communication(words: str) -> DirectoryError:
    # ldap3 keeps nothing of the cause but its words.
    if "ssl" in words.lower() and "timed out" not in words:
        return DirectoryRefused(_BAD_TLS)
    return DirectoryUnavailable(_SILENT)


def _connection(settings: Settings, dn: str, password: bytes, profile: Profile) -> ldap3.Connection:
    tls = ldap3.Tls(
        validate=ssl.CERT_REQUIRED,
        ca_certs_file=str(settings.ldap_ca_file) if settings.ldap_ca_file else None,
    )
    server = ldap3.Server(
        settings.ldap_uri,
        tls=tls,
        connect_timeout=CONNECT_SECONDS[profile],
        get_info=ldap3.NONE,
    )
    login: dict[str, Any] = {"user": dn, "password": password, "authentication": ldap3.SIMPLE} if dn else {}
    return ldap3.Connection(
        server,
        **login,
        client_strategy=ldap3.SAFE_SYNC,
        auto_referrals=False,
        raise_exceptions=True,
        receive_timeout=RECEIVE_SECONDS[profile],
        check_names=False,
        read_only=True,
        return_empty_attributes=False,
    )
