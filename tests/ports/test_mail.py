"""One contract for every way a mail can leave, and what a mail server's answers mean."""

import email
import json
from collections.abc import Callable, Iterator
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult

from backoffice.ports.mail import MailPort, open_mail
from backoffice.ports.transport import Mail, TransportError
from tests.conftest import make_settings
from tests.ports.gateways import own_certificate
from tests.ports.mail_server import Server, running

PASSWORD = "p:ss/w@rd"
MAIL = Mail("m.karimi@example.ac.ir", "یادآوری", "همکار گرامی\nمتن نامه", "00112233445566ff")


@pytest.fixture
def server() -> Iterator[Server]:
    with running() as found:
        yield found


def opened(folder: Path, url: str, **more: object) -> MailPort:
    return open_mail(make_settings(folder, smtp_url=url, mail_from="desk@example.ac.ir", **more))


def here(server: Server, scheme: str = "smtp", login: str = "") -> str:
    return f"{scheme}://{login}127.0.0.1:{server.port}"


def refusal(make: Callable[[], MailPort], mail: Mail = MAIL) -> tuple[str, str]:
    with pytest.raises(TransportError) as caught:
        make().send(mail)
    fault = caught.value
    assert PASSWORD not in f"{fault!r} {fault}"
    flags = {"never": fault.permanent, "put off": fault.put_off, "unknown": fault.unknown}
    return next((name for name, set_ in flags.items() if set_), "later"), str(fault)


@pytest.mark.parametrize("way", ["file", "smtp"])
def test_a_mail_is_handed_over(tmp_path: Path, server: Server, way: str) -> None:
    port = opened(tmp_path, "file" if way == "file" else here(server))
    port.send(MAIL)
    if way == "smtp":
        assert len(server.got) == 1
        return
    path = tmp_path / "outbox" / "mail.jsonl"
    (line,) = [json.loads(text) for text in path.read_text("utf-8").splitlines()]
    assert line.pop("sent_at")
    assert line == {"to": MAIL.to, "subject": MAIL.subject, "text": MAIL.text}
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_mail_says_who_what_and_that_a_program_wrote_it(tmp_path: Path, server: Server) -> None:
    opened(tmp_path, here(server)).send(MAIL)
    message = email.message_from_bytes(server.got[0], policy=default)
    assert (message["From"], message["To"], message["Subject"]) == ("desk@example.ac.ir", MAIL.to, MAIL.subject)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().splitlines() == MAIL.text.splitlines()


def test_a_mail_that_is_sent_again_has_the_same_message_id(tmp_path: Path, server: Server) -> None:
    port = opened(tmp_path, here(server))
    port.send(MAIL)
    port.send(MAIL)
    ids = {email.message_from_bytes(content)["Message-ID"] for content in server.got}
    assert ids == {"<00112233445566ff@example.ac.ir>"}


@pytest.mark.parametrize(
    ("step", "answer", "meaning"),
    [
        ("RCPT", "550 no such user", "never"), ("RCPT", "450 greylisted", "put off"), ("RCPT", "530 log in", "later"),
        ("DATA", "554 spam", "never"), ("DATA", "452 full", "put off"), ("DATA", "cut", "unknown"),
    ],
)  # fmt: skip
def test_what_an_answer_means(tmp_path: Path, server: Server, step: str, answer: str, meaning: str) -> None:
    server.answers[step] = answer
    assert refusal(lambda: opened(tmp_path, here(server)))[0] == meaning


def test_a_server_that_cannot_be_reached_has_not_got_the_mail(tmp_path: Path) -> None:
    with running() as server:
        url = here(server)
    assert refusal(lambda: opened(tmp_path, url)) == ("later", "127.0.0.1 cannot be reached.")


def test_a_certificate_nobody_vouches_for_is_not_accepted(tmp_path: Path) -> None:
    with running(ssl_context=own_certificate(tmp_path)[0]) as server:
        said = refusal(lambda: opened(tmp_path, here(server, "smtps")))
    assert said == ("later", "The certificate of 127.0.0.1 is not accepted; nothing was sent.")


def test_smtps_with_a_good_certificate_is_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, chain = own_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    with running(ssl_context=context) as server:
        opened(tmp_path, here(server, "smtps")).send(MAIL)
    assert len(server.got) == 1


def far(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat this machine as a distant one."""
    monkeypatch.setattr("backoffice.ports.mail_smtp.is_loopback", lambda _url: False)


def test_a_distant_server_is_only_used_with_starttls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    far(monkeypatch)
    context, chain = own_certificate(tmp_path)
    with running() as plain:
        said = refusal(lambda: opened(tmp_path, here(plain)))
    assert said == ("later", "The mail server 127.0.0.1 offers no encryption; nothing was sent.")
    assert plain.got == []
    with running(tls_context=context) as server:
        assert refusal(lambda: opened(tmp_path, here(server)))[1].startswith("The certificate")
        monkeypatch.setenv("SSL_CERT_FILE", str(chain))
        opened(tmp_path, here(server)).send(MAIL)
    assert len(server.got) == 1


def test_the_login_comes_from_the_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []

    def check(_server: SMTP, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        seen.append((data.login, data.password))
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False)

    with running(authenticator=check, auth_require_tls=False) as server:
        opened(tmp_path, here(server, login="desk:p%3Ass%2Fw%40rd@")).send(MAIL)
        said = refusal(lambda: opened(tmp_path, here(server, login="desk:wrong@")))
    assert seen[0] == (b"desk", PASSWORD.encode())
    assert said == ("later", "The mail server 127.0.0.1 does not accept our login.")


@pytest.mark.parametrize("to", ["", "nobody", "a@b\r\nBcc: c@d", "علی@example.ac.ir", "a b@c"])
def test_what_is_no_address_is_refused_for_good(tmp_path: Path, server: Server, to: str) -> None:
    mail = Mail(to, "s", "t", "00112233445566ff")
    assert refusal(lambda: opened(tmp_path, here(server)), mail)[0] == "never"
    assert server.got == []


@pytest.mark.parametrize("url", ["", "mail.example.ac.ir", "http://x", "smtp://", "smtp://x:port"])
def test_an_unusable_url_is_a_fault_of_the_settings(tmp_path: Path, url: str) -> None:
    assert refusal(lambda: opened(tmp_path, url))[0] == "later"


def test_without_a_sender_nothing_is_sent(tmp_path: Path) -> None:
    with pytest.raises(TransportError, match="MAIL_FROM"):
        open_mail(make_settings(tmp_path, smtp_url="smtp://127.0.0.1"))


@pytest.mark.parametrize("way", ["file", "smtp"])
def test_a_probe_reaches_the_server_and_sends_nothing(tmp_path: Path, server: Server, way: str) -> None:
    opened(tmp_path, "file" if way == "file" else here(server)).probe()
    assert server.got == []
    assert not (tmp_path / "outbox").exists()
