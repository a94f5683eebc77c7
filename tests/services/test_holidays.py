"""Holidays: those of the settings to begin with, then what the desk adds and strikes out."""

import datetime as dt

import pytest
from flask import Flask

from backoffice.extensions import db, settings_of
from backoffice.models import AuditEntry, PermanentRequest
from backoffice.rules.deadlines import day_of
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import InvalidFieldsError
from backoffice.services import holidays, permanent_requests
from backoffice.services.permanent_requests import Wanted
from tests.factories import make_account

NATURE_DAY, REVOLUTION = dt.date(2027, 4, 2), dt.date(2027, 2, 11)


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"policy": {"mode": "act", "holidays": ["1405/11/22"]}}


def days(app: Flask) -> set[dt.date]:
    db.session.rollback()
    return set(holidays.days(settings_of(app)))


def expected(request_id: int) -> dt.date:
    due = db.session.get_one(PermanentRequest, request_id).due_at
    assert due is not None
    return day_of(due, "Asia/Tehran")


def acts() -> list[str]:
    return [entry.action for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)]


def test_a_list_is_added_as_a_whole(app: Flask) -> None:
    pasted = "۱۴۰۶/۰۱/۱۳\tروز طبیعت\n\n1406/01/12، روز جمهوری اسلامی\n2027-04-02 روز طبیعت"
    assert holidays.add_list(pasted, actor="amiri", settings=settings_of(app)) == 2
    found = holidays.of_year(1406, settings_of(app))
    assert [(line.day, line.words, line.set_by) for line in found] == [
        (dt.date(2027, 4, 1), "روز جمهوری اسلامی", "amiri"), (NATURE_DAY, "روز طبیعت", "amiri"),
    ]  # fmt: skip
    assert acts() == ["settings:holiday:set"] * 2
    assert days(app) == {REVOLUTION, dt.date(2027, 4, 1), NATURE_DAY}


def test_one_wrong_line_and_nothing_is_added(app: Flask) -> None:
    with pytest.raises(InvalidFieldsError) as fault:
        holidays.add_list("1406/01/13 x\n1406/13/01 y\nnonsense", actor="amiri", settings=settings_of(app))
    assert fault.value.faults["list"].values == {"lines": "1406/13/01 y · nonsense"}
    assert days(app) == {REVOLUTION}


def test_a_day_of_the_settings_can_be_struck_out_and_put_back(app: Flask) -> None:
    holidays.remove(REVOLUTION.isoformat(), actor="amiri", settings=settings_of(app))
    assert days(app) == set()
    with pytest.raises(RefusedError):
        holidays.remove(REVOLUTION.isoformat(), actor="amiri", settings=settings_of(app))
    holidays.add("1405/11/22", "", actor="amiri", settings=settings_of(app))
    assert days(app) == {REVOLUTION}
    assert acts() == ["settings:holiday:removed", "settings:holiday:set"]


def test_the_same_again_changes_nothing(app: Flask) -> None:
    for _ in range(2):
        holidays.add("1406/01/13", "روز طبیعت", actor="amiri", settings=settings_of(app))
    assert acts() == ["settings:holiday:set"]


@pytest.mark.parametrize("written", ["", "1406/07/31", "soon"])
def test_what_is_no_day_is_refused(app: Flask, written: str) -> None:
    with pytest.raises(InvalidFieldsError):
        holidays.add(written, "", actor="amiri", settings=settings_of(app))


@pytest.mark.usefixtures("stopped_clock")
def test_the_service_level_of_a_request_leaves_them_out(app: Flask) -> None:
    settings = settings_of(app)
    account = make_account(1)
    first = permanent_requests.submit(account, Wanted("no", preferred_name="m.karimi"), address="x", settings=settings)
    before = expected(first)
    permanent_requests.cancel(account)
    holidays.add(before.isoformat(), "", actor="amiri", settings=settings)
    again = permanent_requests.submit(account, Wanted("no", preferred_name="m.karimi"), address="x", settings=settings)
    assert expected(again) > before
