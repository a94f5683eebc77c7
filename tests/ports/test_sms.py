"""One contract for every way a text message can leave, and what each gateway's answers mean."""

import datetime as dt
import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from backoffice import clock
from backoffice.ports.sms import SmsPort, open_sms
from backoffice.ports.transport import Sms, TransportError
from tests.conftest import make_settings
from tests.ports.gateways import CUT, Gateway, own_certificate, serving

KEY = "do-not-log-this-key"
SMS = Sms("09121234567", "warning", {"date": "۱۴۰۵/۱۰/۱۵"}, "متن پیام", "00112233445566ff")
KAVENEGAR = {"return": {"status": 200, "message": "تایید شد"}, "entries": [{"messageid": 7, "status": 1}]}


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with serving(Gateway()) as running:
        yield running


def opened(folder: Path, provider: str, url: str, **more: object) -> SmsPort:
    return open_sms(make_settings(folder, sms_provider=provider, sms_url=url, sms_api_key=KEY, **more))


def refusal(port: SmsPort) -> TransportError:
    with pytest.raises(TransportError) as caught:
        port.send(SMS)
    assert KEY not in f"{caught.value!r} {caught.value} {caught.value.values} {port!r}"
    return caught.value


def kind(fault: TransportError) -> str:
    return "never" if fault.permanent else "unknown" if fault.unknown else "later"


def unused_url() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}/send"


@pytest.mark.parametrize("provider", ["file", "http", "kavenegar"])
def test_a_message_is_handed_over_and_each_time_the_same(tmp_path: Path, gateway: Gateway, provider: str) -> None:
    gateway.answer = KAVENEGAR if provider == "kavenegar" else gateway.answer
    port = opened(tmp_path, provider, gateway.url)
    assert port.send(SMS) == port.send(SMS) == ("" if provider == "file" else "7")
    if provider != "file":
        assert gateway.asked[0][2] == gateway.asked[1][2]


@pytest.mark.parametrize("provider", ["http", "kavenegar"])
@pytest.mark.parametrize(
    ("status", "answer", "meaning"),
    [(CUT, "", "unknown"), (502, "<html>", "unknown"), (200, "<html>", "unknown"), (200, {}, "unknown")],
)  # fmt: skip
def test_a_lost_answer_is_unknown_not_refused(
    tmp_path: Path, gateway: Gateway, provider: str, status: int, answer: Any, meaning: str
) -> None:
    gateway.status, gateway.answer = status, answer
    assert kind(refusal(opened(tmp_path, provider, gateway.url))) == meaning


@pytest.mark.parametrize("provider", ["http", "kavenegar"])
def test_a_gateway_that_cannot_be_reached_has_not_got_the_message(tmp_path: Path, provider: str) -> None:
    assert kind(refusal(opened(tmp_path, provider, unused_url()))) == "later"


@pytest.mark.parametrize("provider", ["http", "kavenegar"])
def test_plain_http_is_refused_except_to_this_machine(tmp_path: Path, provider: str) -> None:
    fault = refusal(opened(tmp_path, provider, "http://192.0.2.1/send"))
    assert (kind(fault), str(fault)) == (
        "later", "SMS_URL must begin with https:// (plain http:// only to this machine).",
    )  # fmt: skip


@pytest.mark.parametrize("provider", ["http", "kavenegar"])
def test_a_certificate_nobody_vouches_for_is_not_accepted(tmp_path: Path, provider: str) -> None:
    with serving(Gateway(), own_certificate(tmp_path)[0]) as gateway:
        fault = refusal(opened(tmp_path, provider, gateway.url))
    assert (kind(fault), str(fault)) == ("later", "The certificate of 127.0.0.1 is not accepted; nothing was sent.")
    assert gateway.asked == []


def test_a_good_certificate_is_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, chain = own_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    with serving(Gateway(), context) as gateway:
        assert opened(tmp_path, "http", gateway.url).send(SMS) == "7"


def test_the_file_has_one_json_object_a_line_that_only_the_owner_reads(tmp_path: Path) -> None:
    port = opened(tmp_path, "file", "")
    port.send(SMS)
    port.send(SMS)
    path = tmp_path / "outbox" / "sms.jsonl"
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert len(lines) == 2
    assert lines[0].pop("sent_at")
    assert lines[0] == {
        "to": "09121234567", "template": "warning", "params": {"date": "۱۴۰۵/۱۰/۱۵"}, "text": "متن پیام",
    }  # fmt: skip
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_the_file_knows_a_message_again_that_it_was_perhaps_given(tmp_path: Path) -> None:
    port, path = opened(tmp_path, "file", ""), tmp_path / "outbox" / "sms.jsonl"
    first_try = clock.now()
    port.send(replace(SMS, tried_since=first_try))
    port.send(replace(SMS, tried_since=first_try))
    port.send(replace(SMS, to="09127654321", tried_since=first_try))
    assert len(path.read_text("utf-8").splitlines()) == 2
    port.send(replace(SMS, tried_since=clock.now() + dt.timedelta(seconds=1)))
    assert len(path.read_text("utf-8").splitlines()) == 3


@pytest.mark.parametrize("line", ['{"to": "0912', "7", "{}", '{"sent_at": 7}', '{"sent_at": "2026-11-30T10:00:00"}'])
def test_a_line_that_was_cut_off_or_changed_by_hand_is_none_of_ours(tmp_path: Path, line: str) -> None:
    path = tmp_path / "outbox" / "sms.jsonl"
    path.parent.mkdir()
    path.write_text(f"{line}\n", "utf-8")
    opened(tmp_path, "file", "").send(replace(SMS, tried_since=clock.now()))
    assert len(path.read_text("utf-8").splitlines()) == 2


def test_an_outbox_that_cannot_be_written_is_an_outage(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("in the way")
    assert kind(refusal(opened(tmp_path, "file", ""))) == "later"


def test_http_posts_json_with_our_field_names(tmp_path: Path, gateway: Gateway) -> None:
    opened(tmp_path, "http", gateway.url).send(SMS)
    ((path, headers, body),) = gateway.asked
    assert (path, headers["Authorization"]) == ("/send", f"Bearer {KEY}")
    assert json.loads(body) == {
        "to": SMS.to, "template": "warning", "params": dict(SMS.params), "text": SMS.text, "key": SMS.key,
    }  # fmt: skip


def test_http_asks_as_the_settings_describe(tmp_path: Path, gateway: Gateway) -> None:
    gateway.answer = {"result": [{"code": "OK", "no": 12}]}
    shape = {
        "format": "form", "names": {"to": "receptor", "text": "message", "template": "", "params": "", "key": "ref"},
        "fixed": {"line": "3000"}, "key_header": "X-Key", "key_format": "{}", "accepted": "result.0.code",
        "accepted_values": ["ok"], "id": "result.0.no",
    }  # fmt: skip
    assert opened(tmp_path, "http", gateway.url, sms=shape).send(SMS) == "12"
    ((_path, headers, body),) = gateway.asked
    assert headers["X-Key"] == KEY
    assert parse_qs(body.decode()) == {
        "receptor": [SMS.to], "message": [SMS.text], "ref": [SMS.key], "line": ["3000"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "answer", "meaning"),
    [
        (200, {"accepted": False}, "never"), (400, {}, "never"), (422, "", "never"), (302, "", "later"),
        (401, "", "later"), (429, "", "later"), (503, "", "later"), (500, "", "unknown"),
    ],
)  # fmt: skip
def test_what_an_http_answer_means(
    tmp_path: Path, gateway: Gateway, status: int, answer: Any, meaning: str
) -> None:  # fmt: skip
    gateway.status, gateway.answer = status, answer
    assert kind(refusal(opened(tmp_path, "http", gateway.url))) == meaning


def test_kavenegar_gets_a_number_that_keeps_it_from_sending_twice(tmp_path: Path, gateway: Gateway) -> None:
    gateway.answer = KAVENEGAR
    url = gateway.url.removesuffix("/send")
    opened(tmp_path, "kavenegar", url, sms={"sender": "2000"}).send(SMS)
    ((path, _headers, body),) = gateway.asked
    assert path == f"/v1/{KEY}/sms/send.json"
    assert parse_qs(body.decode()) == {
        "receptor": [SMS.to], "message": [SMS.text], "sender": ["2000"], "localid": [str(0x00112233445566FF)],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "meaning"), [(411, "never"), (413, "never"), (403, "later"), (409, "later"), (418, "later")]
)
def test_what_a_kavenegar_answer_means(tmp_path: Path, gateway: Gateway, status: int, meaning: str) -> None:
    gateway.status, gateway.answer = status, {"return": {"status": status, "message": "…"}, "entries": None}
    assert kind(refusal(opened(tmp_path, "kavenegar", gateway.url))) == meaning


def test_kavenegar_without_a_key_is_a_fault_of_the_settings(tmp_path: Path) -> None:
    port = open_sms(make_settings(tmp_path, sms_provider="kavenegar"))
    with pytest.raises(TransportError, match="SMS_API_KEY"):
        port.send(SMS)


@pytest.mark.parametrize("provider", ["file", "http", "kavenegar"])
def test_a_probe_reaches_the_gateway_and_sends_nothing(tmp_path: Path, gateway: Gateway, provider: str) -> None:
    opened(tmp_path, provider, gateway.url).probe()
    assert gateway.asked == []
    assert not (tmp_path / "outbox").exists()


@pytest.mark.parametrize("provider", ["http", "kavenegar"])
def test_a_probe_says_that_the_gateway_is_away(tmp_path: Path, provider: str) -> None:
    with pytest.raises(TransportError, match="cannot be reached"):
        opened(tmp_path, provider, unused_url()).probe()
