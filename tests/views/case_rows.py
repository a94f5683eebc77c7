"""Cases with a run and a finding behind them."""

from typing import Any

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.models import Case, Link
from backoffice.services import codes, otp_trouble
from backoffice.settings import Settings
from tests.factories import entry_evidence, hr_evidence, make_hr_row, make_person, make_run
from tests.reconcile.worlds import code, name_of


def make_case(number: int, *, kind: str = "NAME_CONFLICT", **values: Any) -> int:
    """An open case about person ``number``, with its evidence; give its id."""
    evidence = values.pop("evidence", None)
    run_id = make_run([{"situation": kind, "number": number, **({"evidence": evidence} if evidence else {})}])
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


def make_gone(number: int) -> int:
    """An open case of a person who is active in HR and whose linked account vanished; give its id."""
    person, hr = make_person(number), make_hr_row(number)
    return make_case(number, kind="TARGET_GONE", evidence={"entries": [], "hr": hr, "link": _link_of(person)})


def make_two_persons(number: int, other: int) -> int:
    """An open case of a person to whom HR gave the code of another one of the register; give its id."""
    person = make_person(number)
    make_person(other, linked=False)
    hr = hr_evidence(number, national_code=code(other))
    evidence = {"entries": [entry_evidence(number)], "hr": hr, "link": _link_of(person)}
    return make_case(number, kind="ID_CHANGED", evidence=evidence)


def _link_of(person_id: int) -> dict[str, Any]:
    link = db.session.scalars(sa.select(Link).where(Link.person_id == person_id)).one()
    return {"link_id": link.id, "person_id": person_id, "entry_uuid": link.entry_uuid, "dn": link.dn}


def make_code_trouble(settings: Settings) -> int:
    """An open case of somebody who asked for a code and says that none has come; give its id."""
    codes.issue(
        codes.REGISTER, "registration:1", mobile="09121234567", person_key="national:0012345679", address="",
        language="fa", settings=settings,
    )  # fmt: skip
    otp_trouble.report(codes.REGISTER, "registration:1")
    return db.session.scalars(sa.select(Case.id).where(Case.kind == "OTP_TROUBLE")).one()
