"""What gets into the logs, and what does not."""

import json
import logging
import sys
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from backoffice import logs

CODE, MOBILE = "0012345679", "09123456789"
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
log = logging.getLogger("backoffice.test")


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


@pytest.fixture(autouse=True)
def _configured() -> None:
    logs.configure()


@pytest.mark.parametrize(
    "text",
    [
        CODE, CODE.translate(PERSIAN), CODE.translate(ARABIC), CODE[2:], "001-234567-9", "001 234 5679", MOBILE,
        MOBILE.translate(PERSIAN), "+98 912 345 6789", "0098-912-345-6789", "(0912) 345 6789",
        "0912\u200c345\u200c6789", f"uid={CODE},ou=temporary", f"person{CODE}x", "11111111111111111",
    ],
)  # fmt: skip
def test_codes_and_mobiles_are_masked_in_any_spelling(text: str) -> None:
    found = logs.masked(f"before {text} after")
    assert logs.MASK in found
    assert sum(letter.isdigit() for letter in found) == 0


@pytest.mark.parametrize(
    "text",
    ["2026-11-25T02:20:42.123456+00:00", "2026-11-25", "127.0.0.1", "run 123 took 4567 ms", "HTTP/1.1 200", "x:1"],
)
def test_times_addresses_and_short_numbers_stay(text: str) -> None:
    assert logs.masked(text) == text


@given(st.from_regex(r"[0-9۰-۹٠-٩]{10}|09[0-9]{9}", fullmatch=True), st.text(), st.text())
def test_no_code_survives_whatever_stands_round_it(code: str, before: str, after: str) -> None:
    assert code not in logs.masked(f"{before}{code}{after}")


def test_masking_reaches_into_containers_keys_and_numbers() -> None:
    given_value = {"a": [CODE, {CODE: (CODE,)}], "n": 9123456789, "small": 42, "none": None, "flag": True}
    found = logs.masked(given_value)
    assert CODE not in json.dumps(found)
    assert (found["n"], found["small"], found["none"], found["flag"]) == (logs.MASK, 42, None, True)


@pytest.mark.parametrize(
    "name", ["password", "new_password", "csrf_token", "secret_key", "Cookie", "Authorization", "code"]
)
def test_what_is_named_like_a_secret_is_masked(name: str) -> None:
    assert logs.masked({name: "hunter2"}) == {name: logs.MASK}


def test_query_strings_and_logins_in_addresses_are_cut() -> None:
    assert logs.masked("GET /admin/search?q=Maryam HTTP/1.1") == "GET /admin/search HTTP/1.1"
    assert "hunter2" not in logs.masked("postgresql://desk:hunter2@db/desk is gone")


def test_a_line_is_one_json_object_with_time_level_and_name(capsys: pytest.CaptureFixture[str]) -> None:
    log.warning("job %s waits\nfor the directory", "import")
    (line,) = lines(capsys)
    assert line["event"] == "job import waits\nfor the directory"
    assert (line["level"], line["logger"]) == ("warning", "backoffice.test")
    assert line["time"].endswith("+00:00")


def test_named_values_stand_beside_the_event(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger("backoffice.test").info("request", status=200, route="/admin/", person=CODE)
    (line,) = lines(capsys)
    assert (line["event"], line["status"], line["route"], line["person"]) == ("request", 200, "/admin/", logs.MASK)


def test_a_fault_tells_its_kind_and_place_but_not_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    inner = KeyError("hunter2")
    outer = ValueError(f"hunter2 {CODE}")
    outer.__cause__ = inner
    try:
        _raise(outer)
    except ValueError:
        log.exception("it failed")
    (line,) = lines(capsys)
    assert [fault["fault"] for fault in line["faults"]] == ["ValueError", "KeyError"]
    assert "test_logs.py" in line["faults"][0]["places"][0]
    assert "hunter2" not in json.dumps(line)


def _raise(fault: Exception) -> None:
    raise fault


def test_access_lines_of_servers_are_dropped(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("werkzeug").warning('127.0.0.1 - - [25/Nov/2026] "GET /admin/?q=x HTTP/1.1" 200 -')
    logging.getLogger("gunicorn.access").error("GET /admin/?q=x")
    assert lines(capsys) == []


def test_the_error_log_of_gunicorn_is_masked_too(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("gunicorn.error").error("Error handling request /admin/?q=%s", CODE)
    (line,) = lines(capsys)
    assert line["event"] == "Error handling request /admin/"


def test_configuring_twice_writes_each_line_once(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    log.error("once")
    assert len(lines(capsys)) == 1


def test_on_a_terminal_the_lines_are_for_people(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    handler = logs._handler()
    handler.emit(logging.LogRecord("backoffice", logging.WARNING, "x.py", 1, "the worker waits %s", (CODE,), None))
    said = capsys.readouterr().err
    assert "the worker waits" in said
    assert "{" not in said
    assert CODE not in said
