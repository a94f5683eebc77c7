"""Cases with a run and a finding behind them."""

from typing import Any

from backoffice import clock
from backoffice.extensions import writing
from backoffice.models import Case
from tests.factories import make_run
from tests.reconcile.worlds import code, name_of


def make_case(number: int, *, kind: str = "NAME_CONFLICT", **values: Any) -> int:
    """An open case about person ``number``, with its evidence; give its id."""
    run_id = make_run([{"situation": kind, "number": number}])
    usual = {
        "key": code(number), "source": "hr", "national_code": code(number), "personnel_number": str(5000 + number),
        "person_name": f"مریم {name_of(number)}", "entry_uuids": [f"uuid-{number}"], "tier": "T3", "state": "new",
        "fingerprint": "f" * 64, "opened_run": run_id, "opened_at": clock.now(), "last_run": run_id, "last_row": 1,
    }  # fmt: skip
    with writing() as session:
        case = Case(kind=kind, **{**usual, **values})
        session.add(case)
        session.flush()
        return case.id
