"""The directory over TLS: a certificate that is not accepted stops everything, and nothing is sent in clear."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from backoffice.demo.slapd import LocalSlapd
from backoffice.ports.directory import DirectoryError, open_directory
from backoffice.ports.directory_contract import DirectoryRefused
from backoffice.ports.directory_write import open_writer
from backoffice.settings import Settings
from tests.conftest import make_settings
from tests.ports.gateways import own_certificate
from tests.real.conftest import BASE_DN

# ldap3 checks names by it where Python still has it.
pytestmark = pytest.mark.filterwarnings("ignore:ssl.match_hostname:DeprecationWarning")
_BLOCK = 65_536


@pytest.fixture(scope="module")
def server(empty_server: LocalSlapd) -> LocalSlapd:
    return empty_server


@contextmanager
def behind_tls(server: LocalSlapd, context: ssl.SSLContext) -> Iterator[tuple[int, list[bytes]]]:
    """Speak TLS in front of a server; give the port, and what was passed on to it."""
    passed: list[bytes] = []

    def pass_on(source: socket.socket, target: socket.socket, *, noted: bool) -> None:
        with suppress(OSError), source, target:
            while block := source.recv(_BLOCK):
                if noted:
                    passed.append(block)
                target.sendall(block)
            for end in (source, target):
                end.shutdown(socket.SHUT_RDWR)

    def accept(listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listening.accept()
                try:
                    client = context.wrap_socket(client, server_side=True)
                except OSError:
                    client.close()
                    continue
                there = socket.create_connection(("127.0.0.1", urlsplit(server.uri).port or 0))
                threading.Thread(target=pass_on, args=(client, there), kwargs={"noted": True}, daemon=True).start()
                threading.Thread(target=pass_on, args=(there, client), kwargs={"noted": False}, daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=accept, args=(listening,), daemon=True).start()
        yield listening.getsockname()[1], passed
        listening.shutdown(socket.SHUT_RDWR)


def settings_for(folder: Path, server: LocalSlapd, uri: str, ca_file: Path | None) -> Settings:
    return make_settings(
        folder, ldap_uri=uri, ldap_base_dn=BASE_DN, ldap_bind_dn=server.service_dn,
        ldap_bind_password=server.service_password, ldap_ca_file=ca_file,
    )  # fmt: skip


def read(settings: Settings) -> int:
    with open_directory(settings) as directory:
        return len(list(directory.entries("(objectClass=organizationalUnit)", ["ou"])))


def test_a_certificate_that_is_trusted_is_accepted(tmp_path: Path, server: LocalSlapd) -> None:
    context, chain = own_certificate(tmp_path, "localhost")
    with behind_tls(server, context) as (port, passed):
        settings = settings_for(tmp_path, server, f"ldaps://localhost:{port}", chain)
        assert read(settings) > 0
        with open_writer(settings) as writer:
            assert writer.knows("uid")
    assert passed


@pytest.mark.parametrize("trusted", ["nobody", "another"])
def test_a_certificate_nobody_vouches_for_is_refused_and_nothing_is_sent(
    tmp_path: Path, server: LocalSlapd, trusted: str
) -> None:
    context, _chain = own_certificate(tmp_path, "localhost")
    other = tmp_path / "other"
    other.mkdir()
    ca_file = own_certificate(other, "localhost")[1] if trusted == "another" else None
    with behind_tls(server, context) as (port, passed):
        settings = settings_for(tmp_path, server, f"ldaps://localhost:{port}", ca_file)
        with pytest.raises(DirectoryRefused, match="nothing was sent in clear"):
            read(settings)
        with pytest.raises(DirectoryRefused, match="nothing was sent in clear"), open_writer(settings) as writer:
            writer.knows("uid")
    assert passed == []


# ldap3 checks the name after the handshake and then leaves the socket to be collected.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_certificate_of_another_name_is_refused(tmp_path: Path, server: LocalSlapd) -> None:
    context, chain = own_certificate(tmp_path, "directory.example.ac.ir")
    with behind_tls(server, context) as (port, passed):
        settings = settings_for(tmp_path, server, f"ldaps://localhost:{port}", chain)
        with pytest.raises(DirectoryRefused, match="nothing was sent in clear"):
            read(settings)
    assert passed == []


def test_a_server_that_speaks_no_tls_is_refused(tmp_path: Path, server: LocalSlapd) -> None:
    plain = f"ldaps://127.0.0.1:{urlsplit(server.uri).port}"
    with pytest.raises(DirectoryError):
        read(settings_for(tmp_path, server, plain, None))


def test_a_referral_in_the_place_of_an_answer_is_no_login(tmp_path: Path) -> None:
    def answer(listening: socket.socket) -> None:
        with suppress(OSError):
            client, _ = listening.accept()
            asked = client.recv(_BLOCK)
            # ldap3 counts requests through the whole process: their number takes one byte or more.
            number = asked[2 : 4 + asked[3]]
            # BindResponse: resultCode referral.
            client.sendall(bytes([0x30, len(number) + 9]) + number + bytes.fromhex("61070a010a04000400"))
            client.recv(_BLOCK)
            client.close()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=answer, args=(listening,), daemon=True).start()
        settings = make_settings(
            tmp_path, ldap_uri=f"ldap://127.0.0.1:{listening.getsockname()[1]}", ldap_base_dn=BASE_DN
        )
        with open_directory(settings, profile="page") as directory, pytest.raises(DirectoryError, match="referral"):
            directory.bind_as(f"uid=u1,{BASE_DN}", b"anything")
