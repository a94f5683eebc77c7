"""Requests of the request pages wait for one another, but not for long, and nobody keeps a place."""

import time
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from backoffice.line import Line
from backoffice.services import registrations
from backoffice.services.registrations import Attempt
from backoffice.services.sessions import Found
from tests.factories import make_hr_row
from tests.registering import Applicant


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"policy": {"mode": "act", "unlisted_mobile": "matched"}}


@pytest.fixture
def line(app: Flask) -> Iterator[Line]:
    made = Line(1, 0)
    app.extensions["line"] = made
    yield made
    made.close()


def _is_free(line: Line) -> bool:
    if free := line.enter():
        line.leave()
    return free


@pytest.mark.parametrize(("number", "status"), [(1, 303), (2, 422)])
def test_each_answer_gives_its_place_back(app: Flask, line: Line, number: int, status: int) -> None:
    make_hr_row(1)
    person = Applicant(app)
    assert (person.get("/request/").status_code, _is_free(line)) == (200, True)
    assert (person.identify(number).status_code, _is_free(line)) == (status, True)


def test_one_that_fails_gives_its_place_back(app: Flask, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ValueError

    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setitem(app.view_functions, "request.identity", fail)
    assert (Applicant(app).get("/request/").status_code, _is_free(line)) == (500, True)


def test_an_answer_that_takes_its_time_keeps_no_place(app: Flask, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    make_hr_row(1)
    free = list[bool]()
    monkeypatch.setattr(time, "sleep", lambda _seconds: free.append(_is_free(line)))
    assert Applicant(app).identify(2).status_code == 422
    assert free == [True]


def test_who_waited_long_goes_in_without_a_place(app: Flask, line: Line) -> None:
    assert line.enter()
    assert Applicant(app).get("/request/").status_code == 200
    assert not _is_free(line)
    line.leave()
    assert [line.enter(), line.enter()] == [True, False]


def test_the_other_pages_wait_for_nobody(app: Flask, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    came = list[Line]()
    monkeypatch.setattr(Line, "enter", came.append)
    for path in ("/admin/login", "/profile/login", "/healthz"):
        assert Applicant(app).get(path, follow_redirects=True).status_code == 200
    assert came == []


def test_what_is_read_of_a_registration_is_read_in_its_turn(
    app: Flask, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_hr_row(1)
    person = Applicant(app)
    person.identify(1)
    free, find = list[bool](), registrations.find_with_session

    def look(token: str) -> tuple[Found, Attempt | None]:
        free.append(_is_free(line))
        return find(token)

    monkeypatch.setattr(registrations, "find_with_session", look)
    assert person.get("/request/account").status_code == 200
    assert free == [False]


def test_who_sends_slowly_keeps_no_place(app: Flask, line: Line) -> None:
    free = list[bool]()

    class Slow(BytesIO):
        def readinto(self, buffer: Any) -> int:
            free.append(_is_free(line))
            return super().readinto(buffer)

    form = b"national_code=1"
    sent: dict[str, Any] = {
        "input_stream": Slow(form), "content_length": len(form), "content_type": "application/x-www-form-urlencoded",
    }  # fmt: skip
    assert Applicant(app).client.post("/request/", **sent).status_code == 400
    assert free
    assert all(free)
