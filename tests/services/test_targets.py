"""Targets: kept as a form has them, wrong numbers keep nothing, each change stands in the trail."""

import pytest
from flask import Flask

from backoffice.extensions import db
from backoffice.models import AuditEntry
from backoffice.rules.form_values import DOUBLED, InvalidFieldsError
from backoffice.services import targets
from backoffice.services.targets import NO_NUMBER


def put(**written: str) -> None:
    targets.put({name: [value] for name, value in written.items()}, actor="maryam")


def trail() -> list[tuple[str, str, object, object]]:
    rows = db.session.query(AuditEntry).order_by(AuditEntry.id)
    return [(row.action.rpartition(":")[2], row.subject, row.before, row.after) for row in rows]


def test_targets_are_set_changed_and_taken_away(app: Flask) -> None:
    del app
    assert targets.in_force() == {}
    put(oldest_case=" ۱۴ ", covered_7="80٪")
    assert list(targets.in_force().items()) == [("covered_7", 80), ("oldest_case", 14)]
    put(oldest_case="14", covered_7="85%")
    put(covered_7="85")
    assert targets.in_force() == {"covered_7": 85}
    assert trail() == [
        ("set", "target:covered_7", {}, {"number": 80}),
        ("set", "target:oldest_case", {}, {"number": 14}),
        ("set", "target:covered_7", {"number": 80}, {"number": 85}),
        ("removed", "target:oldest_case", {"number": 14}, {}),
    ]


@pytest.mark.parametrize("written", ["0", "101", "-5", "80.5", "eighty", "9" * 400, "²", "=1"])
def test_a_wrong_number_keeps_nothing_of_the_form(app: Flask, written: str) -> None:
    del app
    put(covered_1="50")
    with pytest.raises(InvalidFieldsError) as refused:
        put(covered_1="60", covered_30=written)
    assert [(name, why.message) for name, why in refused.value.faults.items()] == [("covered_30", NO_NUMBER)]
    assert targets.in_force() == {"covered_1": 50}
    assert len(trail()) == 1


def test_a_doubled_field_is_refused(app: Flask) -> None:
    del app
    with pytest.raises(InvalidFieldsError) as refused:
        targets.put({"covered_1": ["5", "6"]}, actor="maryam")
    assert refused.value.faults["covered_1"].message == DOUBLED
    assert targets.in_force() == {}


def test_a_share_is_reached_from_its_target_on_and_a_wait_up_to_it() -> None:
    shares = [targets.is_reached("covered_7", number, 80) for number in (79, 80, 81)]
    waits = [targets.is_reached(targets.OLDEST, number, 14) for number in (13, 14, 15)]
    assert (shares, waits) == ([False, True, True], [True, True, False])
