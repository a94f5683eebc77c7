"""One contract for every civil registry and every mobile owner service: tables, and a small server over HTTP."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from backoffice.ports.inquiry_http import WHOLE_SECONDS
from backoffice.ports.mobile_owner import open_mobile_owner
from backoffice.ports.registry import open_registry
from backoffice.ports.transport import TransportError
from backoffice.rules.inquiry import Answer
from backoffice.settings import Settings
from tests.conftest import make_settings
from tests.identity_claims import claim
from tests.ports.gateways import CUT, Gateway, own_certificate, serving
from tests.reconcile.worlds import code, name_of

KEY = "do-not-log-this-key"
MOBILE = "09121234567"
REGISTRY, OWNER = "civil_registry", "mobile_owner"
Ask = Callable[[Settings], Answer]


def ask_registry(settings: Settings) -> Answer:
    registry = open_registry(settings)
    assert registry is not None
    return registry.ask(claim())


def ask_owner(settings: Settings) -> Answer:
    owners = open_mobile_owner(settings)
    assert owners is not None
    return owners.ask(code(1), MOBILE)


SERVICES = pytest.mark.parametrize(("service", "ask"), [(REGISTRY, ask_registry), (OWNER, ask_owner)])


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with serving(Gateway(answer={"answer": "matched"})) as running:
        yield running


def by_http(folder: Path, service: str, url: str, **shape: object) -> Settings:
    values = {f"{service}_provider": "http", f"{service}_url": url, f"{service}_api_key": KEY}
    return make_settings(folder, **values, **({service: shape} if shape else {}))


def by_table(folder: Path, service: str, text: str | None) -> Settings:
    if text is not None:
        (folder / {REGISTRY: "civil-registry.csv", OWNER: "mobile-owners.csv"}[service]).write_text(text, "utf-8-sig")
    return make_settings(folder, **{f"{service}_provider": "table"})


@SERVICES
@pytest.mark.parametrize("answer", list(Answer))
def test_each_answer_of_a_service_is_understood(
    tmp_path: Path, gateway: Gateway, service: str, ask: Ask, answer: Answer
) -> None:  # fmt: skip
    gateway.answer = {"answer": answer.value.upper()}
    assert ask(by_http(tmp_path, service, gateway.url)) is answer


@SERVICES
@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (CUT, ""), (200, "<html>"), (200, {}), (200, []), (200, {"answer": None}), (200, {"answer": "perhaps"}),
        (400, {"answer": "invalid"}), (401, {"answer": "not_matched"}), (302, ""), (429, ""), (500, ""), (503, ""),
    ],
)  # fmt: skip
def test_whatever_is_no_plain_answer_says_nothing_about_the_person(
    tmp_path: Path, gateway: Gateway, service: str, ask: Ask, status: int, answer: Any
) -> None:  # fmt: skip
    gateway.status, gateway.answer = status, answer
    assert ask(by_http(tmp_path, service, gateway.url)) is Answer.UNAVAILABLE


@SERVICES
def test_a_service_that_is_away_or_unsafe_is_an_outage(tmp_path: Path, service: str, ask: Ask) -> None:
    for url in ("", "http://127.0.0.1:1/", "http://192.0.2.1/", "ftp://127.0.0.1/", "https://"):
        assert ask(by_http(tmp_path, service, url)) is Answer.UNAVAILABLE


@SERVICES
def test_a_certificate_nobody_vouches_for_is_an_outage(tmp_path: Path, service: str, ask: Ask) -> None:
    with serving(Gateway(answer={"answer": "matched"}), own_certificate(tmp_path)[0]) as gateway:
        assert ask(by_http(tmp_path, service, gateway.url)) is Answer.UNAVAILABLE
    assert gateway.asked == []


@SERVICES
def test_a_service_that_hangs_is_given_up_in_time(tmp_path: Path, service: str, ask: Ask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        started = time.monotonic()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        assert ask(by_http(tmp_path, service, url)) is Answer.UNAVAILABLE
    assert time.monotonic() - started < WHOLE_SECONDS + 1


def test_the_registry_is_asked_with_our_names_and_the_jalali_birth_date(tmp_path: Path, gateway: Gateway) -> None:
    ask_registry(by_http(tmp_path, REGISTRY, gateway.url))
    ((_, headers, body),) = gateway.asked
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert json.loads(body) == {
        "national_code": code(1), "birth_date": "1359/02/31", "first_name": "مریم", "last_name": name_of(1),
        "father_name": "حسن",
    }  # fmt: skip


def test_the_owner_service_is_asked_with_our_names(tmp_path: Path, gateway: Gateway) -> None:
    ask_owner(by_http(tmp_path, OWNER, gateway.url))
    assert json.loads(gateway.asked[0][2]) == {"mobile": MOBILE, "national_code": code(1)}


@SERVICES
def test_a_service_is_asked_as_the_settings_describe(
    tmp_path: Path, gateway: Gateway, service: str, ask: Ask
) -> None:  # fmt: skip
    gateway.answer = {"result": [{"state": 20}]}
    shape = {
        "format": "form", "names": {"national_code": "nin", "birth_date": "", "first_name": ""}, "key_header": "X-Key",
        "fixed": {"client": "uni"}, "key_format": "{}", "answer": "result.0.state", "words": {"not_matched": ["20"]},
    }  # fmt: skip
    assert ask(by_http(tmp_path, service, gateway.url, **shape)) is Answer.NOT_MATCHED
    ((_, headers, body),) = gateway.asked
    sent = parse_qs(body.decode())
    assert (headers["X-Key"], sent["nin"], sent["client"], "birth_date" in sent) == (KEY, [code(1)], ["uni"], False)


PERSON = f"{code(1)},1359/02/31,مريم,{name_of(1)},حسن"
HEADER = "national_code,birth_date,first_name,last_name,father_name,alive\n"


@pytest.mark.parametrize(
    ("row", "answer"),
    [
        (f"{PERSON},1", Answer.MATCHED), (f"{PERSON},0", Answer.NOT_MATCHED), ("", Answer.NOT_MATCHED),
        (f"{PERSON.replace('02/31', '03/01')},1", Answer.NOT_MATCHED), (f"{PERSON.replace('حسن', 'رضا')},1",
        Answer.NOT_MATCHED), (f"{PERSON.replace('مريم', 'زهرا')},1", Answer.NOT_MATCHED),
    ],
)  # fmt: skip
def test_the_registry_in_a_file_compares_everything(tmp_path: Path, row: str, answer: Answer) -> None:
    assert ask_registry(by_table(tmp_path, REGISTRY, f"{HEADER}{row}\n")) is answer


@SERVICES
@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", '"', "\0"])
def test_a_file_that_is_not_as_it_has_to_be_is_an_outage(tmp_path: Path, service: str, ask: Ask, text: str) -> None:
    assert ask(by_table(tmp_path, service, text)) is Answer.UNAVAILABLE


def test_without_its_file_the_registry_is_down_and_no_number_is_listed(tmp_path: Path) -> None:
    assert ask_registry(by_table(tmp_path, REGISTRY, None)) is Answer.UNAVAILABLE
    settings = make_settings(tmp_path, policy={"unlisted_mobile": "matched"})
    assert ask_owner(settings) is Answer.MATCHED


def test_a_file_is_read_again_when_it_changed(tmp_path: Path) -> None:
    settings = by_table(tmp_path, OWNER, f"mobile,national_code\n{MOBILE},{code(2)}\n")
    assert ask_owner(settings) is Answer.NOT_MATCHED
    by_table(tmp_path, OWNER, f"mobile,national_code\n{MOBILE},{code(2)}\n+98{MOBILE[1:]},{code(1)}\n")
    assert ask_owner(settings) is Answer.MATCHED


@SERVICES
def test_a_probe_asks_nothing_and_says_what_is_wrong(
    tmp_path: Path, gateway: Gateway, service: str, ask: Ask
) -> None:  # fmt: skip
    opened = {REGISTRY: open_registry, OWNER: open_mobile_owner}[service]

    def probe(settings: Settings) -> None:
        port = opened(settings)
        assert port is not None
        port.probe()

    probe(by_http(tmp_path, service, gateway.url))
    assert gateway.asked == []
    with pytest.raises(TransportError, match="cannot be reached"):
        probe(by_http(tmp_path, service, "http://127.0.0.1:1/"))
    with pytest.raises(TransportError, match="must begin with the columns"):
        probe(by_table(tmp_path, service, "a\n"))


@SERVICES
def test_secrets_are_not_in_what_is_shown_of_a_service(tmp_path: Path, service: str, ask: Ask) -> None:
    opened = {REGISTRY: open_registry, OWNER: open_mobile_owner}[service]
    assert KEY not in repr(opened(by_http(tmp_path, service, "https://x.example/")))
