"""People who say who they are, for tests of identity: they agree with ``tests.factories.hr_evidence``."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from backoffice.rules.identity import Claim, Evidence
from backoffice.rules.identity_evidence import HrFact
from tests.factories import hr_evidence
from tests.reconcile.worlds import code, name_of

NOW = dt.datetime(2026, 11, 28, 9, 0, tzinfo=dt.UTC)


def claim(number: int = 1, **changed: Any) -> Claim:
    """What person ``number`` types."""
    typed = {
        "id_type": "national", "national_code": code(number), "birth_date": "1980-05-21", "first_name": "مریم",
        "last_name": name_of(number), "father_name": "حسن", **changed,
    }  # fmt: skip
    return Claim(**typed)


def fact(number: int = 1, **changed: Any) -> HrFact:
    """What HR says of person ``number``."""
    values = hr_evidence(number, **changed)
    own = {name: values.pop(name) for name in ("source", "status_class", "padded", "announced") if name in values}
    return HrFact(values={name: value for name, value in values.items() if value != ""}, **own)


def evidence(*facts: HrFact, **changed: Any) -> Evidence:
    """What is known, on a day of the autumn of 1405."""
    values: Mapping[str, Any] = {"now": NOW, "today": NOW.date(), "hr": facts, **changed}
    return Evidence(**values)
